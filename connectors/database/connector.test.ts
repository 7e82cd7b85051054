import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { collectSource } from '../../src/journey/collect/collect-source.js';
import type { Observed, SourceIo } from '../../src/journey/collect/connector.js';
import { createObservationsInMemory } from '../../src/journey/collect/observations-in-memory.js';
import { decode, defaultDecodeLimits } from '../../src/journey/decode/decode.js';
import { createDiskLandingStore } from '../../src/journey/land/disk-landing-store.js';
import { faultOf } from '../../test/fault-of.js';
import { type Erp, hasMariadb, startMariadbErp, startPostgresErp } from '../../test/servers/erp.js';
import database from './connector.js';

const now = new Date('2026-03-21T02:00:00Z');
const sql = 'select bill_date, customer, qty, amount from sale where bill_date >= :from and bill_date < :to';
const feeds = [{ name: 'sale', sql, order_by: ['bill_date', 'customer', 'qty'], window_days: 2 }];

const servers = [
  { name: 'PostgreSQL', start: startPostgresErp, isHere: () => true },
  { name: 'MariaDB', start: startMariadbErp, isHere: hasMariadb },
];

for (const { name, start, isHere } of servers) {
  describe.skipIf(!isHere() && !process.env['HUILIU_REQUIRE_REAL_SERVERS'])(name, () => {
    let erp: Erp;
    let folder: string;
    const opened: (() => Promise<unknown>)[] = [];
    beforeAll(async () => {
      erp = await start();
    }, 60_000);
    afterAll(() => erp.stop());
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'huiliu-database-'));
      await erp.run('drop table if exists sale');
      await erp.run('create table sale (bill_date date, customer char(12), qty decimal(20,4), amount decimal(38,10))');
      await erp.run(`insert into sale values ('2026-03-19', '乙药店', -2, 12345678901234567890.0123456789), ('2026-03-19', '甲医院', 10.5, null),
        ('2026-03-20', '甲医院', 1, 3), ('2026-03-18', '丙诊所', 7, 7), ('2026-03-21', '丙诊所', 9, 9)`);
    });
    afterEach(async () => {
      for (const close of opened.splice(0)) await close();
      await rm(folder, { recursive: true, force: true });
    });

    const settingsOf = (more: object = {}) => database.settings.parse({ ...erp.settings, feeds, ...more });
    const ioOf = (more: Partial<SourceIo> = {}): SourceIo => ({
      source: '某商业',
      secret: async (reference) => erp.secrets[reference] ?? '',
      now: () => now,
      signal: new AbortController().signal,
      session: new Map(),
      ...more,
    });
    const pulls = async (settings = settingsOf(), io = ioOf()) => {
      opened.push(async () => database.close?.(settings, io));
      const texts: Record<string, string> = {};
      for await (const observed of database.list(settings, io)) texts[observed.name] = await textOf(observed, settings, io);
      return texts;
    };
    const collect = (more: object = {}) => {
      const landing = createDiskLandingStore(folder);
      return collectSource({
        ...{ connector: database, settings: settingsOf(more), io: ioOf(), landing },
        observations: createObservationsInMemory(),
        onLanded: async () => undefined,
      });
    };

    test('each day of the window is a file that says what was asked and for which day it speaks; numbers keep their digits', async () => {
      const texts = await pulls();
      expect(Object.keys(texts)).toEqual(['sale_2026-03-19.ndjson', 'sale_2026-03-20.ndjson']);
      const [head, ...rows] = linesOf(texts['sale_2026-03-19.ndjson']!);
      expect(head).toEqual({
        huiliu: {
          columns: ['bill_date', 'customer', 'qty', 'amount'],
          covers: { from: '2026-03-19', to: '2026-03-19' },
          asked: { engine: erp.engine, feed: 'sale', sql, values: { from: '2026-03-19', to: '2026-03-20' } },
        },
      });
      expect(rows.toSorted((a, b) => String(a['qty']).localeCompare(String(b['qty'])))).toEqual([
        { bill_date: '2026-03-19', customer: '乙药店', qty: '-2.0000', amount: '12345678901234567890.0123456789' },
        { bill_date: '2026-03-19', customer: '甲医院', qty: '10.5000', amount: '' },
      ]);
    });

    test('asked again, the same content is the same bytes, whatever the order the server keeps it in; a late change is not', async () => {
      const before = await pulls();
      await erp.run(`delete from sale where qty = -2`);
      await erp.run(`insert into sale values ('2026-03-19', '乙药店', -2, 12345678901234567890.0123456789)`);
      expect(await pulls()).toEqual(before);
      await erp.run(`delete from sale where qty = 10.5`);
      const after = await pulls();
      expect(after['sale_2026-03-20.ndjson']).toBe(before['sale_2026-03-20.ndjson']);
      expect(linesOf(after['sale_2026-03-19.ndjson']!)).toHaveLength(2);
    });

    test('a day without rows is a part with its titles that speaks for the day', async () => {
      await erp.run('delete from sale');
      const { objects } = await collect();
      const path = await createDiskLandingStore(folder).path(objects[0]!.sha256!);
      const events = [];
      for await (const event of decode({ path, name: 'sale.ndjson' }, {}, defaultDecodeLimits)) events.push(event);
      expect(events).toMatchObject([
        { type: 'part', part: { media: 'ndjson', covers: { from: '2026-03-19', to: '2026-03-19' } } },
        { type: 'rows', rows: [{ rowNo: 1, cells: ['bill_date', 'customer', 'qty', 'amount'] }] },
        { type: 'end' },
      ]);
    });

    test('older days are asked once, from the day the settings name', async () => {
      const settings = settingsOf({ feeds: [{ ...feeds[0], since: '2026-03-17', until: 'today' }] });
      const listed = [];
      const io = ioOf();
      opened.push(async () => database.close?.(settings, io));
      for await (const { name, frozen } of database.list(settings, io)) listed.push([name.slice(5, 15), frozen]);
      expect(listed).toEqual([
        ['2026-03-17', true],
        ['2026-03-18', true],
        ['2026-03-19', true],
        ['2026-03-20', false],
        ['2026-03-21', false],
      ]);
    });

    test('check proves login, statement and columns, and says which is wrong', async () => {
      const faultOfCheck = async (more: object, io = ioOf()) => {
        const fault = await faultOf(database.check(settingsOf(more), io));
        await database.close?.(settingsOf(more), io);
        return fault && [fault.errorClass, fault.told.code];
      };
      const feed = feeds[0]!;
      expect(await faultOfCheck({})).toBeNull();
      expect(await faultOfCheck({}, ioOf({ secret: async () => 'wrong' }))).toEqual(['auth', 'connect.refused-login']);
      expect(await faultOfCheck({ feeds: [{ ...feed, sql: sql.replace('sale', 'sales') }] })).toEqual([
        'config',
        'connect.statement-refused',
      ]);
      expect(await faultOfCheck({ feeds: [{ ...feed, order_by: ['line_no'] }] })).toEqual(['config', 'connect.columns-missing']);
      expect(await faultOfCheck({ port: 1 })).toEqual(['transient', 'connect.unreachable']);
    });

    test('a statement that writes is refused by the session', async () => {
      await erp.run(
        erp.engine === 'postgres' ? 'create sequence if not exists counted' : 'create sequence if not exists counted engine=innodb',
      );
      const next = erp.engine === 'postgres' ? "nextval('counted')" : 'nextval(counted)';
      const feed = { name: 'x', per: 'all', sql: `select ${next} as n from sale`, order_by: ['n'] };
      const fault = await faultOf(pulls(settingsOf({ feeds: [feed] })));
      expect(fault?.errorClass).toMatch(/config|auth/);
    });

    test('more rows than allowed land nowhere', async () => {
      const { objects } = await collect({ feeds: [{ ...feeds[0], max_rows: 1 }] });
      expect(objects[0]).toMatchObject({ disposition: 'failed', why: { code: 'connect.too-many-rows' } });
      expect(existsSync(join(folder, 'sha256'))).toBe(false);
    });

    if (name === 'MariaDB')
      test('GBK bytes in latin1 columns, zero dates and big keys of old systems are read as what they mean', async () => {
        await erp.run(
          `set sql_mode=''; drop table if exists old; create table old (id bigint unsigned, day datetime, name varchar(60) character set latin1)`,
        );
        await erp.run(
          `insert into old values (18446744073709551615, '0000-00-00', x'${gbk('湖南省人民医院€')}'), (2, '2026-03-20 08:00:00', 'Plain')`,
        );
        const feed = { name: 'old', per: 'all', sql: 'select id, day, name from old', order_by: ['id'] };
        const [, ...rows] = linesOf((await pulls(settingsOf({ legacy_text: 'gbk', feeds: [feed] })))['old_all.ndjson']!);
        expect(rows).toEqual([
          { id: '2', day: '2026-03-20 08:00:00', name: 'Plain' },
          { id: '18446744073709551615', day: '', name: '湖南省人民医院€' },
        ]);
      });
  });
}

test.each(['sqlserver', 'oracle'])('%s: its driver is there and says transient when nobody answers', async (engine) => {
  const feed = { ...feeds[0], columns: ['bill_date', 'customer', 'qty', 'amount'] };
  const base = { engine, host: '127.0.0.1', port: 1, database: 'd', user: 'u', password: 'env:P', timeout_seconds: 5 };
  const settings = database.settings.parse({ ...base, feeds: [feed] });
  const io = { source: '某商业', secret: async () => 'p', now: () => now, signal: new AbortController().signal, session: new Map() };
  expect(await faultOf(database.check(settings, io))).toMatchObject({ errorClass: 'transient', told: { code: 'connect.unreachable' } });
  await database.close?.(settings, io);
});

test('settings refuse a statement that is no SELECT, a feed without its days, and two feeds of one name', () => {
  const base = { engine: 'postgres', host: 'h', database: 'd', user: 'u', password: 'env:P' };
  const issues = (more: object) => database.settings.safeParse({ ...base, ...more }).error?.issues.map(({ path }) => path.join('.'));
  expect(issues({ feeds })).toBeUndefined();
  expect(issues({ feeds: [{ ...feeds[0], sql: 'delete from sale where d >= :from and d < :to' }] })).toEqual(['feeds.0.sql']);
  expect(issues({ feeds: [{ ...feeds[0], sql: 'select 1' }] })).toEqual(['feeds.0.sql']);
  expect(issues({ feeds: [...feeds, ...feeds] })).toEqual(['feeds']);
  expect(issues({ feeds, password: 'secret' })).toEqual(['password']);
});

function gbk(text: string): string {
  const bytes: Record<string, string> = { 湖: 'bafe', 南: 'c4cf', 省: 'caa1', 人: 'c8cb', 民: 'c3f1', 医: 'd2bd', 院: 'd4ba', '€': '80' };
  return [...text].map((char) => bytes[char] ?? '').join('');
}

async function textOf(observed: Observed, settings: ReturnType<typeof database.settings.parse>, io: SourceIo): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of database.fetch(observed, settings, io)) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

function linesOf(text: string): Record<string, unknown>[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
