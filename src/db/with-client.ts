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

/** The same on a connection that the caller holds; `begin` may say which kind of transaction, and what is set in it. */
export async function transact<Result>(client: pg.Client, work: (client: pg.Client) => Promise<Result>, begin = 'begin'): Promise<Result> {
  try {
    await client.query(begin);
    const result = await work(client);
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  }
}
