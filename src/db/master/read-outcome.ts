import type pg from 'pg';
import type { Issue } from '../../journey/map/map-outcome.js';
import { codedLike } from './coded-like.js';
import { namedLike } from './named-like.js';

/** What deliveries of records come to; of a rehearsal, what they would. */
export interface Outcome {
  readonly entities: readonly EntityOutcome[];
  /** Rules that rows were stopped or remarked by, the most frequent first. */
  readonly rules: readonly RuleOutcome[];
  /** Records of ours that would change, with the values before and after; the first of them. */
  readonly changes: readonly Change[];
  /** New records that look like one that is there, or like each other; the first of them. */
  readonly alike: readonly Alike[];
  readonly alikeCount: number;
  /** Rows of other deliveries that waited for these. */
  readonly replayed: number;
  /** Changes of names, places and closings that wait for somebody to approve them. */
  readonly requests: number;
}

export interface EntityOutcome {
  readonly entity: string;
  readonly rows: number;
  /** With rows that waited and have come in since. */
  readonly new: number;
  readonly changed: number;
  readonly same: number;
  /** A later row of the same file says the same key. */
  readonly duplicate: number;
  readonly waiting: number;
  readonly refused: number;
  readonly remarked: number;
}

interface RuleOutcome {
  readonly rule: string;
  /** Loaded all the same, or not. */
  readonly isRemark: boolean;
  readonly rows: number;
  readonly example: { readonly part: string; readonly rowNo: number; readonly issue: Issue };
}

interface Change {
  readonly entity: string;
  readonly key: string;
  readonly name: string;
  readonly field: string;
  readonly before: string;
  readonly after: string;
}

interface Alike {
  readonly name: string;
  readonly key: string;
  readonly otherNo: string;
  readonly otherName: string;
  readonly by: 'credit_code' | 'name';
}

const shown = 20;

const fateSum = (fate: string): string => `coalesce(sum((select f.rows from fate f where f.part_id = p.id and f.fate = '${fate}')), 0)`;

export async function readOutcome(client: pg.Client, deliveryIds: readonly string[]): Promise<Outcome> {
  const ids = [[...deliveryIds]];
  const { rows: entities } = await client.query<EntityOutcome>(
    `with part as (select id, kind, decoded - dropped_count as rows from ledger.part where delivery_id = any($1::bigint[]) and kind is not null),
     fate as (
       select f.part_id, f.fate, sum(upper(r) - lower(r)) as rows from part join master.row_fate f on f.part_id = part.id cross join unnest(f.rows) as r group by 1, 2),
     stopped as (
       select q.part_id, count(w.part_id) as waiting, count(*) filter (where w.part_id is null) as refused
         from part join ledger.quarantine q on q.part_id = part.id and q.state = 'open'
         left join master.waiting w on (w.part_id, w.row_no) = (q.part_id, q.row_no) group by 1),
     came as (select q.part_id, count(*) as rows from part join ledger.quarantine q on q.part_id = part.id and q.state = 'replayed' group by 1),
     remarked as (select m.part_id, count(*) as rows from part join master.remark m on m.part_id = part.id group by 1)
     select p.kind as entity, sum(p.rows)::integer as rows,
            (${fateSum('new')} + coalesce(sum(c.rows), 0))::integer as new, ${['changed', 'same', 'duplicate'].map((one) => `${fateSum(one)}::integer as ${one}`).join(', ')},
            coalesce(sum(s.waiting), 0)::integer as waiting, coalesce(sum(s.refused), 0)::integer as refused, coalesce(sum(m.rows), 0)::integer as remarked
       from part p left join stopped s on s.part_id = p.id left join remarked m on m.part_id = p.id left join came c on c.part_id = p.id
      group by 1 order by min(p.id)`,
    ids,
  );
  const { rows: rules } = await client.query<RuleOutcome>(
    `with said as (
       select false as is_remark, q.part_id, q.row_no, i as issue from ledger.quarantine q cross join lateral jsonb_array_elements(q.issues) i
        where q.delivery_id = any($1::bigint[]) and q.state = 'open'
       union all
       select true, m.part_id, m.row_no, i from ledger.part p join master.remark m on m.part_id = p.id cross join lateral jsonb_array_elements(m.remarks) i
        where p.delivery_id = any($1::bigint[]))
     select s.issue->>'rule' as rule, s.is_remark as "isRemark", count(distinct (s.part_id, s.row_no))::integer as rows,
            (array_agg(jsonb_build_object('part', p.path, 'rowNo', s.row_no, 'issue', s.issue) order by s.part_id, s.row_no))[1] as example
       from said s join ledger.part p on p.id = s.part_id group by 1, 2 order by 2, 3 desc, 1`,
    ids,
  );
  const { rows: changes } = await client.query<Change>(
    `with now as (
       select c.*, k.entity, k.key from master.sending s join matching.batch b on b.id = s.batch_id and b.in_force
         join master.source_record c on c.batch_id = b.id and c.is_current join master.source_key k on k.id = c.key_id and k.batch_id <> b.id
        where s.delivery_id = any($1::bigint[])),
     pair as (
       select n.entity, n.key, n.id, n.fields as after, o.fields as before from now n
        cross join lateral (select o.fields from master.source_record o join matching.batch b on b.id = o.batch_id and b.in_force
                             where o.key_id = n.key_id and o.id <> n.id order by o.id desc limit 1) o)
     select p.entity, p.key, coalesce(p.after->>'name', p.after->>'generic_name', '') as name, f.field, coalesce(p.before->>f.field, '') as before,
            coalesce(p.after->>f.field, '') as after
       from pair p cross join lateral (select jsonb_object_keys(p.before) as field union select jsonb_object_keys(p.after)) f
      where p.before->>f.field is distinct from p.after->>f.field order by p.id, f.field limit ${shown}`,
    ids,
  );
  const { rows: alike } = await client.query<Alike & { total: number }>(
    `with fresh as (
       select distinct k.record_id, k.key, g.fields from master.sending s join master.source_key k on k.batch_id = s.batch_id and k.entity = 'customer'
         join master.golden g on g.record_id = k.record_id where s.delivery_id = any($1::bigint[])),
     like_it as materialized (
       select f.*, g.record_id as other_id, g.fields->>'name' as other_name, 'credit_code' as by
         from fresh f cross join lateral (${codedLike(`f.fields->>'credit_code'`)}) g
       union all
       select f.*, g.record_id, g.fields->>'name', 'name' from fresh f cross join lateral (${namedLike(`f.fields->>'name'`)}) g),
     pair as (
       select f.key, f.fields->>'name' as name, r.no as "otherNo", f.other_name as "otherName", f.by, f.record_id, r.id
         from like_it f join master.record r on r.id = f.other_id and r.entity = 'customer' and r.status = 'active' where r.id <> f.record_id)
     select distinct on (least(record_id, id), greatest(record_id, id)) key, name, "otherNo", "otherName", by, count(*) over ()::integer as total
       from pair order by least(record_id, id), greatest(record_id, id), by`,
    ids,
  );
  const { rows: came } = await client.query<{ rows: number }>(
    `select count(*)::integer as rows from master.waiting w join matching.batch b on b.id = w.batch_id and b.in_force
       join master.sending s on s.batch_id = b.follows where s.delivery_id = any($1::bigint[]) and w.delivery_id <> all($1::bigint[])`,
    ids,
  );
  const { rows: held } = await client.query<{ requests: number }>(
    `select count(*)::integer as requests from master.sending s join matching.batch f on f.follows = s.batch_id
       join master.change_request q on q.batch_id = f.id join master.change_request_state t on t.id = q.id and t.state = 'open'
      where s.delivery_id = any($1::bigint[])`,
    ids,
  );
  return {
    requests: held[0]!.requests,
    entities,
    rules,
    changes,
    alike: alike.slice(0, shown).map(({ total: _, ...one }) => one),
    alikeCount: alike.length,
    replayed: came[0]!.rows,
  };
}
