import type { Database } from './database.js';

/** How much of what the books say, without ids, moments, attempts and runs: equal for two hubs that were given the same deliveries. */
export type LedgerCounts = Readonly<Record<string, unknown>>;

export async function ledgerCounts(database: Database): Promise<LedgerCounts> {
  const { rows } = await database.raw(`select
    (select jsonb_agg(r order by r.sender, r.name, r.sha256) from (
       select sender, name, sha256, state, order_key, jsonb_array_length(findings) as findings from ledger.delivery) r) as deliveries,
    (select jsonb_agg(r order by r.name, r.sha256) from (select g.name, d.sha256 from ledger.sighting g join ledger.delivery d on d.id = g.delivery_id) r) as sightings,
    (select jsonb_build_object('parts', count(*), 'decoded', sum(decoded), 'loaded', sum(loaded), 'quarantined', sum(quarantined), 'dropped', sum(dropped_count))
       from ledger.part) as rows,
    (select jsonb_agg(r order by r.order_key, r.kind, r.business_date, r.document) from (
       select order_key, kind, business_date, document, state, row_count, quantity, amount from ledger.generation where state <> 'withdrawn') r) as generations,
    (select count(*) from ledger.quarantine where state = 'open') as waiting,
    (select count(*) from matching.raw_name) as names,
    (select count(*) from matching.raw_product) as products,
    (select jsonb_agg(r order by r.code) from (select code, name, province, row_no from master.terminal) r) as terminals`);
  return rows[0];
}
