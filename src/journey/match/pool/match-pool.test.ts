import type { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { learnFrom } from '../learn/learned.js';
import { createMatcher } from '../matcher.js';
import type { MatchAnswer, RawName, Terminal } from '../terminal.js';
import { type MatchPool, openMatchPool } from './match-pool.js';

const cities = [
  ['湖北省', '武汉市', '江夏区'],
  ['湖北省', '宜昌市', '夷陵区'],
  ['上海市', '上海市', '黄浦区'],
] as const;
const terminals: Terminal[] = [];
for (const [province, city, county] of cities)
  for (const [i, name] of [
    `${city}第一医院`,
    `${city}第三医院`,
    `${county}中医医院`,
    `${county}妇幼保健院`,
    '康泽大药房汉正街店',
    '康泽大药房光谷店',
    `${city}人民医院（${city}中心医院）`,
  ].entries())
    terminals.push({ id: `${county}${i}`, name, province, city, county, address: `${county}和平路${i}号` });
// Enough names for several chunks, few of them alike.
const names: RawName[] = Array.from({ length: 900 }, (_, i) => {
  const [province, city, county] = cities[i % 3]!;
  const name = [
    `${city}第1医院`,
    `${county}中医院`,
    `康泽药房${i % 2 ? '光谷' : '汉正'}店`,
    `${county}妇保院${i}`,
    '人民医院',
    `第${i}医院`,
  ][i % 6]!;
  return { key: String(i), name, ...(i % 4 ? { province, city } : {}), distributor: `D${i % 5}`, code: String(i % 90) };
});
let pools: MatchPool[];
const threads: Worker[] = [];

beforeAll(async () => {
  pools = [
    await openMatchPool(terminals, { workers: 1 }),
    await openMatchPool(terminals, { workers: 2, onThread: (thread) => threads.push(thread) }),
  ];
});
afterAll(async () => {
  await Promise.all(pools.map((pool) => pool.close()));
});

test('one thread, two threads and none give the same answers', async () => {
  const expected = createMatcher(terminals).matchBatch(names);
  expect(new Set(expected.map(({ decision }) => decision)).size).toBeGreaterThan(2);
  for (const pool of pools) expect(await pool.matchBatch(names)).toEqual(expected);
  expect(await pools[1]!.matchBatch(names.slice(0, 5), { explain: true, candidates: 20 })).toEqual(
    createMatcher(terminals).matchBatch(names.slice(0, 5), { explain: true, candidates: 20 }),
  );
});

test('what people taught reaches every thread', async () => {
  const learned = learnFrom([], ['same name, place known']);
  const pool = await openMatchPool(terminals, { workers: 2, learned });
  try {
    expect(await pool.matchBatch(names)).toEqual(createMatcher(terminals, { learned }).matchBatch(names));
    expect(pool.versions.learned).toBe(learned.version);
  } finally {
    await pool.close();
  }
});

test('the order of the names changes no answer, whichever threads they go to', async () => {
  const expected = new Map((await pools[0]!.matchBatch(names)).map((answer) => [answer.key, answer]));
  await fc.assert(
    fc.asyncProperty(fc.shuffledSubarray(names, { minLength: names.length }), async (shuffled) => {
      for (const answer of await pools[1]!.matchBatch(shuffled)) expect(answer).toEqual(expected.get(answer.key));
    }),
    { numRuns: 4 },
  );
});

test('names of one customer code are looked at together, however far apart they stand', async () => {
  const filler = Array.from({ length: 600 }, (_, i): RawName => ({ key: `f${i}`, name: `第${i}诊所`, city: '武汉市' }));
  const coded = (key: string, name: string): RawName => ({ key, name, city: '武汉市', distributor: 'D', code: '1' });
  const answers = await pools[1]!.matchBatch([coded('a', '武汉市第1医院'), ...filler, coded('b', '武汉市第3医院')]);
  const alone = await pools[1]!.matchBatch([coded('a', '武汉市第1医院')]);
  expect(alone[0]!.decision).toBe('auto');
  for (const answer of [answers[0]!, answers.at(-1)!])
    expect(answer).toMatchObject({ decision: 'suggest', whyNotAuto: ['one customer code would mean two terminals'] });
});

test('a thread that dies is replaced and its batch done again, with all that people said', async () => {
  const [, pool] = pools;
  const asked = { key: '1', name: '老街药铺' };
  const link = { name: '老街药铺', terminalId: terminals[0]!.id };
  await pool!.apply({ kind: 'must-link', ...link });
  const before = pool!.versions;
  const expected = await pool!.matchBatch([...names, asked]);
  expect(expected.at(-1)).toMatchObject({ decision: 'auto', terminalId: terminals[0]!.id });
  const count = threads.length;
  const again = pool!.matchBatch([...names, asked]);
  await Promise.all(threads.slice(-2).map((thread) => thread.terminate()));
  expect(await again).toEqual(expected);
  expect(threads.length).toBe(count + 2);
  expect(pool!.versions).toEqual(before);
  await pool!.apply({ kind: 'unlink', ...link });
  expect((await pool!.matchBatch([asked]))[0]!.terminalId).toBeNull();
});

test('a change is seen by every batch asked after it and by none asked before', async () => {
  const pool = await openMatchPool(terminals, { workers: 2 });
  const asked = Array.from({ length: 300 }, (_, i): RawName => ({ key: String(i), name: '武汉市第十八医院', city: '武汉市' }));
  const linked = async (answers: Promise<MatchAnswer[]>) => new Set((await answers).map(({ terminalId }) => terminalId));
  const before = linked(pool.matchBatch(asked));
  const added = pool.apply({ kind: 'put', terminals: [{ id: 'new', name: '武汉市第十八医院', province: '湖北省', city: '武汉市' }] });
  const after = linked(pool.matchBatch(asked));
  expect(await before).not.toContain('new');
  expect(await after).toEqual(new Set(['new']));
  await added;
  expect((await pool.whyNot(asked[0]!, terminals[0]!.id)).conflicts).toContain('ordinal');
  await pool.close();
});

test('a batch that is told to stop rejects with the reason and leaves the pool fit for the next', async () => {
  const [, pool] = pools;
  const stop = new AbortController();
  const batch = pool!.matchBatch(
    names.map((name, i) => ({ ...name, name: `${name.name}${i}` })),
    { signal: stop.signal },
  );
  stop.abort(new Error('enough'));
  await expect(batch).rejects.toThrow('enough');
  expect(await pool!.matchBatch(names.slice(0, 3))).toHaveLength(3);
});

test('a master read piece by piece keeps the later of two rows with one id', async () => {
  async function* rows(): AsyncGenerator<Terminal> {
    yield { ...terminals[0]!, name: '武汉市旧名医院' };
    await Promise.resolve();
    yield* terminals;
  }
  const pool = await openMatchPool(rows(), { workers: 2 });
  expect(pool.terminals).toBe(terminals.length);
  expect((await pool.matchBatch([names[0]!]))[0]).toEqual((await pools[0]!.matchBatch([names[0]!]))[0]);
  await pool.close();
  await expect(pool.matchBatch([names[0]!])).rejects.toThrow('closed');
});
