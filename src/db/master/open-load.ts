import type pg from 'pg';

/** The batch of one load of a delivery. One that `follows` another is in force only while that is. */
export async function openLoad(client: pg.Client, deliveryId: string, follows: string | null = null): Promise<string> {
  const { rows } = await client.query<{ id: string }>(
    `insert into matching.batch (kind, actor, by_person, detail, follows)
     values ('load', 'hub', false, jsonb_build_object('delivery', $1::text), $2) returning id`,
    [deliveryId, follows],
  );
  return rows[0]!.id;
}
