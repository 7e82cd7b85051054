import type pg from 'pg';
import { type Compared, type Difference, differencesOf } from '../../master/differences-of.js';
import { HubError } from '../../model/hub-error.js';
import { message } from '../../model/message.js';
import type { Database } from '../database.js';
import { inTransaction } from '../with-client.js';
import { changeMaster, type MasterImpact } from './change-master.js';
import { codedLike } from './coded-like.js';
import { countDue } from './count-due.js';
import { findRecord } from './find-record.js';
import { namedLike } from './named-like.js';
import { rolesOfRecord } from './read-differences.js';

/** Two customers that may be one. `p`: probability that they are, 0-1; `why`: how they were found; `bits`: the matcher's reasons. */
export interface AlikePair {
  readonly p: number;
  readonly why: 'credit-code' | 'name' | 'matcher';
  readonly bits: readonly { readonly reason: string; readonly bits: number }[];
  readonly one: AlikeSide;
  readonly other: AlikeSide;
  /** Kinds, places and credit codes in which they differ. */
  readonly differences: readonly Difference[];
}
export interface AlikeSide {
  readonly no: string;
  readonly name: string;
  readonly place: string;
  readonly creditCode: string;
  readonly systems: readonly string[];
}

/**
 * Pairs that wait for a person, the likeliest first. `lookedAt`: when the matcher looked last, null = never; `notLooked`: so many customers
 * it has not compared since they came or changed.
 */
export async function listAlike(
  database: Database,
  limit: number,
): Promise<{ readonly total: number; readonly lookedAt: string | null; readonly notLooked: number; readonly pairs: AlikePair[] }> {
  await noteEqual(database);
  const { looked_at: lookedAt } = await database('master.alike_look').first('looked_at');
  const { rows } = await database.raw<{ rows: (AlikePair & { total: number; sides: [Compared, Compared] })[] }>(
    `select a.p, a.why, a.bits, ${sideOf('a.low_id')} as one, ${sideOf('a.high_id')} as other, count(*) over ()::integer as total,
            jsonb_build_array(${comparedOf('a.low_id')}, ${comparedOf('a.high_id')}) as sides
       from master.alike_open a order by a.p desc, a.low_id, a.high_id limit :limit`,
    { limit },
  );
  return {
    total: rows[0]?.total ?? 0,
    lookedAt: lookedAt?.toISOString() ?? null,
    notLooked: await countDue(database),
    pairs: rows.map(({ total: _, sides, ...pair }) => ({ ...pair, differences: differencesOf(...sides) })),
  };
}

const comparedOf = (id: string): string =>
  `jsonb_build_object('fields', coalesce((select g.fields from master.golden g where g.record_id = ${id}), '{}'), 'roles', ${rolesOfRecord(id)})`;

const sideOf = (id: string): string => `(
  select jsonb_build_object('no', r.no, 'name', coalesce(g.fields->>'name', ''), 'place', concat(g.fields->>'province', g.fields->>'city', g.fields->>'county'),
           'creditCode', coalesce(g.fields->>'credit_code', ''), 'systems', (select coalesce(jsonb_agg(distinct k.system), '[]') from master.source_key k where k.record_id = r.id))
    from master.record r left join master.golden g on g.record_id = r.id where r.id = ${id})`;

/** What of a customer the matcher looks at. */
const matched = ['name', 'former_names', 'province', 'city', 'county', 'address', 'type', 'level'];

/**
 * Notes customers that have one credit code or one name, for what has changed since the last look, and who is to be put to the matcher
 * again. Safe to run twice or at once.
 */
export function noteEqual(database: Database): Promise<void> {
  return inTransaction(database, async (client) => {
    const { rows } = await client.query<{ seq: string; last: string }>(
      'select l.seq, c.last from master.alike_look l, master.change_counter c for update of l',
    );
    const { seq, last } = rows[0]!;
    if (seq === last) return;
    // One look into the changes, then record by record: of what was just written there are no statistics, and a join would pair everything with everything.
    await client.query(
      `create temp table alike_new on commit drop as
         with seen as materialized (
           select record_id, bool_or(kind in ('created', 'split') or attributes && $3) as is_due from master.change where seq > $1 and seq <= $2 group by 1)
         select s.record_id, s.is_due from seen s
          cross join lateral (select 1 from master.record r where r.id = s.record_id and r.status = 'active' and r.entity = 'customer' offset 0) r`,
      [seq, last, matched],
    );
    await client.query('analyze alike_new');
    for (const side of ['low_id', 'high_id'])
      await client.query(`delete from master.alike a using alike_new n where n.record_id = a.${side} and a.why <> 'matcher'`);
    await addPairs(client, equalOnes);
    await client.query(
      `insert into master.alike_due (record_id) select record_id from alike_new where is_due on conflict (record_id) do update set at = clock_timestamp()`,
    );
    await client.query('update master.alike_look set seq = $1', [last]);
  });
}

const equalOnes = `
  (with fresh as materialized (
    select g.record_id, g.fields->>'name' as name, coalesce(g.fields->>'province', '') as province, coalesce(g.fields->>'credit_code', '') as code
      from alike_new n join master.golden g on g.record_id = n.record_id),
  coded as materialized (
    select n.record_id as one, g.record_id as other, 'credit-code' as why, 0.99 as p, '[]'::jsonb as bits
      from fresh n cross join lateral (${codedLike('n.code')}) g where n.code <> ''),
  named as materialized (
    select n.record_id as one, g.record_id as other, n.province, coalesce(g.fields->>'province', '') as other_province
      from fresh n cross join lateral (${namedLike('n.name')}) g where length(master.plain_name(n.name)) >= 3)
  select * from coded union all
  select one, other, 'name', case when province in ('', other_province) or other_province = '' then 0.9 else 0.4 end, '[]' from named)`;

/** Adds pairs that a query yields (`one`, `other`, `why`, `p`, `bits`). A supplier and a customer are never one. */
export async function addPairs(client: pg.Client, pairs: string, values: readonly unknown[] = []): Promise<void> {
  await client.query(
    `insert into master.alike (low_id, high_id, why, p, bits)
     select distinct on (1, 2, 3) least(one, other), greatest(one, other), why, p, bits
       from (${pairs}) f
      cross join lateral (select 1 from master.record r where r.id = f.other and r.status = 'active' and r.entity = 'customer' offset 0) r
      where one <> other
        and exists (select 1 from master.source_key k where k.record_id = one and k.role = 'supplier') = exists (select 1 from master.source_key k where k.record_id = other and k.role = 'supplier')
      order by 1, 2, 3, p desc
     on conflict (low_id, high_id, why) do update set p = excluded.p, bits = excluded.bits`,
    values as unknown[],
  );
}

/** Two records are different, however alike they look: nobody is asked again, also after they were merged into others. Undone as a batch. */
export function sayApart(
  database: Database,
  { one, other, because }: { readonly one: string; readonly other: string; readonly because: string },
  { actor, isPreview }: { readonly actor: string; readonly isPreview: boolean },
): Promise<MasterImpact> {
  return changeMaster(database, { kind: 'apart', actor, detail: { one, other, because }, isPreview }, async (trx, batchId) => {
    const [left, right] = [await findRecord(trx, one), await findRecord(trx, other)];
    if (left.id === right.id) throw new HubError('config', message('golden.one-already', { one, other, no: left.no }));
    const [low, high] = BigInt(left.id) < BigInt(right.id) ? [left, right] : [right, left];
    await trx('master.apart').insert({ batch_id: batchId, low_id: low.id, high_id: high.id, because });
  });
}
