import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import createKnex from 'knex';
import { type FarErp, startFakeErp } from '../../connectors/database/fake.js';
import { testServerUrl } from '../database-server.js';
import { account, findProgram, freePort, giveToAccount, runServer } from './run-server.js';

/** A distributor's database on a real server, with an account that may only read. */
export interface Erp extends FarErp {
  readonly engine: 'postgres' | 'mysql';
}

const password = 'only-for-the-erp';
const reference = 'env:ERP_PASSWORD';

export async function startPostgresErp(): Promise<Erp> {
  return { engine: 'postgres', ...(await startFakeErp({ postgresUrl: await testServerUrl() })) };
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
    pool: { min: 1, max: 1 },
  });
  await own.raw(
    `create database erp character set utf8mb4; create user reader identified by '${password}'; grant select on erp.* to reader; use erp`,
  );
  return {
    ...{ engine: 'mysql' as const, port, secrets: { [reference]: password } },
    settings: { engine: 'mysql', host: '127.0.0.1', port, database: 'erp', user: 'reader', password: reference, timeout_seconds: 5 },
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
