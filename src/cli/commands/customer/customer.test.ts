import { Command } from 'commander';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/database.js';
import { type DeliveryDesk, openDeliveryDesk } from '../../../../test/delivery-desk.js';
import { emptyDatabase } from '../../../../test/delivery-fixture.js';
import { createHubMatcher } from '../../../app/hub-matcher.js';
import type { LandingStore } from '../../../journey/land/landing-store.js';
import { textIn } from '../../text.js';
import { textWidth } from '../../text-width.js';
import { registerCustomerCommand } from './customer.js';

let own: TestDatabase;
let desk: DeliveryDesk;
let actor = 'wang';
let told: string[] = [];
beforeAll(async () => {
  own = await createTestDatabase();
});
afterAll(() => own.drop());

const layout =
  'layout: terminals\ntitle: 终端\nkind: terminal\ndictionary: true\ncolumns: { code: [编码], name: [名称] }\nrequired: [code, name]\n';
beforeEach(async () => {
  actor = 'wang';
  await emptyDatabase(own.database);
  desk = await openDeliveryDesk(own.database);
  const text = '编码,名称,省份,城市\nT1,长沙市甲医院,湖南省,长沙市\nT2,岳阳市乙医院,湖南省,岳阳市\n';
  await desk.land({ name: '终端.csv', sentAt: '2026-03-21T01:00:00Z', text, sender: 'own' });
  await desk.load([layout]);
  desk.close();
});

/** Runs a command line and returns what it printed as JSON; without `json` what it printed is in `told`. */
async function run(words: readonly string[], json = true): Promise<never> {
  let printed: unknown;
  told = [];
  const program = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
  const matcher = createHubMatcher(own.database, { workers: 1 });
  registerCustomerCommand(program, {
    ...{ text: textIn('zh'), width: 80, finish: () => undefined },
    open: async () => ({
      ...{ database: own.database, landing: {} as LandingStore, matcher, language: 'zh', json, actor },
      print: (line: string) => void told.push(line),
      printJson: (value: unknown) => {
        printed = value;
      },
      close: () => matcher.close(),
    }),
  });
  await program.parseAsync(['node', 'huiliu', 'customer', ...words]);
  return printed as never;
}

test('a card shows each value with where it comes from, down to part and row, and fits the screen', async () => {
  await run(['show', 'T1'], false);
  const shown = told.join('\n');
  expect(shown).toContain('长沙市甲医院');
  expect(shown).toMatch(/own\/terminal\/T1\s+终端\.csv\s+#\d+:2/u);
  for (const line of told) expect(textWidth(line)).toBeLessThanOrEqual(80);
  expect(await run(['show', 'KH9999999']).catch((error: Error) => error.message)).toContain('KH9999999');
});

test('a merge is a preview until --yes, needs a reason, leads the old code on, and is undone', async () => {
  expect(await run(['merge', 'T1', '--into', 'T2'])).toMatchObject({ written: false, batchId: null, terminals: 1 });
  expect(await run(['show', 'T1'])).toMatchObject({ redirectedFrom: null });
  await expect(run(['merge', 'T1', '--into', 'T2', '--yes'])).rejects.toThrow('--note');
  const { batchId } = (await run(['merge', 'T1', '--into', 'T2', '--yes', '--note', '同一家'])) as { batchId: string };
  const card = (await run(['show', 'T1'])) as { name: string; redirectedFrom: string };
  expect(card).toMatchObject({ name: '岳阳市乙医院', redirectedFrom: expect.stringMatching(/^KH\d{7}$/u) });
  expect(await run(['find', '甲医院'])).toMatchObject([{ status: 'merged', survivor: expect.stringMatching(/^KH/u) }]);
  await run(['undo', batchId, '--yes'], false);
  expect(told.join('\n')).toContain('恢复独立');
  expect(await run(['show', 'T1'])).toMatchObject({ name: '长沙市甲医院', redirectedFrom: null });
});

test('link, split, override and relate answer with what changes; as-of with what was meant', async () => {
  expect(await run(['override', 'T1', '--set', 'phone=0731-84300000', '--note', 'x', '--yes'])).toMatchObject({
    changes: [{ values: [{ attribute: 'phone', before: null, after: '0731-84300000' }] }],
  });
  expect(await run(['link', 'own/T2', '--to', 'T1', '--since', '2026-06-01', '--note', 'x', '--yes'])).toMatchObject({ written: true });
  expect(await run(['as-of', 'own/T2', '--as-of', '2026-01-01'])).not.toEqual(await run(['as-of', 'own/T2', '--as-of', '2026-07-01']));
  await run(['as-of', 'own/T2', '--as-of', '2026-07-01', '--known-at', '2026-01-01'], false);
  expect(told.join()).toContain('不指任何记录');
  expect(await run(['split', 'own/T2', '--since', 'always', '--note', 'x', '--yes'])).toMatchObject({ written: true });
  expect(await run(['relate', 'own/T2', '--to', 'T1', '--as', 'branch', '--note', 'x', '--yes'])).toMatchObject({ written: true });
  expect(await run(['show', 'T1'])).toMatchObject({ family: [{ side: 'child', kind: 'branch' }] });
  await expect(run(['link', 'own/T2', '--to', 'T1', '--note', 'x'])).rejects.toThrow('--since');
});

test('a customer that is there already is not asked for again; one that is new is made when another person approves', async () => {
  const ask = ['request', 'new', '--set', 'name=长沙市甲医院', 'province=湖南省', '--note', '新客户'];
  await expect(run(ask)).rejects.toThrow('长沙市甲医院');
  const fresh = ['request', 'new', '--set', 'name=株洲市丙药店', 'province=湖南省', '--note', '新客户'];
  const { request } = (await run(fresh)) as { request: string };
  await run(['requests'], false);
  expect(told.join('\n')).toContain('株洲市丙药店');
  await expect(run(['approve', request, '--yes'])).rejects.toThrow('somebody else');
  actor = 'chen';
  expect(await run(['approve', request, '--yes'])).toMatchObject({
    written: true,
    changes: [{ name: '株洲市丙药店', kinds: ['created'] }],
  });
  expect(await run(['requests'])).toEqual([]);
});

test('quality counts by source, and a rebuild of a sound master changes nothing', async () => {
  expect(await run(['quality'])).toMatchObject({ sources: [{ system: 'own', records: 2, consistency: 1 }] });
  await run(['quality'], false);
  expect(told.join('\n')).toContain('own');
  expect(await run(['rebuild'])).toMatchObject({ chosen: 2, changed: 0, policies: [] });
});
