import { randomBytes } from 'node:crypto';
import createKnex from 'knex';
import type { FarGround, FarRecord, FarRecords } from '../../src/journey/collect/far-records.js';

/** A database on a real server, with an account that may only read. `run` works as its owner. */
export interface FarErp {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly secrets: Readonly<Record<string, string>>;
  readonly port: number;
  run(sql: string): Promise<void>;
  stop(): Promise<void>;
}

const secrets = { 'env:ERP_PASSWORD': 'only-for-the-erp' };

/** A database of its own, and an account that may only read it, on a PostgreSQL that is there anyway. */
export async function startFakeErp(
  { postgresUrl }: FarGround,
  name = `huiliu_test_${process.pid}_${randomBytes(4).toString('hex')}`,
): Promise<FarErp> {
  const server = new URL(postgresUrl);
  const admin = createKnex({ client: 'pg', connection: server.href });
  // One that a killed program left behind.
  await admin.raw('drop database if exists ?? with (force)', [name]);
  await admin.raw('drop role if exists ??', [name]);
  await admin.raw('create database ??', [name]);
  await admin.raw(`create role ?? login password '${secrets['env:ERP_PASSWORD']}'`, [name]);
  const own = createKnex({ client: 'pg', connection: Object.assign(new URL(server), { pathname: `/${name}` }).href });
  await own.raw('alter default privileges grant select on tables to ??', [name]);
  const settings = {
    engine: 'postgres',
    host: server.hostname || '127.0.0.1',
    port: Number(server.port || 5432),
    database: name,
    user: name,
  };
  return {
    ...{ settings: { ...settings, password: 'env:ERP_PASSWORD', timeout_seconds: 5 }, secrets, port: Number(server.port || 5432) },
    async run(sql) {
      await own.raw(sql);
    },
    async stop() {
      await own.destroy();
      await admin.raw('drop database ?? with (force)', [name]);
      await admin.raw('drop role ??', [name]);
      await admin.destroy();
    },
  };
}

export async function startFakeRecords(ground: FarGround): Promise<FarRecords> {
  return farRecordsOf(await startFakeErp(ground));
}

/** A table `sale` in such a database. */
export async function farRecordsOf(erp: FarErp): Promise<FarRecords> {
  const sql = 'select bill_date as day, id, customer, qty from sale where bill_date >= :from and bill_date < :to';
  const feed = { name: 'sale', sql, order_by: ['id'], window_days: 3 };
  await erp.run('drop table if exists sale');
  await erp.run('create table sale (bill_date date, id varchar(40), customer varchar(200), qty decimal(38,10))');
  return {
    settings: { ...erp.settings, feeds: [feed] },
    secrets: erp.secrets,
    wrongSecrets: { 'env:ERP_PASSWORD': 'not-this-one' },
    port: erp.port,
    through: (port) => ({ port }),
    wrongQuestion: { feeds: [{ ...feed, sql: sql.replace('from sale', 'from no_such_table') }] },
    feed: (over) => ({ feeds: [{ ...feed, ...over }] }),
    async put(day, records) {
      await erp.run(`delete from sale where bill_date = '${day}'`);
      for (let at = 0; at < records.length; at += 1000) {
        const rows = records
          .slice(at, at + 1000)
          .map(({ id, customer, qty }: FarRecord) => `('${day}', ${[id, customer].map(quoted).join(', ')}, ${qty})`);
        await erp.run(`insert into sale values ${rows.join(', ')}`);
      }
    },
    given: async () => null,
    stop: () => erp.stop(),
  };

  function quoted(text: string): string {
    const { engine } = erp.settings;
    return `'${(engine === 'mysql' ? text.replaceAll('\\', '\\\\') : text).replaceAll("'", "''")}'`;
  }
}
