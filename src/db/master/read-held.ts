import type pg from 'pg';
import type { SourceVersion } from '../../master/golden-of.js';
import type { HeldValue } from '../../master/held-of.js';

/** What waits at a key of a record. */
export interface HeldAt extends Pick<SourceVersion, 'role' | 'system' | 'key'>, Pick<HeldValue, 'accepted' | 'waiting'> {}

/** What waits at the keys of the records in `settled_record` and of those merged into them, by record. */
export async function readHeld(client: pg.Client): Promise<ReadonlyMap<string, HeldAt[]>> {
  const { rows: counted } = await client.query<{ isFew: boolean; some: boolean }>(
    `select (select count(*) from (select 1 from settled_record limit ${few + 1}) s) <= ${few} as "isFew", exists (select 1 from master.held_value) as some`,
  );
  if (!counted[0]!.some) return new Map();
  const { rows } = await client.query<HeldAt & { record_id: string }>(counted[0]!.isFew ? ofFew : ofMany);
  const byRecord = new Map<string, HeldAt[]>();
  for (const { record_id, ...held } of rows) byRecord.set(record_id, [...(byRecord.get(record_id) ?? []), held]);
  return byRecord;
}

const few = 1_000;

/** Looked up record by record, or among all that waits. */
const ofFew = `
  select s.record_id, k.role, k.system, k.key, h.accepted, h.waiting
    from settled_record s
   cross join lateral (select s.record_id as id union all select l.id from master.record l where l.survivor_id = s.record_id offset 0) m
   cross join lateral (select k.id, k.role, k.system, k.key from master.source_key k where k.record_id = m.id offset 0) k
   cross join lateral (select h.accepted, h.waiting from master.held_value h where h.key_id = k.id offset 0) h`;
const ofMany = `
  select n.id as record_id, k.role, k.system, k.key, h.accepted, h.waiting
    from master.held_value h
   cross join lateral (select k.role, k.system, k.key, k.record_id from master.source_key k where k.id = h.key_id offset 0) k
   cross join lateral (select r.id, r.survivor_id from master.record r where r.id = k.record_id offset 0) r
   cross join lateral (select r.id union select r.survivor_id where r.survivor_id is not null) n(id)
   cross join lateral (select 1 from settled_record s where s.record_id = n.id offset 0) s`;

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
