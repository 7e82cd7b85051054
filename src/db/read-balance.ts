import type { Database } from './database.js';
import { inSnapshot } from './in-snapshot.js';

/** The books of all nights together: what was decoded is what was loaded, waits, or was left out by a named rule. */
export interface Balance {
  readonly deliveries: Readonly<Record<string, number>>;
  readonly parts: number;
  readonly decoded: number;
  readonly loaded: number;
  readonly quarantined: number;
  readonly dropped: number;
  /** Lines that are published now, and lines kept of days that were sent again. */
  readonly active: number;
  readonly superseded: number;
  readonly rawObjects: number;
  readonly rawBytes: number;
}

export function readBalance(database: Database): Promise<Balance> {
  return inSnapshot(database, async (client) => {
    const { rows } = await client.query<Balance>(`
      select p.*, g.*, r.*, coalesce((select jsonb_object_agg(state, n) from (select state, count(*) as n from ledger.delivery group by 1) d), '{}') as deliveries
        from (select count(*)::float8 as parts, coalesce(sum(decoded), 0)::float8 as decoded, coalesce(sum(loaded), 0)::float8 as loaded,
                     coalesce(sum(quarantined), 0)::float8 as quarantined, coalesce(sum(dropped_count), 0)::float8 as dropped from ledger.part) p,
             (select coalesce(sum(row_count) filter (where state = 'active'), 0)::float8 as active,
                     coalesce(sum(row_count) filter (where state = 'superseded'), 0)::float8 as superseded from ledger.generation) g,
             (select count(*)::float8 as "rawObjects", coalesce(sum(byte_count), 0)::float8 as "rawBytes" from ledger.raw_object) r`);
    return rows[0]!;
  });
}
