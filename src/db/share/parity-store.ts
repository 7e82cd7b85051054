import type { Parity } from '../../share/parity-of.js';
import type { Database } from '../database.js';

/** Count and hash of the records as they were after change `seq`, from the changes alone. Without entities: of all. */
export async function countOurs(database: Database, seq: number, entities: readonly string[]): Promise<Parity> {
  const { rows } = await database.raw<{ rows: { count: string; hash: string }[] }>(
    `select count(*) as count, share.sum_hash(sum(share.record_bits(after))) as hash from (
       select distinct on (record_id) after from master.change
        where seq <= :seq and (:isAll or entity = any(:entities)) order by record_id, seq desc) state`,
    { seq, isAll: entities.length === 0, entities: [...entities] } as never,
  );
  return { count: Number(rows[0]!.count), hash: rows[0]!.hash };
}

/** The same of what the master holds now: both have to agree, or a change was not published (`huiliu share parity` asks). */
export async function countMaster(database: Database): Promise<Parity> {
  const { rows } = await database.raw<{ rows: { count: string; hash: string }[] }>(
    `select count(*) as count, share.sum_hash(sum(share.record_bits(jsonb_build_object('no', r.no, 'status', r.status,
              'fields', coalesce(g.fields, '{}')) || case when s.no is null then '{}' else jsonb_build_object('survivor', s.no) end))) as hash
       from master.record r left join master.record s on s.id = r.survivor_id left join master.golden g on g.record_id = r.id`,
  );
  return { count: Number(rows[0]!.count), hash: rows[0]!.hash };
}

export interface Comparison {
  readonly seq: number;
  readonly ours: Parity;
  readonly theirs: Parity;
  readonly agrees: boolean;
}

/** Compares what a subscriber says it has after change `seq` with what we had, and keeps the result. */
export async function compareParity(
  database: Database,
  { subscriber, entities, seq, theirs }: { subscriber: string; entities: readonly string[]; seq: number; theirs: Parity },
): Promise<Comparison> {
  const ours = await countOurs(database, seq, entities);
  await database('share.parity').insert({
    ...{ subscriber, seq, entity: entities.join(','), our_count: ours.count, our_hash: ours.hash },
    ...{ their_count: theirs.count, their_hash: theirs.hash },
  });
  return { seq, ours, theirs, agrees: ours.count === theirs.count && ours.hash === theirs.hash };
}
