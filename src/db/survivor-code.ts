import type pg from 'pg';

/** The code of the record that this one was merged into; any other text stays. */
export async function survivorCode(client: pg.Client, table: 'terminal' | 'product', code: string): Promise<string> {
  const { rows } = await client.query<{ code: string }>(
    `select s.code from master.${table} l join master.${table} s on s.id = l.survivor_id where l.code = $1`,
    [code],
  );
  return rows[0]?.code ?? code;
}
