import type { Database } from './database.js';

/** Does the work in a transaction and takes it back: what comes out is exactly what would happen now. */
export async function rehearse<Result>(database: Database, work: (trx: Database) => Promise<Result>): Promise<Result> {
  const trx = await database.transaction();
  try {
    return await work(trx);
  } finally {
    await trx.rollback();
  }
}
