import type { Socket } from 'node:net';
import knex, { type Knex } from 'knex';
import pg from 'pg';
import { lease } from '../model/lease.js';

export type Database = Knex;

export interface DatabaseOptions {
  readonly poolMax?: number;
  /** A query during which the server says nothing for so long is given up, and its connection with it; 0 = never. Default 10 minutes. */
  readonly silenceMs?: number;
}

/**
 * A pool on Postgres. `numeric` and `bigint` come back as text and days as `yyyy-MM-dd`: nothing exact is made a float or a moment.
 *
 * A network that swallows packets must not hang the hub: the kernel asks an idle server whether it lives, and the silence limit
 * ends what hangs for other reasons. The server in turn ends a transaction of ours in which nothing happens for two leases: a
 * frozen process would otherwise keep the row of its step locked, and nobody could take the step over (`endFrozenCopies` does the same for a COPY).
 */
export function createDatabase(url: string, { poolMax = usualPool, silenceMs = usualSilenceMs }: DatabaseOptions = {}): Database {
  return knex({
    client: 'pg',
    connection: {
      connectionString: url,
      types: { getTypeParser },
      application_name: 'huiliu',
      // A server of somebody else may live in another zone, with summer time: where we mean a zone we name it, elsewhere it is this one.
      options: '-c timezone=UTC',
      keepAlive: true,
      keepAliveInitialDelayMillis: 30_000,
      connectionTimeoutMillis: 20_000,
      idle_in_transaction_session_timeout: lease.seconds * 2_000,
    },
    pool: {
      min: 0,
      max: poolMax,
      afterCreate(client: PooledClient, done: (error: unknown, client: PooledClient) => void) {
        if (silenceMs > 0) endSilence(client, silenceMs);
        done(null, client);
      },
    },
    acquireConnectionTimeout: 30_000,
    // Knex would tell stdout, with a stack, what it throws as well.
    log: { warn: () => undefined, error: () => undefined, debug: () => undefined, deprecate: () => undefined },
  });
}

const usualPool = Number(process.env['HUILIU_DATABASE_POOL'] ?? 10);
const usualSilenceMs = Number(process.env['HUILIU_DATABASE_SILENCE_SECONDS'] ?? 600) * 1_000;

interface PooledClient {
  readonly connection: { readonly stream: Socket };
  readonly _activeQuery?: unknown;
}

function endSilence(client: PooledClient, silenceMs: number): void {
  const { stream } = client.connection;
  stream.setTimeout(silenceMs, () => {
    if (client._activeQuery) stream.destroy(new Error(`Connection terminated: no answer for ${silenceMs / 1_000} s`));
  });
}

const dateOid = 1082;

function getTypeParser(oid: number, format?: string): (value: string) => unknown {
  if (oid === dateOid) return (value) => value;
  return pg.types.getTypeParser(oid, format as 'text');
}
