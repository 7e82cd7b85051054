import type pg from 'pg';
import type { Database } from './database.js';

/** Lends one raw connection of the pool, for COPY and hand-written transactions. */
export async function withClient<Result>(database: Database, work: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const client = (await database.client.acquireConnection()) as pg.Client;
  try {
    return await work(client);
  } finally {
    await database.client.releaseConnection(client);
  }
}

/** Runs `work` in a transaction on one raw connection: commits when it returns, rolls back when it throws. */
export function inTransaction<Result>(database: Database, work: (client: pg.Client) => Promise<Result>): Promise<Result> {
  return withClient(database, (client) => transact(client, work));
}

/**
 * The same on a connection that the caller holds. `begin` may say which kind of transaction, what is set in it and what is asked first, all in
 * one message; `work` gets the answers to all of its statements.
 */
export async function transact<Result>(
  client: pg.Client,
  work: (client: pg.Client, begun: readonly pg.QueryResult[]) => Promise<Result>,
  begin = 'begin',
): Promise<Result> {
  try {
    const begun = [await client.query(begin)].flat();
    const result = await work(client, begun);
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  }
}
