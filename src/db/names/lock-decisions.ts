import type { Database } from '../database.js';

/** One writer of the matching table at a time, until the transaction ends: rules and people never interleave. */
export async function lockDecisions(trx: Database): Promise<void> {
  await trx.raw("select pg_advisory_xact_lock(hashtext('huiliu.matching'))");
}
