import type pg from 'pg';

/** The rows of a query in pieces of ten thousand, inside the caller's transaction; one such query at a time. */
export async function* streamRows<Row extends object>(
  client: pg.Client,
  sql: string,
  values: readonly unknown[],
): AsyncGenerator<readonly Row[]> {
  await client.query(`declare figure_cursor no scroll cursor for ${sql}`, values as unknown[]);
  for (;;) {
    const { rows } = await client.query<Row>('fetch 10000 from figure_cursor');
    if (rows.length === 0) break;
    yield rows;
  }
  await client.query('close figure_cursor');
}
