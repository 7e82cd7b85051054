import { entityKinds } from '../../model/kind.js';
import type { Database } from '../database.js';
import { foldCurrent } from '../master/fold-current.js';
import { lockMaster } from '../master/lock-master.js';
import { type RecordChange, readRecordChanges } from '../master/read-record-changes.js';
import { refreshMaster } from '../master/refresh-master.js';
import { replayWaiting } from '../master/replay-waiting.js';
import { settleWaiting } from '../master/settle-waiting.js';
import { keysOfBatches, openTouched, recordsOfBatches } from '../master/touched.js';
import { dropAnswered } from '../master/write-references.js';
import { withClient } from '../with-client.js';

/** What follows terminals that were merged, made or taken back: their links stay, the published terminal is another. */
export interface RedirectImpact {
  readonly terminals: number;
  readonly names: number;
  readonly rows: number;
  readonly amount: string;
}

export interface FoldedMaster extends RedirectImpact {
  /** Golden records that changed; the first fifty of them in `changes`. */
  readonly records: number;
  readonly changes: readonly RecordChange[];
  /** Rows that had waited for what is there now and have come in. */
  readonly cameIn: number;
}

/**
 * Brings the master in line with the batches in force, after some of them changed (`changed`; `batchId` is the one that did it):
 * versions of source records, crosswalk, redirects, golden values and their projections. A pure function of the log; merges in
 * their order, the later one of a record wins, one that would close a circle counts for nothing.
 */
export async function foldMaster(trx: Database, batchId: string, changed: readonly string[]): Promise<FoldedMaster> {
  const isTouched = await withClient(trx, async (client) => {
    await settleWaiting(client, changed);
    const { rows } = await client.query<{ entity: string }>(
      `select distinct entity from master.record where id in (${recordsOfBatches('select unnest($1::bigint[])')})
       union select entity from master.source_key where id in (${keysOfBatches('select unnest($1::bigint[])')})`,
      [changed],
    );
    if (rows.length === 0) return false;
    await lockMaster(
      client,
      rows.map(({ entity }) => entity),
    );
    await openTouched(client);
    await client.query(`insert into touched_key ${keysOfBatches('select unnest($1::bigint[])')}`, [changed]);
    await client.query(`insert into touched_record ${recordsOfBatches('select unnest($1::bigint[])')}`, [changed]);
    await foldCurrent(client);
    return true;
  });
  let folded = { terminals: 0, names: 0, rows: 0, amount: '0', records: 0, changes: [] as readonly RecordChange[] };
  if (isTouched) {
    const merged = await trx('master.merge')
      .whereIn('batch_id', [...changed])
      .first('id');
    if (merged) await foldRedirectsOfRecords(trx);
    await withClient(trx, (client) => refreshMaster(client, batchId));
    folded = { ...(await redirectRows(trx)), ...(await readRecordChanges(trx)) };
  }
  const cameIn = await withClient(trx, async (client) => {
    await dropAnswered(client, changed);
    return replayWaiting(client, batchId, new Set(entityKinds));
  });
  return { ...folded, cameIn };
}

export async function foldRedirectsOfRecords(trx: Database): Promise<void> {
  const { rows: merges } = await trx.raw<{ rows: Merge[] }>(`
    select m.loser_id, m.survivor_id from master.merge m join matching.batch b on b.id = m.batch_id and b.in_force order by m.id`);
  const redirects = foldRedirects(merges);
  const losers = [...redirects.keys()];
  await trx.raw(
    `with wanted as (
       select r.id, r.survivor_id as before, n.merged_into, n.survivor_id from master.record r
         left join unnest(:losers::bigint[], :into::bigint[], :survivors::bigint[]) as n(id, merged_into, survivor_id) on n.id = r.id
        where n.id is not null or r.survivor_id is not null),
     moved as (
       update master.record r set merged_into = w.merged_into, survivor_id = w.survivor_id from wanted w
        where w.id = r.id and (r.merged_into, r.survivor_id) is distinct from (w.merged_into, w.survivor_id)
       returning r.id, w.before, r.survivor_id as after)
     insert into touched_record select one from moved cross join unnest(array[id, before, after]) as one where one is not null`,
    {
      losers: arrayOf(losers),
      into: arrayOf(losers.map((loser) => redirects.get(loser)!.into)),
      survivors: arrayOf(losers.map((loser) => redirects.get(loser)!.survivor)),
    },
  );
}

/** The terminals, distributors and products of merged records point at those of the records that survive. */
export async function redirectRows(trx: Database): Promise<RedirectImpact> {
  for (const table of ['distributor', 'product'])
    await trx.raw(
      `with wanted as (
         select t.id, case when s.now_id <> t.id then s.now_id end as survivor_id
           from master.${table} t left join master.${table}_survivor s on s.id = t.id where t.record_id in (select record_id from settled_record))
       update master.${table} t set survivor_id = w.survivor_id from wanted w where w.id = t.id and t.survivor_id is distinct from w.survivor_id`,
    );
  const { rows } = await trx.raw<{ rows: { id: string; before: string | null; after: string | null }[] }>(
    `with wanted as (
       select t.id, t.survivor_id as before, i.id as merged_into, s.id as survivor_id,
              case when b.id is null then t.status when not b.in_force then 'withdrawn' when t.status = 'withdrawn' then '' else t.status end as status
         from master.terminal t
         left join master.record r on r.id = t.record_id
         left join master.terminal i on i.record_id = r.merged_into
         left join master.terminal s on s.record_id = r.survivor_id
         left join matching.batch b on b.id = t.batch_id
        where t.record_id in (select record_id from settled_record))
     update master.terminal t set merged_into = w.merged_into, survivor_id = w.survivor_id, status = w.status
       from wanted w where w.id = t.id
        and (t.merged_into, t.survivor_id, t.status) is distinct from (w.merged_into, w.survivor_id, w.status)
     returning t.id, w.before, t.survivor_id as after`,
  );
  // Names of merged terminals are names of their survivor: it has changed too, also when it lost one.
  await trx.raw("update master.terminal set change_seq = nextval('master.change_seq') where id = any(?::bigint[])", [
    arrayOf([...new Set(rows.flatMap(({ before, after }) => [before, after].filter((id) => id !== null)))]),
  ]);
  return {
    terminals: rows.length,
    ...(await countBehind(
      trx,
      rows.map(({ id }) => id),
    )),
  };
}

export interface Merge {
  readonly loser_id: string;
  readonly survivor_id: string;
}

/** Each merged terminal with the next one and the end of the way. */
export function foldRedirects(merges: readonly Merge[]): Map<string, { into: string; survivor: string }> {
  const into = new Map<string, string>();
  const endOf = (id: string): string => {
    let end = id;
    for (let next = into.get(end); next !== undefined; next = into.get(end)) end = next;
    return end;
  };
  for (const { loser_id: loser, survivor_id: survivor } of merges) {
    const before = into.get(loser);
    into.delete(loser);
    if (endOf(survivor) !== loser) into.set(loser, survivor);
    else if (before !== undefined) into.set(loser, before);
  }
  return new Map([...into].map(([loser, next]) => [loser, { into: next, survivor: endOf(next) }]));
}

async function countBehind(trx: Database, terminals: readonly string[]): Promise<Omit<RedirectImpact, 'terminals'>> {
  if (terminals.length === 0) return { names: 0, rows: 0, amount: '0' };
  const { rows } = await trx.raw<{ rows: Omit<RedirectImpact, 'terminals'>[] }>(
    `select count(distinct k.raw_name_id)::integer as names, count(l.part_id)::integer as rows, coalesce(sum(l.amount), 0)::text as amount
       from matching.link k
       left join (flow.line l join ledger.generation g on g.id = l.generation_id and g.state = 'active')
         on l.raw_name_id = k.raw_name_id and l.business_date >= k.valid_from and l.business_date < k.valid_until
      where k.terminal_id = any(?::bigint[])`,
    [arrayOf(terminals)],
  );
  return rows[0]!;
}

const arrayOf = (ids: readonly string[]): string => `{${ids.join(',')}}`;
