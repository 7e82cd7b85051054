import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addDays } from '../src/model/add-days.js';
import { shanghaiDay } from '../src/model/shanghai-day.js';
import { ensureBuilt } from './built.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { huiliuHere } from './run-in-process.js';
import { type Erp, hasMariadb, startMariadbErp, startPostgresErp } from './servers/erp.js';

// OA's contracts and receivables come from its database, finance's from its interface, night by night, into one master.

const layout = `layout: feed-records
title: 往来单位、合同、应收
kind:
  by: file_name
  patterns: { customer: ['customer*'], contract: ['contract*'], receivable: ['receivable*'] }
dictionary: true
window_days: 36500
document: file
`;
const titles = {
  customer: { code: '客户编号', name: '客户名称', credit_code: '统一社会信用代码', phone: '电话', changed: '修改时间', voided: '作废' },
  contract: { code: '合同编号', name: '合同名称', customer: '客户编号', amount: '合同金额', changed: '修改时间', voided: '作废' },
  receivable: {
    code: '单据编号',
    line: '行号',
    day: '单据日期',
    customer: '客户编号',
    amount: '应收金额',
    open: '未收金额',
    changed: '修改时间',
    voided: '作废',
  },
} as const;
type Kind = keyof typeof titles;
const kinds = Object.keys(titles) as Kind[];

/** OA in its own database. */
async function fillOa(erp: Erp): Promise<void> {
  const moment = erp.engine === 'postgres' ? 'timestamp' : 'datetime';
  await erp.run(
    `create table customer (code varchar(20), name varchar(80), credit_code varchar(20), phone varchar(40), changed ${moment}, voided int)`,
  );
  await erp.run(
    `create table contract (code varchar(20), name varchar(80), customer varchar(20), amount decimal(18,2), changed ${moment}, voided int)`,
  );
  await erp.run(
    `create table receivable (code varchar(20), line int, day date, customer varchar(20), amount decimal(18,2), open decimal(18,2), changed ${moment}, voided int)`,
  );
  await erp.run(`insert into customer values ('10023', '甲市人民医院', '91350100M000100Y43', '025-83106666', '2026-03-01 09:00:00', 0)`);
  await erp.run(
    `insert into contract values ('HT-1', '2026年购销协议', '10023', 1200000.10, '2026-03-01 09:00:00', 0), ('HT-2', '补充协议', '10023', 5, '2026-03-02 10:30:00', 0)`,
  );
  await erp.run(`insert into receivable values ('YS-1', 1, '2026-03-05', '10023', 9800.00, 9800.00, '2026-03-05 08:00:00', 0),
    ('YS-1', 2, '2026-03-05', '10023', 0.30, 0.30, '2026-03-05 08:00:00', 0), ('YS-9', 1, '2026-03-06', '10023', 7, 7, '2026-03-06 08:00:00', 0)`);
}

/** A `null` flag or a missing value is left to the far side as it is. */
const sqlOf = (kind: Kind, engine: Erp['engine']) => {
  const quote = engine === 'postgres' ? '"' : '`';
  const columns = Object.entries(titles[kind]).map(([column, title]) =>
    column === 'voided'
      ? `case voided when 1 then '是' else '否' end as ${quote}${title}${quote}`
      : `${column} as ${quote}${title}${quote}`,
  );
  return `select ${columns.join(', ')} from ${kind}`;
};

/** Finance answers page by page, and only to its key. */
let finance: Record<Kind, Record<string, unknown>[]>;
const asked: string[] = [];
function startFinance(): Promise<Server> {
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url!, 'http://x');
    asked.push(`${pathname}${searchParams.get('page') === '1' ? '' : '+'}`);
    if (request.headers['x-key'] !== 'only-for-finance') return void response.writeHead(401).end('{}');
    const rows = finance[pathname.slice('/api/'.length) as Kind] ?? [];
    const page = Number(searchParams.get('page'));
    response.setHeader('content-type', 'application/json');
    return void response.end(JSON.stringify({ code: 0, data: { total: rows.length, list: rows.slice((page - 1) * 2, page * 2) } }));
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

const home = mkdtempSync(join(tmpdir(), 'huiliu-feeds-'));
let site: Server;
beforeAll(async () => {
  await ensureBuilt();
  site = await startFinance();
  Object.assign(process.env, { ERP_PASSWORD: 'only-for-the-erp', FINANCE_KEY: 'only-for-finance' });
  mkdirSync(join(home, 'mappings'));
  writeFileSync(join(home, 'mappings/feed-records.yaml'), layout);
}, 120_000);
afterAll(async () => {
  await new Promise((resolve) => site.close(resolve));
  rmSync(home, { recursive: true, force: true });
});

const servers = [
  { name: 'PostgreSQL', start: startPostgresErp, isHere: () => true },
  { name: 'MariaDB', start: startMariadbErp, isHere: hasMariadb },
];

for (const { name, start, isHere } of servers)
  describe.skipIf(!isHere() && !process.env['HUILIU_REQUIRE_REAL_SERVERS'])(`OA on ${name}, finance by HTTP`, () => {
    let erp: Erp;
    let own: TestDatabase;
    let environment: NodeJS.ProcessEnv;
    let nights = 0;
    const json = async (...words: string[]) => {
      const { code, stdout, stderr } = await huiliuHere([...words, '--json'], environment);
      if (stdout === '') throw new Error(`${words.join(' ')}: ${code} ${stderr}`);
      return { code, value: JSON.parse(stdout) };
    };
    const night = async () => {
      nights += 1;
      return json('run', 'nightly', '--date', addDays(shanghaiDay(new Date()), nights - 4));
    };
    beforeAll(async () => {
      erp = await start();
      await fillOa(erp);
      own = await createTestDatabase();
      finance = {
        customer: [
          {
            客户编号: 'F7',
            客户名称: '甲市人民医院',
            统一社会信用代码: '91350100M000100Y43',
            电话: '025-83100000',
            修改时间: '2026-03-10 12:00:00',
            作废: '否',
          },
        ],
        contract: [],
        receivable: ['1', '2', '3'].map((line) => ({
          ...{
            单据编号: 'AR-1',
            行号: line,
            单据日期: '2026-03-10',
            客户编号: 'F7',
            应收金额: `${line}00.05`,
            未收金额: '0',
            修改时间: '2026-03-10 12:00:00',
            作废: false,
          },
        })),
      };
      environment = {
        HUILIU_HOME: join(home, erp.engine),
        DATABASE_URL: own.url,
        HUILIU_MAPPINGS: join(home, 'mappings'),
      };
      const rest = { layouts: ['feed-records'], expects: { figures: 'any' } };
      const oaFeeds = kinds.map((kind) => ({
        name: kind,
        per: 'all',
        sql: sqlOf(kind, erp.engine),
        order_by: kind === 'receivable' ? ['单据编号', '行号'] : [titles[kind].code],
      }));
      const financeFeeds = kinds
        .filter((kind) => kind !== 'contract')
        .map((kind) => ({
          ...{
            name: kind,
            per: 'all',
            request: { path: `/api/${kind}`, query: { page: '{page}', size: '{size}' } },
            paging: { by: 'page', size: 2 },
          },
          ...{ records_at: 'data.list', total_at: 'data.total', ok: { at: 'code', equals: ['0'] }, columns: Object.values(titles[kind]) },
        }));
      const { port } = site.address() as AddressInfo;
      const web = {
        base_url: `http://127.0.0.1:${port}`,
        allow_private: true,
        api_key: 'env:FINANCE_KEY',
        auth: { kind: 'header', name: 'x-key' },
        attempts: 1,
        requests_per_minute: 6000,
      };
      const sources = [
        { code: 'oa', title: 'OA', sender: 'oa', connector: 'database', settings: { ...erp.settings, feeds: oaFeeds }, ...rest },
        { code: 'finance', title: '财务', sender: 'finance', connector: 'http', settings: { ...web, feeds: financeFeeds }, ...rest },
      ];
      writeFileSync(join(home, 'sources.yaml'), JSON.stringify({ sources }));
      const { code, stderr } = await huiliuHere(['sources', 'import', join(home, 'sources.yaml')], environment);
      expect([code, stderr]).toEqual([0, '']);
    }, 120_000);
    afterAll(async () => {
      await own?.drop();
      await erp?.stop();
    });

    const contracts = () => own.database('pub_v1.master_contract').orderBy('code').select('code', 'amount', 'is_void');
    const card = async () => (await json('customer', 'show', 'oa/10023')).value;

    test('both arrive in the master: one customer by the proven credit code, contracts and receivables that point at it, exact amounts, change times', {
      timeout: 120_000,
    }, async () => {
      expect(await night()).toMatchObject({ value: { failed: [], held: [] }, code: 0 });
      expect(asked.filter((one) => one.startsWith('/api/receivable')).slice(-2)).toEqual(['/api/receivable', '/api/receivable+']);
      expect(await contracts()).toEqual([
        { code: 'HT-1', amount: '1200000.1', is_void: false },
        { code: 'HT-2', amount: '5', is_void: false },
      ]);
      const customer = await card();
      expect(customer.sources.map(({ system, key }: { system: string; key: string }) => `${system}/${key}`)).toEqual([
        'finance/F7',
        'oa/10023',
      ]);
      expect(customer.related.map(({ entity, records }: { entity: string; records: number }) => [entity, records])).toEqual([
        ['contract', 2],
        ['receivable', 6],
      ]);
      const said = await own
        .database('master.source_record as c')
        .join('master.source_key as k', 'k.id', 'c.key_id')
        .where({ 'k.key': 'HT-2' })
        .first('c.changed_at', 'c.part_id', 'c.row_no');
      expect([said.changed_at.toISOString(), said.row_no > 0]).toEqual(['2026-03-02T02:30:00.000Z', true]);
      expect(await own.database('ledger.quarantine').where({ state: 'open' })).toEqual([]);
      const { rows } = await own.database.raw(`select sum(amount)::text as amount from pub_v1.master_receivable`);
      expect(rows[0].amount).toBe('10407.45');
    });

    test('what a system calls void is void in the master and counts after others; what it changed later is what counts; the same again changes nothing', {
      timeout: 120_000,
    }, async () => {
      const before = (await own.database('master.change_counter').first('last')).last;
      await night();
      expect((await own.database('master.change_counter').first('last')).last).toBe(before);

      await erp.run(`update contract set amount = 1300000.20, changed = '2026-04-01 09:00:00' where code = 'HT-1'`);
      await erp.run(`update contract set voided = 1, changed = '2026-04-01 09:00:00' where code = 'HT-2'`);
      await erp.run(`update receivable set open = 0, changed = '2026-04-02 09:00:00' where code = 'YS-1' and line = 1`);
      finance.customer = [{ ...finance.customer[0], 作废: '是', 修改时间: '2026-04-03 12:00:00' }];
      finance.receivable = finance.receivable.map((one) =>
        one['行号'] === '3' ? { ...one, 作废: true, 修改时间: '2026-04-03 12:00:00' } : one,
      );
      expect(await night()).toMatchObject({ value: { failed: [], held: [] }, code: 0 });
      expect(await contracts()).toEqual([
        { code: 'HT-1', amount: '1300000.2', is_void: false },
        { code: 'HT-2', amount: '5', is_void: true },
      ]);
      const receivables = await own
        .database('pub_v1.master_receivable')
        .orderBy(['code', 'line'])
        .select('code', 'line', 'open_amount', 'is_void');
      expect(receivables.filter((one) => one.is_void).map(({ code, line }) => [code, line])).toEqual([['AR-1', '3']]);
      expect(receivables.find(({ code, line }) => code === 'YS-1' && line === '1')).toMatchObject({
        open_amount: '0',
      });
      // Finance was trusted more until it called the customer void.
      const { values, isVoid, sources } = await card();
      const phone = values.find(({ attribute }: { attribute: string }) => attribute === 'phone');
      expect([isVoid, phone.value, phone.by, phone.lost]).toMatchObject([
        false,
        '025-83106666',
        'void',
        [{ value: '025-83100000', from: ['other', 'finance', 'F7'] }],
      ]);
      expect(sources.map(({ system, isVoid: gone }: { system: string; isVoid: boolean }) => [system, gone])).toEqual([
        ['finance', true],
        ['oa', false],
      ]);
      const [first] = sources;
      expect(first.changedAt).toContain('2026-04-03');
      expect((await json('trace', 'row', first.partId, String(first.rowNo))).value).toMatchObject({
        place: { source: 'finance', fileName: 'customer_all.ndjson' },
        cells: ['F7', '甲市人民医院', '91350100M000100Y43', '025-83100000', '2026-04-03 12:00:00', '是'],
      });
    });
  });
