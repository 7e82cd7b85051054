import type { Database } from './database.js';

export interface Overview {
  /** Of the server, such as `18.4`. */
  readonly version: string;
  readonly sources: number;
  readonly distributors: number;
  readonly terminals: number;
  readonly products: number;
}

/** What the database is and how much the master holds. */
export async function readOverview(database: Database): Promise<Overview> {
  const { rows } = await database.raw(
    `select current_setting('server_version') as version,
            (select count(*)::int from ledger.source) as sources,
            (select count(*)::int from master.distributor) as distributors,
            (select count(*)::int from master.terminal) as terminals,
            (select count(*)::int from master.product) as products`,
  );
  return rows[0];
}
