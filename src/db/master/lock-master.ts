import type pg from 'pg';

/**
 * One writer of an entity's master at a time, until the transaction ends. Taken after the locks of a sender and of decisions, never
 * before them. Several entities are locked in the order of their names, so that nobody waits in a circle.
 */
export async function lockMaster(client: pg.Client, entities: readonly string[]): Promise<void> {
  for (const entity of [...new Set(entities)].toSorted()) {
    await client.query('select pg_advisory_xact_lock(hashtext($1))', [`huiliu.golden.${entity}`]);
  }
}
