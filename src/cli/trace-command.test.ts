import { Command } from 'commander';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/database.js';
import { emptyDatabase, insertDelivery } from '../../test/delivery-fixture.js';
import { createHubMatcher } from '../app/hub-matcher.js';
import { ensurePartitions } from '../db/ensure-partitions.js';
import { message } from '../model/message.js';
import { textIn } from './text.js';
import { textWidth } from './text-width.js';
import { registerTraceCommand } from './trace-command.js';

let own: TestDatabase;
let ended: number;
beforeAll(async () => {
  own = await createTestDatabase();
});
afterAll(async () => {
  await own.drop();
});
beforeEach(async () => {
  ended = 0;
  await emptyDatabase(own.database);
  await insertDelivery(own.database, { loaded: 2, quarantined: 1, titles: ['客户', '数量'] });
  await ensurePartitions(own.database, ['2026-11-20']);
  await own.database('master.terminal').insert({ code: 'T1', name: '甲医院', name_key: '甲医院' });
  await own.database('matching.raw_name').insert({ id: 11, distributor_id: 1, code: '', name: '甲院', address: '', region: '' });
  await own.database('matching.raw_product').insert({ id: 21, distributor_id: 1, code: '', name: '甲片', spec: '', maker: '' });
  await own.database('matching.batch').insert({ id: 1, kind: 'decide', actor: 'wang', by_person: true });
  const [decision] = await own
    .database('matching.decision')
    .insert({ raw_name_id: 11, batch_id: 1, verdict: 'auto', terminal_id: 1, by_person: true, actor: 'wang' }, ['id']);
  await own
    .database('matching.link')
    .insert({ raw_name_id: 11, decision_id: decision?.id, verdict: 'auto', terminal_id: 1, by_person: true });
  await own.database('ledger.generation').insert({
    ...{ id: 200, delivery_id: 1, sender: 'D1', kind: 'sale', business_date: '2026-11-20', document: '', order_key: 'a' },
    ...{ state: 'active', row_count: 2, quantity: 3, amount: '0.30' },
  });
  for (const [row_no, quantity, amount] of [
    [2, '1', '0.10'],
    [3, '2', '0.20'],
  ] as const) {
    await own.database('flow.line').insert({
      ...{
        generation_id: 200,
        part_id: 100,
        row_no,
        business_date: '2026-11-20',
        kind: 's',
        distributor_id: 1,
        raw_name_id: 11,
        raw_product_id: 21,
      },
      ...{
        quantity,
        unit: '',
        factor_numerator: 1,
        factor_denominator: 1,
        base_quantity: quantity,
        amount,
        lot: '',
        expiry: '',
        manufactured_on: '',
      },
      ...{ doc_no: '', doc_line: '', actual_month: '2026-11-01', counted_month: '2026-11-01', is_return: false, is_red_letter: false },
    });
  }
  const issues = [{ rule: 'validate.required', column: '数量', value: '', told: message('validate.required', { column: '数量' }) }];
  await own
    .database('ledger.quarantine')
    .insert({ delivery_id: 1, part_id: 100, row_no: 4, cells: '["乙",""]', issues: JSON.stringify(issues) });
});

async function run(...words: string[]) {
  let printed: unknown;
  const lines: string[] = [];
  const json = words.includes('--json');
  const program = new Command().exitOverride();
  const landing = {
    path: async (sha256: string) => `/raw/${sha256}`,
    verify: async () => true,
    put: () => Promise.reject(new Error('no')),
  };
  const finish = (code: number) => {
    ended = code;
  };
  registerTraceCommand(
    program,
    {
      text: textIn('zh'),
      width: 80,
      finish,
      open: async () => ({
        ...{
          database: own.database,
          landing,
          matcher: createHubMatcher(own.database),
          language: 'zh',
          json,
          actor: 'wang',
          close: async () => {},
        },
        print: (line) => void lines.push(line),
        printJson: (value) => {
          printed = value;
        },
      }),
    },
    async (file, _hints, partPath, rowNos) => new Map([...rowNos].map((rowNo) => [rowNo, [`${file.name}|${partPath}|${rowNo}`, '1']])),
  );
  await program.parseAsync(['trace', ...words.filter((word) => word !== '--json')], { from: 'user' });
  return { json: printed as Record<string, unknown>, text: lines.join('\n') };
}

test('a published figure leads to its lines, and their sums are the figure exactly', async () => {
  const { json } = await run('total', '--terminal', 'T1', '--month', '2026-11', '--json');
  expect(json).toMatchObject({ published: { lines: 2, quantity: '3', amount: '0.30' }, agree: true });
  expect(json['lines']).toMatchObject([{ source: 'qinghe', fileName: '销售.csv', path: '销售.csv', rowNo: 2 }, { rowNo: 3 }]);
  expect((await run('total', '--terminal', 'T1', '--month', '2026-10', '--json')).json).toMatchObject({
    published: { lines: 0 },
    agree: true,
  });
});

test('the list of lines may be cut short, the sums never', async () => {
  const { json } = await run('total', '--terminal', 'T1', '--limit', '1', '--json');
  expect(json).toMatchObject({ behind: { lines: 2 }, agree: true });
  expect(json['lines']).toHaveLength(1);
});

test('a line leads to its original cells, its titles and the decision that linked its name', async () => {
  const { json } = await run('line', '200/100/2', '--json');
  expect(json).toMatchObject({
    fate: 'loaded',
    cells: ['销售.csv|销售.csv|2', '1'],
    lines: [{ generationId: '200', state: 'active', terminal: 'T1' }],
    decisions: [{ actor: 'wang', inForce: true, terminal: 'T1' }],
  });
  const { text } = await run('row', '100', '2');
  expect(text).toContain('客户');
  for (const place of ['100:2', '#100:2']) expect((await run('row', place)).text).toBe(text);
});

test('a quarantined row tells its reasons, a dropped one its rule', async () => {
  expect((await run('row', '100', '4', '--json')).json).toMatchObject({ fate: 'quarantined', issues: [{ rule: 'validate.required' }] });
  expect((await run('row', '100', '1', '--json')).json).toMatchObject({ fate: 'dropped', rule: 'header' });
  expect((await run('row', '100', '9', '--json')).json).toMatchObject({ fate: 'unknown' });
});

test('a file leads to the fate of each row; what the ledger counts is what the tables hold', async () => {
  expect((await run('file', 'A'.repeat(64), '--json')).json).toMatchObject({
    bytesVerified: true,
    agrees: true,
    deliveries: [{ deliveryId: '1', parts: [{ quarantined: [{ rowNo: 4 }], agree: true }] }],
  });
  await own.database('flow.line').where({ row_no: 3 }).delete();
  expect((await run('file', '1', '--json')).json).toMatchObject({ agrees: false });
  expect(ended).toBe(1);
});

test('what is not there is refused in words', async () => {
  await expect(run('file', '77')).rejects.toThrow('77');
  await expect(run('line', 'x/y/z')).rejects.toThrow('y/z');
  for (const place of [['100'], ['100:2:3'], ['100:2', '3'], [':'], ['100:x']])
    await expect(run('row', ...place)).rejects.toThrow(place[0]!.replace(':', place[0] === '100:x' ? '/' : ':'));
});

test('a code that the master does not know is refused instead of agreeing on nothing', async () => {
  await expect(run('total', '--terminal', 'T9')).rejects.toThrow('T9');
  await expect(run('total', '--terminal', 'T1', '--product', 'P9')).rejects.toThrow('P9');
});

test('a person reads fates, states and rules in words', async () => {
  const total = (await run('total', '--terminal', 'T1')).text;
  expect(total).toMatch(/发布 +2 +3 +0\.30/u);
  expect(total).toContain('200/100/2');
  expect((await run('row', '100', '1')).text).toContain('略去 · 表头');
  expect((await run('row', '100', '2')).text).toMatch(/生效 .*现行/su);
  const file = (await run('file', '1')).text;
  expect(file).toMatch(/隔离 +数量 必填为空 +1 {2}4/u);
  for (const line of total.split('\n')) expect(textWidth(line)).toBeLessThanOrEqual(80);
});
