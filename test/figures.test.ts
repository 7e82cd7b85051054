import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as xlsx from 'xlsx';
import type { Hub } from '../src/app/hub.js';
import { openHub } from '../src/app/open-hub.js';
import { readSettings } from '../src/app/settings.js';
import { exact } from '../src/cli/figures-workbook.js';
import { textWidth } from '../src/cli/text-width.js';
import { addApiKey } from '../src/db/api-key-store.js';
import type {
  BalanceAnswer,
  ChainAnswer,
  LateAnswer,
  RowsAnswer,
  ScorecardAnswer,
  SummaryAnswer,
} from '../src/db/figures/figure-answers.js';
import { newestMonth } from '../src/db/figures/newest-month.js';
import { linkNewProducts } from '../src/db/link-products.js';
import { mergeRecords } from '../src/db/master/merge-records.js';
import { undoDecisions } from '../src/db/names/undo-decisions.js';
import { nameKey, productKey } from '../src/journey/match/name-key.js';
import { createLog } from '../src/server/log.js';
import { type RunningProcess, startProcess } from '../src/server/start-process.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { type DeliveryDesk, openDeliveryDesk } from './delivery-desk.js';
import { sendFlow } from './flow-files.js';
import { matchAll } from './matcher-of.js';
import { huiliuHere } from './run-in-process.js';

// View, API, command line and workbook say the same figures, each of them.

const home = mkdtempSync(join(tmpdir(), 'huiliu-figures-'));
const month = '2026-03';
let own: TestDatabase;
let environment: NodeJS.ProcessEnv;
let hub: Hub;
let server: RunningProcess;
let key: string;
let desk: DeliveryDesk;
let minute = 0;
const send = (sender: string, kind: 'sale' | 'purchase' | 'stock', rows: (string | number)[][]) => {
  minute += 1;
  return sendFlow(desk, { sender, kind, minute, name: `${kind}${minute}.csv` }, rows);
};

beforeAll(async () => {
  process.setMaxListeners(0); // every command that is run in this process listens for signals
  own = await createTestDatabase();
  environment = { HUILIU_HOME: home, DATABASE_URL: own.url };
  const { database } = own;
  desk = await openDeliveryDesk(database);
  // Names that a spreadsheet program would take for formulas, and figures it cannot hold.
  await database('master.terminal').insert({
    code: 'T1',
    name: '长沙市第一医院',
    name_key: nameKey('长沙市第一医院'),
    province: '湖南省',
    city: '长沙市',
  });
  await database('master.product').insert({ code: '=P1+1', generic_name: '甲片', spec: '0.3g', name_key: productKey('甲片', '0.3g') });
  await database('master.distributor').where({ code: 'D2' }).update({ name: '@D2 医药' });
  const days = ['2026-02-28', '2026-03-01', '2026-03-10', '2026-03-31'];
  for (const [at, day] of days.entries()) {
    await send('D1', 'stock', [
      [day, '', '甲片', 'L1', 100 - at, ''],
      [day, '', '乙片', '=L2', at, ''],
    ]);
    await send('D1', 'sale', [
      [day, '长沙市第一医院', '甲片', 'L1', `${at}.125`, `${at}.10`],
      [day, '@D2医药', '甲片', 'L1', 2, '12345678901234.567'],
      [day, '零散客户', '乙片', '=L2', '0.0000001', ''],
    ]);
    await send('D2', 'purchase', [
      [day, 'D1 医药', '甲片', 'L1', 2 + (at % 2), '5'],
      [day, '=cmd()', '甲片', 'L1', 1, ''],
    ]);
  }
  const expects = JSON.stringify({ every: 'day', by: '08:00' });
  await database('ledger.source').where({ sender: 'D1' }).update({ expects, created_at: '2026-03-10T01:00:00Z' });
  await linkNewProducts(database);
  await matchAll(database);
  hub = await openHub(readSettings(environment, process.cwd()));
  server = await startProcess(
    hub,
    createLog('error', () => undefined),
    { listen: { host: '127.0.0.1', port: 0 }, api: true, worker: false, scheduler: false },
  );
  key = (await addApiKey(database, { name: 'bi', rights: ['read'], by: 'w' }))!;
});
afterAll(async () => {
  desk.close();
  await server.close();
  await hub.close();
  await own.drop();
  rmSync(home, { recursive: true, force: true });
});

const api = async (path: string, bearer = key) => {
  const answer = await fetch(`${server.url}/v1/figures/${path}`, { headers: { authorization: `Bearer ${bearer}` } });
  return { status: answer.status, body: (await answer.json()) as unknown };
};
const cli = async (...args: string[]) => {
  const { code, stdout, stderr } = await huiliuHere(['figures', ...args, '--json'], environment);
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout) as unknown;
};
/** Cells of a sheet below its titles as exact text; empty cells are ''. */
const sheetRows = (book: xlsx.WorkBook, name: string): string[][] => {
  const data = (book.Sheets[name] as xlsx.DenseWorkSheet)['!data']!;
  const width = data[0]!.length;
  return data
    .slice(1)
    .map((cells) =>
      Array.from({ length: width }, (_, at) => (cells[at]?.v === undefined || cells[at]?.v === null ? '' : String(cells[at]?.v))),
    );
};
const safe = (cell: string | number | null) =>
  cell === null ? '' : /^[=+\-@]/.test(String(cell)) && !/^-?\d+(\.\d+)?$/.test(String(cell)) ? `'${cell}` : String(cell);

test('every figure is the same in the view, by the API, on the command line and in the workbook', { timeout: 120_000 }, async () => {
  const path = join(home, 'r.xlsx');
  expect(await compareAll(path)).toEqual([0, 7, 2, 6]);
  expect((await huiliuHere(['figures', 'report', '--month', month, '--out', path], environment)).code).toBe(2);
});

test('so they are after two distributors were merged, and after that was undone', { timeout: 120_000 }, async () => {
  const merging = { loser: 'D2', survivor: 'D1', reason: 'x' };
  const { batchId } = await mergeRecords(own.database, merging, { actor: 'w', isPreview: false });
  // D1's sales to D2 and D2's purchases from D1 are now those of one distributor with itself.
  expect(await compareAll(join(home, 'merged.xlsx'))).toEqual([0, 7, 2, 6]);
  expect(await own.database('pub_v1.figure_month').distinct().pluck('distributor_code')).toEqual(['D1']);
  await undoDecisions(own.database, batchId, 'w');
  expect(await compareAll(join(home, 'undone.xlsx'))).toEqual([0, 7, 2, 6]);
  expect(await own.database('pub_v1.figure_month').distinct().orderBy('distributor_code').pluck('distributor_code')).toEqual(['D1', 'D2']);
});

test('without --month the newest month with figures is taken, and said', async () => {
  expect(await cli('month')).toEqual(await cli('month', '--month', month));
  const { stdout } = await huiliuHere(['figures', 'scorecard'], environment);
  expect(stdout.split('\n')[0]).toBe('月份 2026-03（有数字的最新一个月；其他月份用 --month）');
  for (const command of ['month', 'balance', 'chain', 'scorecard'])
    expect(await huiliuHere(['figures', command, '--distributor', 'D99'], environment)).toMatchObject({ code: 2, stdout: '' });
  await own
    .database('figures.counted')
    .insert({ generation_id: 9_999, distributor_id: 1, kind: 'stock', business_date: '2026-04-01', month: '2026-04-01', row_count: 0 });
  expect(await newestMonth(own.database)).toBe('2026-04');
  await own.database('figures.counted').where({ generation_id: 9_999 }).del();
});

async function compareAll(path: string): Promise<number[]> {
  const summary = (await cli('month', '--month', month)) as SummaryAnswer;
  const rows = (await cli('month', '--month', month, '--detail')) as RowsAnswer;
  const balance = (await cli('balance', '--month', month)) as BalanceAnswer;
  const chain = (await cli('chain', '--month', month)) as ChainAnswer;
  const scorecard = (await cli('scorecard', '--month', month)) as ScorecardAnswer;
  for (const [asked, answer] of [
    [month, summary],
    [`${month}/rows`, rows],
    [`${month}/balance`, balance],
    [`${month}/chain`, chain],
    [`${month}/scorecard`, scorecard],
  ] as const)
    expect(await api(asked)).toEqual({ status: 200, body: answer });
  const published = await own.database('pub_v1.figure_month').where({ counted_month: `${month}-01` });
  const flat = (one: RowsAnswer['rows'][number]) => [
    one.kind,
    one.buyerKind,
    one.distributor,
    one.terminal,
    one.partner,
    one.product,
    String(one.lines),
    one.quantity,
    one.amount,
  ];
  const columns = [
    'kind',
    'buyer_kind',
    'distributor_code',
    'terminal_code',
    'partner_code',
    'product_code',
    'line_count',
    'base_quantity',
    'amount',
  ];
  expect(published.map((one) => JSON.stringify(columns.map((column) => one[column]))).toSorted()).toEqual(
    rows.rows.map((one) => JSON.stringify(flat(one))).toSorted(),
  );
  // Balance, chain and scorecard: each figure of the view under the name it has in the answer.
  const inMonth = { month: `${month}-01` };
  const day = (column: string) => own.database.raw('??::text as ??', [column, column]);
  const same = (view: readonly object[], answered: readonly object[]) =>
    expect(view.map((one) => JSON.stringify(Object.values(one))).toSorted()).toEqual(
      answered.map((one) => JSON.stringify(Object.values(one))).toSorted(),
    );
  const spans = new Map(balance.spans.map((span) => [span.distributor, span]));
  same(
    await own
      .database('pub_v1.stock_balance')
      .where(inMonth)
      .select('distributor_code', 'distributor_name', day('opening_on'), day('closing_on'), 'product_code', 'product_name', 'spec', 'lot')
      .select('opening', 'purchases', 'sales', 'transfers', 'expected', 'closing', 'difference'),
    balance.rows.map(({ distributor, ...rest }) => {
      const { distributorName, openingOn, closingOn } = spans.get(distributor)!;
      return { distributor, distributorName, openingOn, closingOn, ...rest };
    }),
  );
  same(
    await own
      .database('pub_v1.chain_check')
      .where(inMonth)
      .select('state', 'key', 'distributor_code', day('business_date'), 'supplier_name', 'upstream_code', 'product_code', 'product_name')
      .select('spec', 'lot', 'quantity', 'found', 'sales'),
    chain.purchases,
  );
  const { month: _, ...promised } = (await own.database('pub_v1.scorecard').where(inMonth).first())!;
  expect(Object.keys(promised)).toHaveLength(Object.keys(scorecard.distributors[0]!).length);
  same(await own.database('pub_v1.scorecard').where(inMonth).select(Object.keys(promised)), scorecard.distributors);
  // The summary is that of the figures.
  const summed = await own
    .database('pub_v1.figure_month')
    .where({ counted_month: `${month}-01` })
    .groupByRaw('1, 2')
    .select('distributor_code', own.database.raw(`coalesce(buyer_kind, kind) as what, sum(line_count)::int as lines`))
    .select(own.database.raw('trim_scale(sum(base_quantity))::text as quantity, trim_scale(coalesce(sum(amount), 0))::text as amount'));
  const columnOf = { terminal: 'sellOut', distributor: 'transfers', unknown: 'unknown', purchase: 'purchases', stock: 'stock' } as const;
  for (const { distributor_code: code, what, ...sum } of summed)
    expect(summary.distributors.find(({ distributor }) => distributor === code)![columnOf[what as keyof typeof columnOf]]).toEqual(sum);
  expect(summary.distributors.flatMap((one) => Object.values(columnOf).filter((column) => one[column].lines > 0))).toHaveLength(
    summed.length,
  );

  expect(await cli('report', '--month', month, '--out', path)).toEqual({ path, rows: rows.rows.length });
  const book = xlsx.read(readFileSync(path), { dense: true, cellFormula: true });
  for (const name of book.SheetNames)
    for (const cells of (book.Sheets[name] as xlsx.DenseWorkSheet)['!data']!)
      for (const cell of cells) expect([cell?.f, cell?.t === 'e']).toEqual([undefined, false]);
  const sum = ({ quantity, amount }: { quantity: string; amount: string }) => [quantity, amount];
  expect(sheetRows(book, '汇总')).toEqual(
    [...summary.distributors, { distributor: '合计', distributorName: '', stockOn: null, ...summary.total }].map((one) =>
      [
        one.distributor,
        one.distributorName,
        ...sum(one.sellOut),
        ...sum(one.transfers),
        ...sum(one.unknown),
        ...sum(one.purchases),
        one.stock.quantity,
        one.stockOn,
      ].map(safe),
    ),
  );
  const word = { terminal: '纯销', distributor: '调拨', unknown: '未识别', purchase: '采购', stock: '库存', sale: '' };
  expect(sheetRows(book, '明细')).toEqual(
    rows.rows.map((one) =>
      [
        ...[
          one.buyerKind === null ? word[one.kind] : word[one.buyerKind],
          one.countedMonth,
          one.actualMonth,
          one.distributor,
          one.distributorName,
        ],
        ...[
          one.terminal,
          one.terminalName,
          one.partner,
          one.partnerName,
          one.product,
          one.productName,
          one.lines,
          one.quantity,
          one.amount,
        ],
      ].map(safe),
    ),
  );
  expect(sheetRows(book, '库存平衡')).toEqual(
    balance.rows.map((one) => {
      const { openingOn, closingOn } = spans.get(one.distributor)!;
      const about = [one.distributor, openingOn, closingOn, one.product, one.productName, one.spec, one.lot];
      return [...about, one.opening, one.purchases, one.sales, one.transfers, one.expected, one.closing, one.difference].map(safe);
    }),
  );
  const stateWord = {
    ok: '相符',
    short: '数量不足',
    'no-sale': '上游无销售',
    silent: '上游没有数据',
    'unknown-upstream': '上游不在主数据',
  };
  expect(sheetRows(book, '上下游核对')).toEqual(
    chain.purchases.map((one) =>
      [
        ...[
          stateWord[one.state],
          one.distributor,
          one.businessDate,
          one.supplierName,
          one.upstream,
          one.product,
          one.productName,
          one.spec,
        ],
        ...[one.lot, one.quantity, one.found, one.key, one.sales.map(({ key: sale }) => sale).join(' ')],
      ].map(safe),
    ),
  );
  // The figures of the 9th were due an hour before D1's source was made, those of the 10th were not.
  expect(scorecard.distributors.map(({ expected }) => expected)[0]).toBe(22);
  expect(sheetRows(book, '评分')).toEqual(
    scorecard.distributors.map((one) =>
      [
        ...[
          one.distributor,
          one.distributorName,
          one.expected,
          one.onTime,
          one.late,
          one.saleDays,
          one.stockDays,
          one.saleLines,
          one.namedLines,
          one.productLines,
          one.linkedLines,
        ],
        ...[one.lots, one.balancedLots, one.corrections],
      ].map(safe),
    ),
  );
  return [summary.pending, rows.rows.length, balance.lots, chain.purchases.length];
}

test('sell-out, transfers and stock are what the files said', async () => {
  const { distributors } = (await cli('month', '--month', month)) as SummaryAnswer;
  expect(
    distributors.map(({ distributor, sellOut, transfers, unknown, stock, purchases }) => [
      distributor,
      sellOut,
      transfers,
      unknown,
      stock.quantity,
      purchases.quantity,
    ]),
  ).toEqual([
    [
      ...['D1', { lines: 3, quantity: '6.375', amount: '6.3' }, { lines: 3, quantity: '6', amount: '37037036703703.701' }],
      ...[{ lines: 3, quantity: '0.0000003', amount: '0' }, '100', '0'],
    ],
    ['D2', ...Array.from({ length: 3 }, () => ({ lines: 0, quantity: '0', amount: '0' })), '0', '11'],
  ]);
  const { rows, lines } = (await cli(
    'balance',
    '--month',
    month,
    '--distributor',
    'D1',
    '--product',
    '=P1+1',
    '--lot',
    'L1',
  )) as BalanceAnswer;
  expect([rows[0]?.difference, lines?.length]).toEqual(['-9.375', 8]);
  const keys = await own.database('pub_v1.flow_line').where({ lot: 'L1' }).select('generation_id', 'part_id', 'row_no');
  const known = new Set(keys.map((one) => `${one.generation_id}/${one.part_id}/${one.row_no}`));
  expect(lines!.every(({ key: line }) => known.has(line))).toBe(true);
});

test('people see tables in both languages, and a month without figures is said to be one', async () => {
  for (const lang of ['zh', 'en']) {
    for (const [command, ...more] of [
      ['month'],
      ['month', '--detail'],
      ['balance', '--distributor', 'D1', '--all'],
      ['chain', '--all'],
      ['scorecard'],
    ] as const) {
      const { code, stdout, stderr } = await huiliuHere(['figures', command, '--month', month, ...more, '--lang', lang], environment);
      expect([
        code,
        stderr.replace(/.*MaxListeners.*\n|.*trace-warnings.*\n/g, ''),
        stdout.includes('D1'),
        stdout.includes('undefined'),
      ]).toEqual([0, '', true, false]);
      if (more.length === 0)
        for (const line of stdout.split('\n')) expect(textWidth(line.replace(/[，。]$/u, '')), line).toBeLessThanOrEqual(80);
    }
  }
  expect((await huiliuHere(['figures', 'month', '--month', '2001-01'], environment)).stdout).toContain('2001-01 没有数字');
  expect((await huiliuHere(['figures', 'month', '--month', '2026-3'], environment)).code).toBe(2);
  expect((await huiliuHere(['figures', 'month', '--month', month, '--distributor', 'D9'], environment)).code).toBe(2);
  expect(await cli('refresh')).toMatchObject({ added: 0, removed: 0 });
  expect(await cli('refresh', '--rebuild')).toEqual({ wrong: 0 });
});

test('the chain names the suppliers that the master does not have, the most frequent first', async () => {
  const args = ['figures', 'chain', '--month', month];
  expect((await huiliuHere(args, environment)).stdout).toContain('\n不在主数据的供应商：=cmd() 3\n');
  expect((await huiliuHere([...args, '--lang', 'en'], environment)).stdout).toContain('not in the master: =cmd() 3');
});

test('the API wants a key with the right to read, and tells what is wrong with a question', async () => {
  const other = (await addApiKey(own.database, { name: 'other', rights: ['operate'], by: 'w' }))!;
  expect([(await api(month, '')).status, (await api(month, other)).status]).toEqual([401, 403]);
  for (const asked of [
    '2026-3',
    '2026-03?distributor=D9',
    '2026-03?by=none',
    '2026-03?distributor=D1&distributor=D2',
    '2026-03/rows?limit=0',
    "2026-03';drop table x--",
    '2026-03?product=',
  ])
    expect([asked, (await api(asked)).status]).toEqual([asked, 400]);
  expect(((await api('2026-03/rows?limit=3&offset=6')).body as RowsAnswer).nextOffset).toBeNull();
  expect(((await api('2026-03/rows?limit=3')).body as RowsAnswer).nextOffset).toBe(3);
});

test('a cell is a number only where it holds the figure exactly', () => {
  expect(['0', '12.5', '-3', '123456789012345', '1234567890123456', '0.0000001', '37037036703703.701', '0.1'].map(exact)).toEqual([
    ...[0, 12.5, -3, 123456789012345, '1234567890123456', '0.0000001', '37037036703703.701', 0.1],
  ]);
});

test('a closed month stays as it was on all ways; what comes late for it counts in the next, day by day, until it is reopened', {
  timeout: 120_000,
}, async () => {
  const before = (await cli('month', '--month', '2026-02', '--detail')) as RowsAnswer;
  const preview = await huiliuHere(['figures', 'close', '--month', '2026-02'], environment);
  expect([preview.code, preview.stdout]).toEqual([0, expect.stringContaining('以后迟到或更正的都计入 2026-03')]);
  expect(((await cli('closings')) as { closings: unknown[] }).closings).toEqual([]);
  expect(await cli('close', '--month', '2026-02', '--note', '二月', '--yes')).toMatchObject({
    ...{ written: true, month: '2026-02', openMonth: '2026-03' },
    months: [
      { month: '2026-02', kind: 'sale', lines: 3, quantity: '2.1250001' },
      { month: '2026-02', kind: 'purchase', lines: 2, quantity: '3' },
    ],
    stillOpen: { unknown: 1, unlinked: 1 },
  });
  // The hospital gets 3 more, the transfer is corrected to 1, the casual customer never was.
  await send('D1', 'sale', [
    ['2026-02-28', '长沙市第一医院', '甲片', 'L1', '3.125', '3.1'],
    ['2026-02-28', '@D2医药', '甲片', 'L1', 1, ''],
  ]);
  expect(await compareAll(join(home, 'late.xlsx'))).toEqual([0, 10, 2, 6]);
  const after = (await cli('month', '--month', '2026-02', '--detail')) as RowsAnswer;
  expect(after.rows).toEqual(before.rows);
  expect(after.closedAt).not.toBeNull();

  const late = (await cli('late', '--month', month)) as LateAnswer;
  expect(late.changes.map((one) => [one.businessDate, one.buyerKind, one.rawName, one.lines, one.quantity, one.amount])).toEqual([
    ['2026-02-28', 'distributor', '@D2医药', 0, '-1', '-12345678901234.567'],
    ['2026-02-28', 'terminal', '长沙市第一医院', 0, '3', '3'],
    ['2026-02-28', 'unknown', '零散客户', -1, '-0.0000001', '0'],
  ]);
  expect(await api(`${month}/late`)).toEqual({ status: 200, body: late });
  expect(await api('2026-02/late?by=actual')).toMatchObject({ body: { changes: late.changes } });
  const published = await own.database('pub_v1.late_change').orderBy('raw_name');
  expect(published.map((one) => [one.terminal_code, one.line_count, one.base_quantity, one.amount]).toSorted()).toEqual(
    late.changes.map((one) => [one.terminal, one.lines, one.quantity, one.amount]).toSorted(),
  );
  const sheet = sheetRows(xlsx.read(readFileSync(join(home, 'late.xlsx')), { dense: true }), '迟到与更正');
  expect(sheet.map((cells) => cells.slice(-4))).toEqual(
    late.changes.map((one) => [one.lines, one.quantity, one.amount, one.deliveries.join(' ')].map(safe)),
  );
  const shown = async (...args: string[]) => (await huiliuHere(['figures', ...args], environment)).stdout;
  expect(await shown('month', '--month', month)).toContain('其中 3 处是已关账月份的迟到或更正');
  expect(await shown('month', '--month', month, '--terminal', 'T1')).toContain('其中 1 处');
  expect(await shown('month', '--month', '2026-02')).toContain('关账后又有 3 处变化');
  expect(await shown('month', '--month', month, '--detail')).toMatch(/^实际月份 .*\n─+\n(.*\n)*2026-02 /u);
  expect(await own.database('pub_v1.closed_total').orderBy('kind').select('sender', 'kind', 'line_count', 'base_quantity')).toEqual([
    { sender: 'D2', kind: 'purchase', line_count: 2, base_quantity: '3' },
    { sender: 'D1', kind: 'sale', line_count: 3, base_quantity: '2.1250001' },
  ]);
  const [delivery] = late.changes[0]!.deliveries;
  expect((await huiliuHere(['deliveries', 'show', delivery!], environment)).code).toBe(0);

  for (const refused of [
    ['close', '--month', '2026-02', '--yes'],
    ['close', '--month', '2099-01', '--yes'],
    ['close', '--month', '2026-2', '--yes'],
    ['reopen', '--month', '2026-01', '--note', 'x', '--yes'],
    ['reopen', '--month', '2026-02', '--yes'],
  ])
    expect([refused, (await huiliuHere(['figures', ...refused], environment)).code]).toEqual([refused, 2]);

  expect(await own.database('figures.name_month').where({ month: '2026-02-01' }).increment('lines', 1)).toBeGreaterThan(0);
  const check = await huiliuHere(['check'], environment);
  expect([check.code, check.stdout]).toEqual([1, expect.stringMatching(/✗ I8 关账的月份.*2026-02/u)]);
  await own.database('figures.name_month').where({ month: '2026-02-01' }).decrement('lines', 1);
  expect((await huiliuHere(['check'], environment)).stdout).toContain('✓ I8 关账的月份');

  expect(await cli('reopen', '--month', '2026-02', '--note', '补录', '--yes')).toMatchObject({ back: 3, kept: 0, closedThrough: null });
  const { closings } = (await cli('closings')) as { closings: object[] };
  expect(closings).toMatchObject([{ month: '2026-02', note: '二月', reopenedWhy: '补录' }]);
  const listed = await fetch(`${server.url}/v1/closings`, { headers: { authorization: `Bearer ${key}` } });
  expect(await listed.json()).toEqual({ closings });
  expect(await compareAll(join(home, 'reopened.xlsx'))).toEqual([0, 7, 2, 6]);
  expect(((await cli('month', '--month', '2026-02', '--detail')) as RowsAnswer).rows).not.toEqual(before.rows);
  const verbs = await own.database('ledger.event').where({ object: 'month:2026-02' }).orderBy('id').pluck('verb');
  expect(verbs).toEqual(['close', 'reopen']);
});
