import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import createKnex from 'knex';
import { testServerUrl } from '../database-server.js';
import { account, findProgram, freePort, giveToAccount, runServer } from './run-server.js';

/** A distributor's database on a real server, with an account that may only read. */
export interface Erp {
  readonly engine: 'postgres' | 'mysql';
  readonly settings: Readonly<Record<string, unknown>>;
  readonly secrets: Readonly<Record<string, string>>;
  readonly port: number;
  /** Runs statements as the owner. */
  run(sql: string): Promise<void>;
  stop(): Promise<void>;
}

const password = 'only-for-the-erp';
const reference = 'env:ERP_PASSWORD';

export async function startPostgresErp(): Promise<Erp> {
  const server = new URL(await testServerUrl());
  const name = `huiliu_test_${process.pid}_${randomBytes(4).toString('hex')}`;
  const admin = createKnex({ client: 'pg', connection: server.href });
  await admin.raw('create database ??', [name]);
  await admin.raw(`create role ?? login password '${password}'`, [name]);
  const own = createKnex({ client: 'pg', connection: Object.assign(new URL(server), { pathname: `/${name}` }).href });
  await own.raw('alter default privileges grant select on tables to ??', [name]);
  return {
    ...of('postgres', Number(server.port), name, name),
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

export function hasMariadb(): boolean {
  return findProgram('mariadbd') !== null;
}

export async function startMariadbErp(): Promise<Erp> {
  const base = await mkdtemp(join(tmpdir(), 'huiliu-mariadb-'));
  const [data, socket, port] = [join(base, 'data'), join(base, 'socket'), await freePort()];
  giveToAccount(base);
  const common = ['--no-defaults', `--datadir=${data}`];
  const made = spawnSync('mariadb-install-db', [
    ...common,
    `--user=${account.name}`,
    '--auth-root-authentication-method=normal',
    '--skip-test-db',
  ]);
  if (made.status !== 0) throw new Error(`mariadb-install-db: ${made.stderr}${made.stdout}`);
  const options = [...common, `--socket=${socket}`, `--port=${port}`, '--bind-address=127.0.0.1', '--innodb-flush-log-at-trx-commit=0'];
  const server = await runServer('mariadbd', [...options, '--innodb-buffer-pool-size=32M', `--pid-file=${base}/pid`], port, true);
  const own = createKnex({
    client: 'mysql2',
    connection: { socketPath: socket, user: 'root', multipleStatements: true, charset: 'utf8mb4' },
    pool: { min: 0, max: 1 },
  });
  await own.raw(
    `create database erp character set utf8mb4; create user reader identified by '${password}'; grant select on erp.* to reader; use erp`,
  );
  return {
    ...of('mysql', port, 'erp', 'reader'),
    async run(sql) {
      await own.raw(sql);
    },
    async stop() {
      await own.destroy();
      await server.stop();
      await rm(base, { recursive: true, force: true });
    },
  };
}

function of(engine: Erp['engine'], port: number, database: string, user: string): Pick<Erp, 'engine' | 'settings' | 'secrets' | 'port'> {
  return {
    ...{ engine, port, secrets: { [reference]: password } },
    settings: { engine, host: '127.0.0.1', port, database, user, password: reference, timeout_seconds: 5 },
  };
}
