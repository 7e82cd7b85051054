import knex, { type Knex } from 'knex';
import pg from 'pg';

export type Database = Knex;

/** A pool on Postgres. `numeric` and `bigint` come back as text and days as `yyyy-MM-dd`: nothing exact is made a float or a moment. */
export function createDatabase(url: string, options: { readonly poolMax?: number } = {}): Database {
  return knex({
    client: 'pg',
    connection: { connectionString: url, types: { getTypeParser }, application_name: 'huiliu', keepAlive: true },
    pool: { min: 0, max: options.poolMax ?? 10 },
    acquireConnectionTimeout: 30_000,
  });
}

const dateOid = 1082;

function getTypeParser(oid: number, format?: string): (value: string) => unknown {
  if (oid === dateOid) return (value) => value;
  return pg.types.getTypeParser(oid, format as 'text');
}
