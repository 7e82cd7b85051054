import { Command } from 'commander';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ensureBuilt } from '../../test/built.js';
import { createTestDatabase, type TestDatabase } from '../../test/database.js';
import type { LandingStore } from '../journey/land/landing-store.js';
import { nameKey } from '../journey/match/name-key.js';
import { readShippedModel } from '../journey/match/score/load-model.js';
import type { CommandContext } from './command-context.js';
import { registerModelCommands } from './model-commands.js';
import { textIn } from './text.js';

let own: TestDatabase;
let told: string[] = [];
let json = true;
const cities = ['长沙', '株洲', '湘潭', '衡阳', '邵阳', '岳阳', '常德', '益阳', '郴州', '永州'];
const cores = ['康宁', '青禾', '云溪', '博爱'];

/** 40 clinics beside 40 hospitals of the same cores; a person linked every 「X康宁」 without a type to the clinic. */
beforeAll(async () => {
  await ensureBuilt();
  own = await createTestDatabase();
  const { database } = own;
  await database('master.distributor').insert({ code: 'D1', name: '青禾医药', province: '湖南省' });
  const places = cities.flatMap((city) => cores.map((core) => ({ city, core })));
  await database('master.terminal').insert(
    places.flatMap(({ city, core }, i) =>
      [
        { code: `H${i}`, name: `${city}${core}医院`, type: '医院' },
        { code: `G${i}`, name: `${city}${core}综合门诊部`, type: '门诊部' },
      ].map((one) => ({ ...one, name_key: nameKey(one.name), province: '湖南省', city: `${city}市` })),
    ),
  );
  await database('matching.raw_name').insert([
    ...places.map(({ city, core }, i) => ({
      id: i + 1,
      distributor_id: 1,
      code: `c${i}`,
      name: `${city}${core}`,
      address: '',
      region: `湖南省/${city}市`,
    })),
    { id: 900, distributor_id: 1, code: 'x', name: '长沙康宁院', address: '', region: '湖南省/长沙市' },
  ]);
  await database.raw(`
    insert into matching.batch (kind, actor, by_person) values ('decide', 'wang', true), ('match', 'matcher', false);
    insert into matching.decision (raw_name_id, verdict, terminal_id, by_person, actor, batch_id)
      select rn.id, 'auto', t.id, true, 'wang', 1 from matching.raw_name rn join master.terminal t on t.code = 'G' || (rn.id - 1) order by rn.id;
    insert into matching.decision (raw_name_id, verdict, by_person, actor, batch_id) values (900, 'review', false, 'matcher', 2);
    insert into matching.link (raw_name_id, decision_id, verdict, terminal_id, by_person)
      select raw_name_id, id, verdict, terminal_id, by_person from matching.decision`);
}, 240_000);
afterAll(() => own.drop());

async function run(...words: string[]) {
  let printed: unknown;
  told = [];
  const program = new Command().exitOverride();
  const open = async () => ({
    ...{
      database: own.database,
      landing: {} as LandingStore,
      matcher: {} as CommandContext['matcher'],
      language: 'en' as const,
      json,
      actor: 'wang',
    },
    print: (line: string) => void told.push(line),
    printJson: (value: unknown) => {
      printed = value;
    },
    close: async () => {},
  });
  const finish = () => {};
  const match = program.command('match');
  registerModelCommands(match, { text: textIn('en'), width: 100, open, finish }, { note: () => {}, signal: new AbortController().signal });
  await program.parseAsync(['match', ...words], { from: 'user' });
  return printed as Record<string, unknown>;
}

test('a model is fitted in a child, kept only with --yes, used only when promoted, and rolled back', async () => {
  const preview = await run('learn');
  expect(preview).toMatchObject({ version: 'here-1', written: false, trainedOn: { decisions: 40 } });
  expect(await own.database('matching.model')).toEqual([]);
  const metrics = preview['metrics'] as { before: { bits: number }; after: { bits: number }; strength: number };
  expect(metrics.after.bits).toBeLessThan(metrics.before.bits);

  const kept = await run('learn', '--yes');
  expect(kept).toMatchObject({ version: 'here-1', written: true, trainedOn: preview['trainedOn'], diff: preview['diff'] });
  expect(await run('models')).toMatchObject({
    usesShipped: true,
    models: [{ version: 'here-1', isInUse: false, base: readShippedModel().version }],
  });
  expect(await run('promote', 'here-1')).toMatchObject({ written: false });
  expect(await run('models')).toMatchObject({ usesShipped: true });
  await run('promote', 'here-1', '--yes');
  expect(await run('models')).toMatchObject({ usesShipped: false, models: [{ isInUse: true }] });
  expect(await run('rollback', '--yes')).toMatchObject({ version: readShippedModel().version });
  expect(await run('models')).toMatchObject({ usesShipped: true });
  expect(await own.database('matching.link').where({ by_person: true }).count()).toEqual([{ count: '40' }]);
}, 120_000);

test('a person reads what was learned and what would change', async () => {
  json = false;
  await run('learn');
  json = true;
  const text = told.join('\n');
  expect(text).toMatch(/From 40 decisions/);
  expect(text).toMatch(/On unseen decisions: loss [\d.]+ → [\d.]+ bits/);
  expect(text).toMatch(/Links against the word of people: \d+ with the model in use, \d+ with the candidate/);
  expect(told.at(-1)).toContain('huiliu match learn --yes');
}, 120_000);

test('a model that disagrees with more people than the one in use is refused, unless somebody says why', async () => {
  const [row] = await own.database('matching.model').where({ version: 'here-1' });
  const after = [{ key: '1', person: '2', terminalId: '1', probability: 0.99, name: '长沙康宁', rows: 3, amount: '10' }];
  const { id: _, made_at: __, ...copy } = row;
  const text = (value: unknown) => JSON.stringify(value);
  await own.database('matching.model').insert({
    ...copy,
    ...{ version: 'here-bad', content: text(row.content), trained_on: text(row.trained_on), metrics: text(row.metrics) },
    diff: text({ names: 41, moves: [], before: 0, after }),
  });
  await expect(run('promote', 'here-bad', '--yes')).rejects.toMatchObject({ told: { code: 'model.against-people' } });
  await expect(run('promote', 'here-bad', '--yes', '--anyway')).rejects.toMatchObject({ told: { code: 'model.against-people' } });
  expect(await run('models')).toMatchObject({ usesShipped: true });
  await run('promote', 'here-bad', '--yes', '--anyway', '--why', '新口径');
  expect(await own.database('matching.model_event').orderBy('id', 'desc').first()).toMatchObject({ reason: '新口径', actor: 'wang' });
  await expect(run('promote', 'nonsense')).rejects.toMatchObject({ told: { code: 'model.unknown' } });
});
