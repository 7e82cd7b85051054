import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import excel from 'exceljs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/database.js';
import type { LandingStore } from '../journey/land/landing-store.js';
import { nameKey } from '../journey/match/name-key.js';
import { registerAuditCommand } from './audit-command.js';
import type { CommandContext } from './command-context.js';
import { textIn } from './text.js';

let own: TestDatabase;
let folder: string;
let ended = 0;
let json = true;
let told: string[] = [];
beforeAll(async () => {
  own = await createTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'huiliu-audit-'));
  const { database } = own;
  await database('master.distributor').insert({ code: 'D1', name: '青禾医药', province: '湖南省' });
  const numbers = Array.from({ length: 40 }, (_, i) => i + 1);
  const place = { province: '湖南省', city: '长沙市' };
  await database('master.terminal').insert(
    numbers.map((n) => ({ ...place, code: `T${n}`, name: `长沙第${n}医院`, name_key: nameKey(`长沙第${n}医院`) })),
  );
  await database('matching.raw_name').insert(
    numbers.map((n) => ({ id: n, distributor_id: 1, code: `c${n}`, name: `长沙${n}院`, address: '', region: '湖南省/长沙市' })),
  );
  await database.raw(`
    insert into matching.batch (kind, actor, by_person) values ('match', 'matcher', false);
    insert into matching.decision (raw_name_id, verdict, terminal_id, by_person, actor, batch_id, stratum, probability)
      select id, 'auto', id, false, 'matcher', 1, 'same name, place known', 0.98 from matching.raw_name order by id;
    insert into matching.link (raw_name_id, decision_id, verdict, terminal_id, by_person)
      select raw_name_id, id, verdict, terminal_id, by_person from matching.decision`);
});
afterAll(async () => {
  await own.drop();
  await rm(folder, { recursive: true });
});

async function run(...words: string[]) {
  let printed: unknown;
  told = [];
  ended = 0;
  const program = new Command().exitOverride();
  const open = async () => ({
    ...{
      database: own.database,
      landing: {} as LandingStore,
      matcher: {} as CommandContext['matcher'],
      language: 'zh' as const,
      json,
      actor: 'wang',
    },
    print: (line: string) => void told.push(line),
    printJson: (value: unknown) => {
      printed = value;
    },
    close: async () => {},
  });
  const finish = (code: number) => {
    ended = code;
  };
  registerAuditCommand(program.command('names'), { text: textIn('zh'), width: 100, open, finish });
  await program.parseAsync(['names', 'audit', ...words], { from: 'user' });
  return printed as Record<string, unknown>;
}

const decoys = async () => new Set((await own.database('matching.audit_item').where({ is_decoy: true })).map(({ item }) => Number(item)));

test('a whole audit from the command line: draw, look, answer in a workbook, report, correct', async () => {
  const drawn = await run('draw', '--size', '30');
  expect(drawn).toMatchObject({ auditId: '1', sample: 30 });
  expect(JSON.stringify(drawn)).not.toMatch(/seed|decoy/);
  expect(await run('next')).toMatchObject({ card: { item: 1, items: 33, verdict: null } });
  json = false;
  await run('next');
  expect(told.join('\n')).not.toMatch(/0\.98|same name/);
  json = true;

  const known = await decoys();
  const real = Array.from({ length: 33 }, (_, i) => i + 1).filter((item) => !known.has(item));
  const file = join(folder, 'a.xlsx');
  expect(await run('export', file)).toMatchObject({ cards: 33 });
  await fill(file, (item) => (known.has(item) ? '错' : item === real[0] || item === real[1] ? 'no' : '对'));
  expect(await run('import', file)).toMatchObject({ answers: 33, problems: [] });
  expect(await own.database('matching.audit_verdict')).toEqual([]);
  const kind = 'same name, place known';
  expect(await run('import', file, '--yes')).toMatchObject({
    written: 33,
    left: 0,
    settled: [{ stratum: kind, from: 'auto', to: 'suggest' }],
  });

  const report = await run('report');
  expect(report).toMatchObject({ state: 'complete', strata: [{ stratum: kind, yes: 28, no: 2, names: 40, drawn: 30, state: 'suggest' }] });
  expect(ended).toBe(3);
  json = false;
  await run('report');
  expect(told.join('\n')).toMatch(/28\/2\/0 +93\.3 %.*仅建议：same name, place known/s);
  await run('correct');
  expect(told.join('\n')).toContain('将取消 2 个关联');
  json = true;
  expect(await own.database('matching.current_link').where({ verdict: 'auto' }).count()).toEqual([{ count: '40' }]);
  expect(await run('correct', '--yes')).toMatchObject({ names: 2, problems: [] });
  expect(await own.database('matching.current_link').where({ verdict: 'auto' }).count()).toEqual([{ count: '38' }]);
  expect(await run('correct')).toMatchObject({ names: 0 });

  // One answer was a slip: taken back and given again, the kind has its right again.
  expect(await run('answer', String(real[0]), 'back')).toMatchObject({ left: 1, settled: [{ to: 'auto' }] });
  expect(await run('answer', String(real[0]), 'yes', '--note', '看错了')).toMatchObject({ left: 0, settled: [{ to: 'suggest' }] });
  expect(await run('answer', String(real[1]), 'yes')).toMatchObject({ left: 0, settled: [{ to: 'auto' }] });
});

test('wrong answers and workbooks of another audit are refused as a whole', async () => {
  await run('draw', '--size', '5');
  const file = join(folder, 'b.xlsx');
  await run('export', file);
  await fill(file, (item) => (item === 1 ? '也许' : '对'));
  expect(await run('import', file, '--yes')).toMatchObject({ problems: [{ code: 'audit.unknown-verdict' }] });
  expect(ended).toBe(2);
  expect(await run('import', join(folder, 'a.xlsx'), '--yes')).toMatchObject({
    problems: expect.arrayContaining([expect.objectContaining({ code: 'audit.other-audit' })]),
  });
  expect(await own.database('matching.audit_verdict').where({ audit_id: 2 })).toEqual([]);
  await expect(run('answer', '1', 'perhaps')).rejects.toMatchObject({ key: 'audit.unknown-word' });
  expect(await run('abandon', '--why', '试用')).toMatchObject({ auditId: '2' });
  await expect(run('next')).rejects.toMatchObject({ told: { code: 'audit.none-open' } });
});

async function fill(file: string, answer: (item: number) => string): Promise<void> {
  const book = new excel.Workbook();
  await book.xlsx.readFile(file);
  const sheet = book.getWorksheet('抽查')!;
  const titles = (sheet.getRow(1).values as string[]).slice(1);
  const [number, reply] = [titles.indexOf('序号') + 1, titles.indexOf('回答') + 1];
  for (let row = 2; row <= sheet.rowCount; row++)
    sheet.getRow(row).getCell(reply).value = answer(Number(sheet.getRow(row).getCell(number).value));
  await book.xlsx.writeFile(file);
}
