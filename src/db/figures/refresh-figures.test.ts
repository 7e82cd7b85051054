import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { seededRandom } from '../../../scripts/sample-night/seeded-random.js';
import { copyClosing, countedFromCopies, dropClosing } from '../../../test/counted-model.js';
import { createTestDatabase, type TestDatabase } from '../../../test/database.js';
import { type DeliveryDesk, openDeliveryDesk } from '../../../test/delivery-desk.js';
import { emptyDatabase } from '../../../test/delivery-fixture.js';
import { type FlowFileRow, reloadFlow, sendFlow } from '../../../test/flow-files.js';
import { matchAll } from '../../../test/matcher-of.js';
import { addDecimals } from '../../journey/map/decimal-arithmetic.js';
import { nameKey, productKey } from '../../journey/match/name-key.js';
import { HubError } from '../../model/hub-error.js';
import { inSnapshot } from '../in-snapshot.js';
import { linkNewProducts } from '../link-products.js';
import { mergeRecords } from '../master/merge-records.js';
import { rebuildMaster } from '../master/rebuild-master.js';
import { decideNames } from '../names/decide-names.js';
import { mergeTerminals } from '../names/merge-terminals.js';
import type { NameEdit } from '../names/name-decision.js';
import { undoDecisions } from '../names/undo-decisions.js';
import { replayQuarantine } from '../replay-quarantine.js';
import { retireLines } from '../retention/retire-lines.js';
import { closeMonth, reopenMonth } from './close-month.js';
import { answerBalance, answerChain, answerRows, answerSummary } from './figure-answers.js';
import type { BalanceLine } from './read-balance.js';
import { readScorecards } from './read-scorecard.js';
import { rebuildFigures, refreshFigures } from './refresh-figures.js';

let own: TestDatabase;
let desk: DeliveryDesk;
beforeAll(async () => {
  own = await createTestDatabase();
});
afterAll(() => own.drop());
beforeEach(async () => {
  await emptyDatabase(own.database);
  await own.database.raw('drop table if exists public.closing_copy, public.line_copy');
  desk = await openDeliveryDesk(own.database);
  await own.database('master.distributor').insert({ code: 'D3', name: '衡阳 医药（三）', former_names: '雁城药业；老三药行' });
  for (const [code, name] of [
    ['T1', '长沙市济仁医院'],
    ['T2', '长沙市普济堂药房'],
    ['T3', '衡阳市中医医院'],
  ] as const)
    await own.database('master.terminal').insert({ code, name, name_key: nameKey(name), province: '湖南省', city: name.slice(0, 3) });
  sent = 0;
  loaded = [];
});
afterEach(() => desk.close());

/** `HUILIU_FIGURES_SEEDS=40` tries as many histories with closed months. */
const closedSeeds = Array.from({ length: Number(process.env['HUILIU_FIGURES_SEEDS'] ?? 4) }, (_, at) => at + 1);
const buyers = ['长沙市济仁医院', '长沙市普济堂药房', '济仁医院', '衡阳医药(三)', 'D2 医药', '雁城药业', '零散客户'];
const days = ['2026-02-27', '2026-02-28', '2026-03-01', '2026-03-02', '2026-03-31'];
let sent = 0;

async function send(sender: string, kind: 'sale' | 'purchase' | 'stock', rows: readonly FlowFileRow[], minute = sent): Promise<void> {
  sent += 1;
  loaded.push({ deliveryId: await sendFlow(desk, { sender, kind, minute, name: `${kind}${sent}.csv` }, rows), kind });
}

let loaded: { readonly deliveryId: string; readonly kind: 'sale' | 'purchase' | 'stock' }[] = [];
/** A layout that was corrected: other units, rows that are left out (whole days with them), or as it was. */
async function reloadSomething(chance: Chance): Promise<void> {
  if (loaded.length === 0) return;
  sent += 1;
  const leaveOut = `drop:\n  unwanted: { column: 批号, equals: [${pick(chance, ['L1', 'L2'])}] }\n`;
  const more = pick(chance, ['', 'units:\n  factors: { 盒: 10 }\n', 'units:\n  factors: { 盒: 1/3 }\n', leaveOut]);
  await reloadFlow(desk, { ...pick(chance, loaded), version: `v${sent}`, more });
}

type Chance = () => number;
const pick = <T>(chance: Chance, from: readonly T[]): T => from[Math.floor(chance() * from.length)]!;
const upTo = (chance: Chance, most: number) => Math.floor(chance() * most);

async function sendSomething(chance: Chance): Promise<void> {
  const kind = pick(chance, ['sale', 'sale', 'sale', 'purchase', 'stock'] as const);
  const of = Array.from({ length: 1 + upTo(chance, 2) }, () => pick(chance, days));
  const rows = Array.from({ length: 1 + upTo(chance, 8) }, () => [
    ...[pick(chance, of), pick(chance, kind === 'sale' ? buyers : ['D1 医药', '某制药厂']), pick(chance, ['甲片', '乙片', '丙片'])],
    ...[
      pick(chance, ['L1', 'L2']),
      chance() < 0.05 ? '若干' : (upTo(chance, 400) - 40) / 4,
      chance() < 0.2 ? '' : (upTo(chance, 9000) / 100).toFixed(2),
    ],
  ]);
  await send(pick(chance, ['D1', 'D2']), kind, rows, upTo(chance, 500));
}

async function decideSomething(chance: Chance): Promise<void> {
  const ids: string[] = await own.database('matching.raw_name').where({ role: 'buyer' }).orderBy('id').pluck('id');
  if (ids.length === 0) return;
  const verdict = pick(chance, ['link', 'link', 'distributor', 'distributor', 'not', 'new', 'noise', 'unlink'] as const);
  const code =
    verdict === 'distributor'
      ? pick(chance, ['D1', 'D2', 'D3'])
      : ['link', 'not'].includes(verdict)
        ? pick(chance, ['T1', 'T2', 'T3'])
        : '';
  const edit: NameEdit = {
    ...{ row: 1, rawNameId: pick(chance, ids), seenName: null, seenDecisionId: null, verdict, terminalCode: code, note: '' },
    scope: pick(chance, ['name', 'distributor', 'everywhere'] as const),
    ...(verdict !== 'not' && chance() < 0.4 && { validFrom: pick(chance, days) }),
  };
  expect((await decideNames(own.database, [edit], 'wang')).problems).toEqual([]);
}

async function addProduct(chance: Chance): Promise<void> {
  const [name, twin] = [pick(chance, ['甲片', '乙片', '丙片']), pick(chance, ['', '', '2'])];
  await own
    .database('master.product')
    .insert({ code: `P${name}${twin}`, generic_name: name, spec: '0.3g', name_key: productKey(name, '0.3g') })
    .onConflict('code')
    .ignore();
  await linkNewProducts(own.database);
}

async function merge(chance: Chance): Promise<void> {
  const [loser, survivor] = [pick(chance, ['T1', 'T2']), 'T3'];
  await mergeTerminals(own.database, { loser, survivor, reason: 'x' }, 'wang').catch(() => undefined);
}

/** Distributors into each other, products into each other, in chains and circles; some are not there, or are one already. */
async function mergeRecordsSomehow(chance: Chance): Promise<void> {
  const codes = chance() < 0.5 ? ['D1', 'D2', 'D3'] : ['P甲片', 'P乙片', 'P丙片', 'P甲片2', 'P乙片2'];
  const [loser, survivor] = [pick(chance, codes), pick(chance, codes)];
  const merging = mergeRecords(own.database, { loser, survivor, reason: 'x' }, { actor: 'wang', isPreview: chance() < 0.2 });
  await merging.catch((error: unknown) => {
    if (!(error instanceof HubError)) throw error;
  });
}

async function undoSomething(chance: Chance): Promise<void> {
  const batches: string[] = await own.database('matching.batch').orderBy('id').pluck('id');
  if (batches.length > 0) await undoDecisions(own.database, pick(chance, batches), 'li');
}

async function replaySomething(chance: Chance): Promise<void> {
  await replayQuarantine(
    own.database,
    async (_part, rows) =>
      new Map(
        rows.map(({ rowNo, cells: [day = '', name = '', product = ''] }) => {
          const rest = {
            unit: '盒',
            factorNumerator: 1n,
            factorDenominator: 1n,
            price: null,
            lot: 'L1',
            expiry: '',
            manufacturedOn: '',
            docNo: '',
          };
          const said = {
            kind: 'sale',
            businessDate: day,
            quantity: String(1 + upTo(chance, 9)),
            amount: '1.5',
            docLine: '',
            isReturn: false,
            isRedLetter: false,
          } as const;
          const [party, of] = [
            { code: '', name, address: '', region: '' },
            { code: '', name: product, spec: '0.3g', maker: '' },
          ];
          const isSale = days.includes(day) && buyers.includes(name);
          return [rowNo, isSale ? { fate: 'line', line: { ...rest, ...said, party, product: of } } : { fate: 'quarantined', issues: [] }];
        }),
      ),
    { actor: 'wang' },
  );
}

/** Closes February, March or both, or takes the last closing back. */
async function closeSomething(chance: Chance): Promise<void> {
  const [month, act] = [pick(chance, ['2026-01', '2026-02', '2026-02', '2026-03']), { actor: 'wang', isPreview: chance() < 0.2 }];
  const [last] = await own
    .database('figures.closing')
    .whereNull('reopened_at')
    .orderBy('month', 'desc')
    .select(own.database.raw(`to_char(month, 'YYYY-MM') as month`));
  if (last && chance() < 0.5) {
    await reopenMonth(own.database, { month: last.month, why: 'x' }, act);
    if (!act.isPreview) await dropClosing(own.database);
  } else if (!last || month > last.month) {
    await closeMonth(own.database, { month, note: 'x' }, act);
    if (!act.isPreview) await copyClosing(own.database, month);
  } else await expect(closeMonth(own.database, { month, note: 'x' }, act)).rejects.toThrow(HubError);
}

const retire = () => retireLines(own.database, { days: -1, actor: 'wang', signal: new AbortController().signal });

/** The figures as published, and added up again from the published lines. */
async function published(): Promise<object[]> {
  const { rows } = await own.database.raw(`
    select kind, buyer_kind, counted_month, actual_month, distributor_code, terminal_code, partner_code, product_code, line_count::text, base_quantity::text, amount::text
      from pub_v1.figure_month order by 1, 2, 3, 4, 5, 6, 7, 8`);
  return rows;
}
async function addedUp(): Promise<object[]> {
  const { rows } = await own.database.raw(`
    with line as (
      select l.*, case when buyer_kind = 'terminal' then terminal_code end as terminal, g.sender,
             max(l.business_date) over (partition by l.kind, g.sender, actual_month) as last_day,
             max(l.business_date) over (partition by l.kind, distributor_code, actual_month) as party_day,
             (select max(o.business_date) from ledger.generation o where o.sender = g.sender and o.state = 'active') as newest
        from pub_v1.flow_line l join ledger.generation g on g.id = l.generation_id)
    select kind, buyer_kind, counted_month, actual_month, distributor_code, terminal as terminal_code, partner_code, product_code,
           count(*)::text as line_count, trim_scale(sum(base_quantity))::text as base_quantity, trim_scale(sum(amount))::text as amount
      from line where kind <> 'stock' or (business_date = last_day and (last_day > party_day - 7 or newest > last_day))
     group by 1, 2, 3, 4, 5, 6, 7, 8 order by 1, 2, 3, 4, 5, 6, 7, 8`);
  return rows;
}

/** By the actual month the figures are those of the lines; by the counted month what the copies of closed months say. */
async function expectFiguresRight(): Promise<void> {
  const seen = (await published()) as Record<string, unknown>[];
  expect(seen.filter(({ kind }) => kind !== 'stock')).toEqual(await countedFromCopies(own.database));
  const lines = (await addedUp()) as Record<string, unknown>[];
  expect(seen.filter(({ kind }) => kind === 'stock')).toEqual(lines.filter(({ kind }) => kind === 'stock'));
  expect(byActual(seen)).toEqual(byActual(lines));
}

/** Sums by all but the counted month. An amount of nothing is 0 here: pairs may leave it so. */
function byActual(figures: readonly Record<string, unknown>[]): Record<string, string> {
  const sums = new Map<string, [string, string, string]>();
  for (const { counted_month: _, line_count, base_quantity, amount, ...key } of figures) {
    const [lines, quantity, money] = sums.get(JSON.stringify(key)) ?? ['0', '0', '0'];
    const sum = [
      addDecimals(lines, String(line_count)),
      addDecimals(quantity, String(base_quantity)),
      addDecimals(money, String(amount ?? '0')),
    ];
    sums.set(JSON.stringify(key), sum as [string, string, string]);
  }
  return Object.fromEntries([...sums].map(([key, sum]) => [key, sum.join(' ')]).filter(([, sum]) => sum !== '0 0 0'));
}

/** Behind each row of a balance stand lines that add up to it. */
async function expectLinesBehind(month: string): Promise<void> {
  const { rows } = await answerBalance(own.database, { month });
  for (const row of rows) {
    const only = { product: row.product ?? row.productName, spec: row.spec, lot: row.lot };
    const { lines } = await answerBalance(own.database, { month, distributor: row.distributor }, only);
    const sum = (of: BalanceLine['what']) =>
      lines!.filter(({ what }) => what === of).reduce((total, { quantity }) => addDecimals(total, quantity), '0');
    expect({
      ...row,
      opening: sum('opening'),
      purchases: sum('purchase'),
      sales: sum('sale'),
      transfers: sum('transfer'),
      closing: sum('closing'),
    }).toEqual(row);
  }
}

test.each([1, 2, 3, 4, 5])(
  'history %i: refreshed figures are those of a recomputation after loads, corrections, other layouts, decisions, merges and undo',
  { timeout: 120_000 },
  async (seed) => {
    const chance = seededRandom(seed).next;
    for (let step = 0; step < 45; step += 1) {
      const dice = chance();
      if (dice < 0.4 || step < 4) await sendSomething(chance);
      else if (dice < 0.5) await matchAll(own.database);
      else if (dice < 0.7) await decideSomething(chance);
      else if (dice < 0.75) await addProduct(chance);
      else if (dice < 0.78) await merge(chance);
      else if (dice < 0.84) await mergeRecordsSomehow(chance);
      else if (dice < 0.9) await undoSomething(chance);
      else if (dice < 0.93) await replaySomething(chance);
      else if (dice < 0.96) await reloadSomething(chance);
      else if (dice < 0.98) await closeSomething(chance);
      else await retire();
      if (chance() < 0.5) continue;
      await refreshFigures(own.database);
      await expectFiguresRight();
    }
    await refreshFigures(own.database);
    expect(await own.database('figures.touched').select()).toEqual([]);
    for (const month of ['2026-02', '2026-03']) await expectLinesBehind(month);
    expect(await rebuildFigures(own.database)).toBe(0);
    await expectFiguresRight();
  },
);

test.each(closedSeeds)(
  'history %i: what is closed stays as it was, and what comes late counts in the first open month, whatever is loaded, decided, closed and reopened',
  { timeout: 120_000 },
  async (seed) => {
    const chance = seededRandom(seed + 100).next;
    for (let step = 0; step < 40; step += 1) {
      const dice = chance();
      if (dice < 0.35 || step < 3) await sendSomething(chance);
      else if (dice < 0.55) await closeSomething(chance);
      else if (dice < 0.62) await replaySomething(chance);
      else if (dice < 0.72) await reloadSomething(chance);
      else if (dice < 0.82) await decideSomething(chance);
      else if (dice < 0.87) await undoSomething(chance);
      else if (dice < 0.9) await addProduct(chance);
      else if (dice < 0.93) await matchAll(own.database);
      else if (dice < 0.96) await mergeRecordsSomehow(chance);
      else await retire();
      if (chance() < 0.5) continue;
      await refreshFigures(own.database);
      await expectFiguresRight();
    }
    await refreshFigures(own.database);
    expect(await rebuildFigures(own.database)).toBe(0);
    await expectFiguresRight();
    for (;;) {
      const last = await own.database('figures.closing').whereNull('reopened_at').max('month as month').first();
      if (!last?.month) break;
      await reopenMonth(own.database, { month: String(last.month).slice(0, 7), why: 'x' }, { actor: 'wang', isPreview: false });
    }
    expect(await own.database('figures.late_sum')).toEqual([]);
    expect(await published()).toEqual(await addedUp());
  },
);

/** Sales of two days to a name that means T1 until the 27th and T2 from the 28th, rows of `waiting` in quarantine; then February is closed. */
async function closeWithDatedName(waiting: readonly string[]): Promise<readonly FlowFileRow[]> {
  const row = (day: string, quantity: number | string): FlowFileRow => [day, '济仁医院', '甲片', 'L1', quantity, '1'];
  const rows = [row('2026-02-27', 1), row('2026-02-28', 2), ...waiting.map((day) => row(day, '若干'))];
  await send('D1', 'sale', rows);
  const { id } = await own.database('matching.raw_name').where({ name: '济仁医院' }).first('id');
  for (const [terminalCode, validFrom] of [['T1'], ['T2', '2026-02-28']] as const) {
    const edit = { row: 1, rawNameId: id, seenName: null, seenDecisionId: null, verdict: 'link', terminalCode, note: '' } as const;
    expect((await decideNames(own.database, [{ ...edit, ...(validFrom && { validFrom }) }], 'w')).problems).toEqual([]);
  }
  await closeMonth(own.database, { month: '2026-02', note: '' }, { actor: 'w', isPreview: false });
  await copyClosing(own.database, '2026-02');
  return rows;
}

/** Month, terminal, lines and quantity of each row. */
const told = async (view: string) =>
  (await own.database(view).orderBy(['counted_month', 'terminal_code'])).map((one) =>
    [String(one.counted_month).slice(0, 7), one.terminal_code, one.line_count, one.base_quantity].join(' '),
  );

test('rows of quarantine that are released for a closed month are late on their own days, where their name meant different terminals', async () => {
  const [first, last] = await closeWithDatedName(['2026-02-27', '2026-02-28', '2026-02-28']);
  await replaySomething(() => 0.5);
  await refreshFigures(own.database);
  expect(await told('pub_v1.late_change')).toEqual(['2026-03 T1 1 5', '2026-03 T2 2 10']);
  expect(await told('pub_v1.figure_month')).toEqual(['2026-02 T1 1 1', '2026-02 T2 1 2', '2026-03 T1 1 5', '2026-03 T2 2 10']);
  await send('D1', 'sale', [first!, last!] as FlowFileRow[]);
  await refreshFigures(own.database);
  expect(await told('pub_v1.late_change')).toEqual([]);
});

test.each(['sent again', 'loaded under another layout'])('so they are when their day is %s before anybody counts', async (how) => {
  const isSent = how === 'sent again';
  const [first, last] = await closeWithDatedName(isSent ? ['2026-02-27', '2026-02-28', '2026-02-28'] : ['2026-02-28']);
  await replaySomething(() => 0.5);
  if (isSent) await send('D1', 'sale', [first!, [...last!.slice(0, 4), 3, '1']] as FlowFileRow[]);
  else await reloadFlow(desk, { ...loaded[0]!, version: 'v9', more: 'units:\n  factors: { 盒: 10 }\n' });
  await refreshFigures(own.database);
  expect((await told('pub_v1.figure_month')).slice(0, 2)).toEqual(['2026-02 T1 1 1', '2026-02 T2 1 2']);
  await expectFiguresRight();
  expect(await rebuildFigures(own.database)).toBe(0);
});

test('a sale to a distributor of the master is a transfer, by name in any width, former name or a person, and never a terminal sale', async () => {
  const row = (name: string, quantity: number) => ['2026-03-01', name, '甲片', 'L1', quantity, '10'];
  await send('D1', 'sale', [
    row('长沙市济仁医院', 1),
    row('衡阳医药(三)', 2),
    row('雁城药业', 4),
    row('D2医药', 8),
    row('三医药公司', 16),
    row('D3', 32),
  ]);
  await matchAll(own.database);
  await refreshFigures(own.database);
  const split = async () =>
    Object.fromEntries(
      (await own.database('pub_v1.figure_month').orderBy(['buyer_kind', 'partner_code'])).map((one) => [
        `${one.buyer_kind} ${one.partner_code ?? one.terminal_code ?? ''}`.trim(),
        one.base_quantity,
      ]),
    );
  expect(await split()).toEqual({ 'terminal T1': '1', 'distributor D2': '8', 'distributor D3': '38', unknown: '16' });

  const idOf = async (name: string) => (await own.database('matching.raw_name').where({ name }).first('id')).id as string;
  const say = async (name: string, verdict: 'distributor' | 'link' | 'new', terminalCode: string) =>
    (
      await decideNames(
        own.database,
        [{ row: 1, rawNameId: await idOf(name), seenName: null, seenDecisionId: null, verdict, terminalCode, note: '' }],
        'w',
      )
    ).batchId!;
  const batch = await say('三医药公司', 'distributor', 'D3');
  expect(await split()).toMatchObject({ 'distributor D3': '54' });
  await say('雁城药业', 'link', 'T2');
  await say('D3', 'new', '');
  expect(await split()).toEqual({ 'terminal T1': '1', 'terminal T2': '4', 'distributor D2': '8', 'distributor D3': '18', unknown: '32' });
  await undoDecisions(own.database, batch, 'w');
  expect(await split()).toMatchObject({ 'distributor D3': '2', unknown: '48' });
  const wrong = await decideNames(
    own.database,
    [{ row: 1, rawNameId: await idOf('D3'), seenName: null, seenDecisionId: null, verdict: 'distributor', terminalCode: 'T1', note: '' }],
    'w',
  );
  expect(wrong.problems.map(({ code }) => code)).toEqual(['match.unknown-distributor']);
});

test('two distributors of one spelling are neither, and a name that the master takes back is unknown again', async () => {
  await send('D1', 'sale', [['2026-03-01', '雁城药业', '甲片', 'L1', 1, '']]);
  await refreshFigures(own.database);
  const partner = async () => (await own.database('pub_v1.flow_line').first('buyer_kind', 'partner_code')) as object;
  expect(await partner()).toEqual({ buyer_kind: 'distributor', partner_code: 'D3' });
  await own.database('master.distributor').insert({ code: 'D4', name: '雁城 药业' });
  expect(await partner()).toEqual({ buyer_kind: 'unknown', partner_code: null });
  expect(await published()).toEqual(await addedUp());
});

test('figures of merged distributors and products are those of the one that is left, along a chain of merges, until the merges are undone', async () => {
  const { database } = own;
  for (const code of ['P1', 'P2', 'P3'])
    await database('master.product').insert({ code, generic_name: `${code}片`, spec: '0.3g', name_key: productKey(`${code}片`, '0.3g') });
  await send('D1', 'sale', [
    ['2026-03-01', '雁城药业', 'P1片', 'L1', 1, 10],
    ['2026-03-02', 'D2医药', 'P2片', 'L1', 2, 20],
  ]);
  await send('D2', 'sale', [['2026-03-02', '老三药行', 'P3片', 'L1', 4, 40]]);
  await send('D1', 'stock', [['2026-03-01', '', 'P1片', 'L1', 8]]);
  await send('D2', 'stock', [['2026-03-02', '', 'P2片', 'L1', 16]]);
  await linkNewProducts(database);
  await refreshFigures(database);
  const before = await published();
  expect(before.map((one) => Object.values(one).filter((value) => typeof value === 'string' && /^[DP]\d$/u.test(value)))).toEqual([
    ...[
      ['D1', 'D2', 'P2'],
      ['D1', 'D3', 'P1'],
      ['D2', 'D3', 'P3'],
    ],
    ...[
      ['D1', 'P1'],
      ['D2', 'P2'],
    ],
  ]);
  const say = async (loser: string, survivor: string) =>
    (await mergeRecords(database, { loser, survivor, reason: 'x' }, { actor: 'w', isPreview: false })).batchId;
  const batches = [await say('D1', 'D2'), await say('P1', 'P2'), await say('D2', 'D3'), await say('P2', 'P3')];

  const figures = async () => (await database('pub_v1.figure_month').orderBy('kind')) as Record<string, unknown>[];
  const short = (one: Record<string, unknown>) => [
    one['kind'],
    one['distributor_code'],
    one['partner_code'],
    one['product_code'],
    one['base_quantity'],
  ];
  // Their stock is that of both senders, each of its own last day.
  expect((await figures()).map(short)).toEqual([
    ['sale', 'D3', 'D3', 'P3', '7'],
    ['stock', 'D3', null, 'P3', '24'],
  ]);
  expect(await published()).toEqual(await addedUp());
  expect(await database('pub_v1.distributor_redirect').orderBy('code')).toEqual([
    { code: 'D1', now_code: 'D3' },
    { code: 'D2', now_code: 'D3' },
  ]);
  expect(await database('pub_v1.product').pluck('code')).toEqual(['P3']);
  const asked = await answerRows(database, { month: '2026-03', by: 'actual', distributor: 'D1', product: 'P1' }, { limit: 9, offset: 0 });
  expect(asked.rows.map(({ distributor, product, quantity }) => [distributor, product, quantity])).toEqual([
    ['D3', 'P3', '7'],
    ['D3', 'P3', '24'],
  ]);
  const { distributors } = await answerSummary(database, { month: '2026-03', by: 'actual', distributor: 'D2' });
  expect(distributors.map(({ distributor, transfers, stockOn }) => [distributor, transfers.quantity, stockOn])).toEqual([
    ['D3', '7', '2026-03-02'],
  ]);
  const cards = await inSnapshot(database, (client) => readScorecards(client, { firstDay: '2026-03-01', distributorId: null }));
  expect(cards.map(({ distributor, saleDays, stockDays, linkedLines }) => [distributor, saleDays, stockDays, linkedLines])).toEqual([
    ['D3', 2, 2, 5],
  ]);
  await rebuildMaster(database, { actor: 'w', isPreview: false });
  expect([(await figures()).map((one) => one['distributor_code']), await rebuildFigures(database)]).toEqual([['D3', 'D3'], 0]);

  for (const batch of [batches[2]!, batches[0]!, batches[1]!, batches[3]!]) await undoDecisions(database, batch, 'w');
  expect(await published()).toEqual(before);
  expect(await database('pub_v1.product').orderBy('code').pluck('code')).toEqual(['P1', 'P2', 'P3']);
});

test('balance and chain of merged distributors and products are struck over all of their lines', async () => {
  const { database } = own;
  for (const code of ['P1', 'P2'])
    await database('master.product').insert({ code, generic_name: `${code}片`, spec: '0.3g', name_key: productKey(`${code}片`, '0.3g') });
  await send('D1', 'stock', [['2026-02-28', '', 'P1片', 'L1', 10]]);
  await send('D2', 'stock', [['2026-03-31', '', 'P2片', 'L1', 12]]);
  await send('D1', 'purchase', [['2026-03-02', '老三药行', 'P1片', 'L1', 5, 50]]);
  await send('D2', 'sale', [['2026-03-03', '长沙市济仁医院', 'P2片', 'L1', 2, 30]]);
  await linkNewProducts(database);
  await refreshFigures(database);
  for (const [loser, survivor] of [
    ['D1', 'D2'],
    ['P1', 'P2'],
  ] as const)
    await mergeRecords(database, { loser, survivor, reason: 'x' }, { actor: 'w', isPreview: false });
  const { rows, lines } = await answerBalance(database, { month: '2026-03', distributor: 'D1' }, { product: 'P1', lot: 'L1' });
  expect(rows.map((one) => [one.distributor, one.product, one.opening, one.purchases, one.sales, one.closing, one.difference])).toEqual([
    ['D2', 'P2', '10', '5', '2', '12', '1'],
  ]);
  expect(lines!.map(({ what, quantity }) => `${what} ${quantity}`)).toEqual(['opening 10', 'purchase 5', 'sale 2', 'closing 12']);
  const { purchases } = await answerChain(database, { month: '2026-03', distributor: 'D1' });
  expect(purchases.map(({ distributor, upstream, product, state }) => [distributor, upstream, product, state])).toEqual([
    ['D2', 'D3', 'P2', 'silent'],
  ]);
  expect((await database('pub_v1.stock_balance')).map((one) => [one.distributor_code, one.product_code, one.difference])).toEqual([
    ['D2', 'P2', '1'],
  ]);
});

test('two warehouses of merged distributors are added up, each of its own last day; one that went quiet handed its goods over', async () => {
  const { database } = own;
  const stock = (sender: string, day: string, quantity: number) => send(sender, 'stock', [[day, '', '甲片', 'L1', quantity]]);
  await stock('D1', '2026-02-27', 10);
  await stock('D2', '2026-02-28', 20);
  await stock('D1', '2026-03-02', 9);
  await stock('D2', '2026-03-30', 18);
  await send('D2', 'sale', [['2026-03-20', '长沙市济仁医院', '甲片', 'L1', 2]]);
  await send('D1', 'sale', [
    ['2026-02-28', '长沙市济仁医院', '甲片', 'L1', 1],
    ['2026-03-01', '长沙市济仁医院', '甲片', 'L1', 0],
  ]);
  await refreshFigures(database);
  const { batchId } = await mergeRecords(database, { loser: 'D1', survivor: 'D2', reason: 'x' }, { actor: 'w', isPreview: false });
  const seen = async () => {
    const { spans, rows } = await answerBalance(database, { month: '2026-03', distributor: 'D2' });
    const { distributors } = await answerSummary(database, { month: '2026-03', by: 'actual' });
    return [
      spans.map(({ openingOn, closingOn, senders }) => [openingOn, closingOn, ...senders.map((one) => Object.values(one).join(' '))]),
      rows.map(({ opening, sales, closing, difference }) => [opening, sales, closing, difference].join(' ')),
      distributors.map(({ stock: { quantity }, stockOn }) => `${quantity} ${stockOn}`),
    ];
  };
  // D1 has said nothing after the 2nd: its goods are among D2's, as are its movements.
  expect(await seen()).toEqual([
    [['2026-02-27', '2026-03-30', 'D1  2026-02-27', 'D2 2026-03-30 2026-02-28']],
    ['30 3 18 9'],
    ['18 2026-03-30'],
  ]);
  expect(await published()).toEqual(await addedUp());
  // It goes on after all: it has a stock of its own, of the 2nd.
  await send('D1', 'sale', [['2026-03-10', '长沙市济仁医院', '甲片', 'L1', 4]]);
  await refreshFigures(database);
  expect(await seen()).toEqual([
    [['2026-02-27', '2026-03-30', 'D1 2026-03-02 2026-02-27', 'D2 2026-03-30 2026-02-28']],
    ['30 3 27 0'],
    ['27 2026-03-30'],
  ]);
  expect(await published()).toEqual(await addedUp());
  const { lines } = await answerBalance(database, { month: '2026-03', distributor: 'D2' }, { product: '甲片', lot: 'L1' });
  expect(lines!.map(({ what, quantity }) => `${what} ${quantity}`)).toEqual([
    ...['opening 10', 'opening 20', 'sale 1', 'sale 0', 'sale 2', 'closing 9', 'closing 18'],
  ]);
  await undoDecisions(database, batchId, 'w');
  expect((await answerBalance(database, { month: '2026-03', distributor: 'D2' })).rows.map(({ difference }) => difference)).toEqual(['0']);
});

test('until the refresh a reader sees all of the old, and what comes while one runs is counted by the next', async () => {
  await send('D1', 'sale', [['2026-03-01', '甲院', '甲片', 'L1', 5, '10']], 1);
  await refreshFigures(own.database);
  await send('D1', 'sale', [['2026-03-01', '甲院', '甲片', 'L1', 7, '']], 2);
  const seen = async () => (await own.database('pub_v1.figure_month').select('base_quantity', 'amount')) as object[];
  expect(await seen()).toEqual([{ base_quantity: '5', amount: '10' }]);
  const results = await Promise.all([refreshFigures(own.database), refreshFigures(own.database), refreshFigures(own.database)]);
  expect(results.map(({ added, removed }) => added + removed).toSorted((a, b) => a - b)).toEqual([0, 0, 1]);
  expect(await seen()).toEqual([{ base_quantity: '7', amount: null }]);
});

test('a change of a closed month whose lines are gone is late all the same, and a sum of it that was damaged is made right', async () => {
  const { database } = own;
  const counted = async () =>
    (await database('pub_v1.figure_month').orderBy('counted_month')).map((one) => [
      String(one.counted_month).slice(0, 7),
      one.base_quantity,
      one.amount,
    ]);
  await send('D1', 'sale', [['2026-02-28', '甲院', '甲片', 'L1', 5, '10']], 1);
  await closeMonth(database, { month: '2026-02', note: '' }, { actor: 'w', isPreview: false });
  await send('D1', 'sale', [['2026-02-28', '甲院', '甲片', 'L1', 7, '']], 2);
  await database.raw(`delete from flow.line l using ledger.generation g where g.id = l.generation_id and g.state = 'superseded'`);
  await refreshFigures(database);
  const right = [
    ['2026-02', '5', '10'],
    ['2026-03', '2', '-10'],
  ];
  expect(await counted()).toEqual(right);
  await database('figures.name_month').update({ quantity: 9 });
  expect(await rebuildFigures(database)).toBe(2);
  expect(await counted()).toEqual(right);
});

test('a sum that was damaged is found and made right by a rebuild', async () => {
  await send('D1', 'sale', [['2026-03-01', '甲院', '甲片', 'L1', 5, '10']], 1);
  await refreshFigures(own.database);
  await own.database('figures.name_month').update({ quantity: 6 });
  expect(await rebuildFigures(own.database)).toBe(2);
  expect(await rebuildFigures(own.database)).toBe(0);
});
