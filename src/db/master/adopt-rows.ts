import type { Database } from '../database.js';

/** Gives terminals, distributors and products that were written without a record one each, in a batch of its own, which nobody can undo. */
export async function adoptRows(trx: Database): Promise<void> {
  const lacking = ['terminal', 'distributor', 'product'].map((table) => `exists (select 1 from master.${table} where record_id is null)`);
  const { rows } = await trx.raw<{ rows: { isLacking: boolean }[] }>(`select ${lacking.join(' or ')} as "isLacking"`);
  if (!rows[0]!.isLacking) return;
  await trx.raw(`
    with opened as (
      insert into matching.batch (kind, actor, by_person, detail) values ('adopt', 'hub', false, '{"about": "rows without a record"}') returning id)
    select master.adopt(id) from opened`);
}
