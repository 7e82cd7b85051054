import { type ClaimLimits, listClaimable } from '../db/claim-stage.js';
import type { Database } from '../db/database.js';
import type { Bell } from '../jobs/bell.js';

/** So many of a kind at a time: who waited longest comes first, and every end of a step rings again. */
const atOnce = 64;

/** Rings for the steps that could be claimed now. False when there are some and nobody could be told. */
export async function ringReady(database: Database, limits: ClaimLimits, bell: Bell): Promise<boolean> {
  const ready = await listClaimable(database, limits, atOnce);
  return ready.length === 0 || bell.ring(ready.map(({ id, stage, attempt }) => ({ id, lane: stage, attempt })));
}
