import type { Database } from '../database.js';
import { candidatesOf, type SeenCandidate } from './candidates.js';
import { waitsForPerson } from './names-at-stake.js';

/** One case for a person: a spelling, of whatever distributors, that waits in the same way. Amounts are exact text. */
export interface QueueItem {
  /** The raw name with most money at stake; a decision on it may be widened to the others. */
  readonly rawNameId: string;
  readonly name: string;
  readonly distributor: string;
  /** Names of this spelling that wait, and distributors that write it. */
  readonly names: number;
  readonly distributors: number;
  readonly rows: number;
  readonly amount: string;
  readonly firstSeen: string;
  /** A verdict, `undecided`, or `challenge`: a person's link that the matcher holds for wrong now. */
  readonly state: string;
  readonly challenge: {
    readonly reason: string;
    readonly code: string;
    readonly name: string;
    readonly probability: number;
    readonly linkedTo: string;
  } | null;
  readonly candidates: readonly SeenCandidate[];
  readonly whyNotAuto: readonly string[];
}

export interface Queue {
  readonly items: readonly QueueItem[];
  /** All that wait, not only those listed. */
  readonly total: { readonly spellings: number; readonly names: number; readonly rows: number; readonly amount: string };
}

/** What waits for a person, most money at stake first; returns count as an absolute amount. */
export async function readQueue(database: Database, options: { readonly limit: number; readonly distributor?: string }): Promise<Queue> {
  const { rows } = await database.raw<{
    rows: (QueueItem & { spellings: number; all_names: number; all_rows: number; all_amount: string })[];
  }>(
    `with challenged as (
       select distinct on (c.raw_name_id) c.raw_name_id, c.reason, c.terminal_id, c.probability, k.terminal_id as linked_to
         from matching.challenge c
         join matching.batch b on b.id = c.batch_id and b.in_force
         join matching.current_link k on k.raw_name_id = c.raw_name_id and k.decision_id = c.decision_id
        order by c.raw_name_id, c.id desc
     ), waiting as (
       select rn.id, rn.spelling, rn.distributor_id, rn.first_seen_at, k.decision_id,
              case when c.raw_name_id is not null then 'challenge' else coalesce(k.verdict, 'undecided') end as state
         from matching.raw_name rn
         left join matching.current_link k on k.raw_name_id = rn.id
         left join challenged c on c.raw_name_id = rn.id
        where rn.role = 'buyer' and (k.raw_name_id is null or ${waitsForPerson('k')} or c.raw_name_id is not null)
          and (:distributor::text is null or rn.distributor_id = (select id from master.distributor where code = :distributor))
     ), at_stake as (
       select w.*, coalesce(f.rows, 0) as rows, coalesce(f.amount, 0) as amount, coalesce(f.stake, 0) as stake
         from waiting w
         left join (select l.raw_name_id, count(*) as rows, sum(l.amount) as amount, sum(abs(l.amount)) as stake
                      from flow.line l join ledger.generation g on g.id = l.generation_id and g.state = 'active'
                     where l.raw_name_id in (select id from waiting) group by 1) f on f.raw_name_id = w.id
     ), spelling as (
       select spelling, state, count(*) as names, count(distinct distributor_id) as distributors, sum(rows) as rows, sum(amount) as amount,
              sum(stake) as stake, min(first_seen_at) as first_seen, (array_agg(id order by stake desc, id))[1] as id
         from at_stake group by 1, 2
     ), shown as (
       select *, count(*) over () as spellings, sum(names) over () as all_names, sum(rows) over () as all_rows, sum(amount) over () as all_amount
         from spelling order by stake desc, rows desc, id limit :limit
     )
     select s.id as "rawNameId", rn.name, d.name as distributor, s.names::integer, s.distributors::integer, s.rows::integer, s.amount::text,
            (s.first_seen at time zone 'Asia/Shanghai')::date as "firstSeen", s.state,
            case when c.raw_name_id is not null then jsonb_build_object('reason', c.reason, 'code', coalesce(ct.code, ''), 'name', coalesce(ct.name, ''),
                 'probability', c.probability, 'linkedTo', coalesce(lt.code || ' ' || lt.name, '')) end as challenge,
            ${candidatesOf('dc')} as candidates, coalesce(dc.evidence->'whyNotAuto', '[]') as "whyNotAuto",
            s.spellings::integer, s.all_names::integer, s.all_rows::integer, s.all_amount::text
       from shown s
       join matching.raw_name rn on rn.id = s.id
       join master.distributor d on d.id = rn.distributor_id
       left join matching.current_link k on k.raw_name_id = s.id
       left join matching.decision dc on dc.id = k.decision_id
       left join challenged c on c.raw_name_id = s.id
       left join master.terminal ct on ct.id = c.terminal_id
       left join master.terminal lt on lt.id = c.linked_to
      order by s.stake desc, s.rows desc, s.id`,
    { limit: options.limit, distributor: options.distributor ?? null },
  );
  const first = rows[0];
  return {
    items: rows.map(({ spellings: _, all_names: __, all_rows: ___, all_amount: ____, ...item }) => item),
    total: { spellings: first?.spellings ?? 0, names: first?.all_names ?? 0, rows: first?.all_rows ?? 0, amount: first?.all_amount ?? '0' },
  };
}
