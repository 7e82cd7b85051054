import type pg from 'pg';
import type { SourceVersion } from '../../master/golden-of.js';
import type { HeldValue } from '../../master/held-of.js';

/** What waits at a key of a record. */
export interface HeldAt extends Pick<SourceVersion, 'role' | 'system' | 'key'>, Pick<HeldValue, 'accepted' | 'waiting'> {}

/** What waits at the keys of the records in `settled_record` and of those merged into them, by record. */
export async function readHeld(client: pg.Client): Promise<ReadonlyMap<string, HeldAt[]>> {
  const { rows } = await client.query<HeldAt & { record_id: string }>(`
    select s.record_id, h.role, h.system, h.key, h.accepted, h.waiting
      from (select coalesce(r.survivor_id, r.id) as now_id, r.id, k.role, k.system, k.key, h.accepted, h.waiting
              from master.held_value h join master.source_key k on k.id = h.key_id join master.record r on r.id = k.record_id) h
      join settled_record s on s.record_id in (h.now_id, h.id)`);
  const byRecord = new Map<string, HeldAt[]>();
  for (const { record_id, ...held } of rows) byRecord.set(record_id, [...(byRecord.get(record_id) ?? []), held]);
  return byRecord;
}

/** What the keys say as long as nothing of what waits is approved. */
export function withoutHeld<Version extends SourceVersion>(versions: readonly Version[], held: readonly HeldAt[]): Version[] {
  return versions.map((version) => {
    const here = held.filter(({ role, system, key }) => role === version.role && system === version.system && key === version.key);
    if (here.length === 0) return version;
    const fields = { ...version.fields };
    for (const { accepted, waiting } of here)
      for (const attribute of Object.keys(waiting)) {
        const value = accepted?.[attribute] ?? '';
        if (value === '') delete fields[attribute];
        else fields[attribute] = value;
      }
    return { ...version, fields };
  });
}
