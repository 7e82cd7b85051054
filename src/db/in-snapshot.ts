import type pg from 'pg';
import type { Database } from './database.js';
import { withClient } from './with-client.js';

/** Reads one moment of the database, however much is written meanwhile; a write inside fails. */
export function inSnapshot<Result>(database: Database, read: (client: pg.Client) => Promise<Result>): Promise<Result> {
  return withClient(database, async (client) => {
    await client.query('begin isolation level repeatable read read only');
    try {
      return await read(client);
    } finally {
      await client.query('rollback').catch(() => undefined);
    }
  });
}
