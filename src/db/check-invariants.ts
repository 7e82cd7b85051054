import type pg from 'pg';
import type { Database } from './database.js';
import { inSnapshot } from './in-snapshot.js';
import { comesFirst } from './order-reloads.js';

export type Invariant = 'I1' | 'I2' | 'I3' | 'I4' | 'I5' | 'I6' | 'I7' | 'I8';

/** What must always hold, as a query for whatever breaks it. */
interface InvariantCheck {
  readonly invariant: Invariant;
  readonly name: InvariantName;
  /** Rows `(what text)`, one per break. */
  readonly sql: string;
}

export interface CheckedInvariant {
  readonly invariant: Invariant;
  readonly name: InvariantName;
  readonly broken: number;
  /** At most ten, each names the row at fault. */
  readonly sample: readonly string[];
}

type InvariantName = keyof typeof queries;

/**
 * Asks the database for everything that breaks an invariant. Reads one snapshot and changes nothing, so it may run while the hub
 * works; the facts are read several times, which takes about a second per million lines and check.
 */
export function checkInvariants(database: Database): Promise<CheckedInvariant[]> {
  return inSnapshot(database, async (client) => {
    const checked: CheckedInvariant[] = [];
    for (const check of invariantChecks) checked.push(await ask(client, check));
    return checked;
  });
}

async function ask(client: pg.Client, { invariant, name, sql }: InvariantCheck): Promise<CheckedInvariant> {
  const { rows } = await client.query<{ broken: number; sample: string[] | null }>(
    `select count(*)::int as broken, (array_agg(what order by what))[1:10] as sample from (${sql}) b(what)`,
  );
  return { invariant, name, broken: rows[0]!.broken, sample: rows[0]!.sample ?? [] };
}

const place = (of: string) => `${of}.sender || ' ' || ${of}.name`;

// An earlier load of a delivery under another layout leaves withdrawn generations behind: they count for nothing.
const queries = {
  'counts-of-a-part': [
    'I1',
    `select d.sender || ' ' || p.path || ': ' || p.decoded || ' decoded, ' || p.loaded || ' loaded, ' || p.quarantined || ' quarantined, ' || p.dropped_count || ' dropped'
       from ledger.part p join ledger.delivery d on d.id = p.delivery_id where p.decoded <> p.loaded + p.quarantined + p.dropped_count`,
  ],
  'lines-of-a-part': [
    'I1',
    `with found as (
       select l.part_id, count(*) as lines from flow.line l join ledger.generation g on g.id = l.generation_id and g.state <> 'withdrawn' group by 1)
     select d.sender || ' ' || p.path || ': ' || p.loaded || ' counted, ' || p.retired || ' deleted since, ' || coalesce(f.lines, 0) || ' found'
       from ledger.part p join ledger.delivery d on d.id = p.delivery_id left join found f on f.part_id = p.id
      where coalesce(f.lines, 0) + p.retired <> case when p.kind in ('sale', 'purchase', 'stock') then p.loaded else 0 end`,
  ],
  'quarantine-of-a-part': [
    'I1',
    `with found as (select part_id, count(*) as waiting from ledger.quarantine where state = 'open' group by 1)
     select d.sender || ' ' || p.path || ': ' || p.quarantined || ' counted, ' || coalesce(f.waiting, 0) || ' found'
       from ledger.part p join ledger.delivery d on d.id = p.delivery_id left join found f on f.part_id = p.id
      where p.quarantined <> coalesce(f.waiting, 0)`,
  ],
  'sums-of-a-generation': [
    'I1',
    `with found as (
       select generation_id, count(*) as lines, sum(quantity) as quantity, coalesce(sum(amount), 0) as amount from flow.line group by 1)
     select ${place('g')} || ': ' || g.row_count || ' lines of ' || g.amount || ' counted, ' || coalesce(f.lines, 0) || ' of ' || coalesce(f.amount, 0) || ' found'
       from (select g.*, g.kind || ' ' || g.business_date as name from ledger.generation g) g left join found f on f.generation_id = g.id
      where case when g.retired_at is null
                 then (g.row_count, g.quantity, g.amount) is distinct from (coalesce(f.lines, 0), coalesce(f.quantity, 0), coalesce(f.amount, 0))
                 else g.lines_left <> coalesce(f.lines, 0) end`,
  ],
  'row-active-twice': [
    'I2',
    `select l.part_id || '/' || l.row_no from flow.line l join ledger.generation g on g.id = l.generation_id and g.state = 'active'
      group by l.part_id, l.row_no having count(*) > 1`,
  ],
  'row-loaded-and-waiting': [
    'I2',
    `select q.part_id || '/' || q.row_no from ledger.quarantine q join flow.line l on l.part_id = q.part_id and l.row_no = q.row_no
       join ledger.generation g on g.id = l.generation_id and g.state <> 'withdrawn' where q.state = 'open'`,
  ],
  'day-active-twice': [
    'I2',
    `select sender || ' ' || kind || ' ' || business_date || ' ' || document from ledger.generation where state = 'active'
      group by sender, kind, business_date, document having count(*) > 1`,
  ],
  'line-without-origin': [
    'I3',
    `select l.generation_id || '/' || l.part_id || '/' || l.row_no
       from flow.line l
       left join ledger.generation g on g.id = l.generation_id
       left join ledger.part p on p.id = l.part_id
       left join ledger.delivery d on d.id = p.delivery_id
       left join ledger.raw_object o on o.sha256 = d.sha256
      where o.sha256 is null or g.delivery_id is distinct from d.id or g.business_date is distinct from l.business_date`,
  ],
  'line-without-names': [
    'I3',
    `select l.generation_id || '/' || l.part_id || '/' || l.row_no
       from flow.line l
       left join matching.raw_name n on n.id = l.raw_name_id
       left join matching.raw_product p on p.id = l.raw_product_id
      where p.id is null or (l.raw_name_id is not null and n.id is null)`,
  ],
  'quarantine-without-origin': [
    'I3',
    `select q.part_id || '/' || q.row_no from ledger.quarantine q left join ledger.part p on p.id = q.part_id
      where p.delivery_id is distinct from q.delivery_id`,
  ],
  'seen-but-not-kept': [
    'I3',
    `select s.code || ' ' || o.name from ledger.observation o join ledger.source s on s.id = o.source_id
      where o.landed_sha256 is not null and not exists (
            select 1 from ledger.delivery d where d.sha256 = o.landed_sha256 and d.sender = s.sender)`,
  ],
  'done-without-counts': [
    'I4',
    `select stage || ' ' || object_key from ledger.stage_exec where state in ('done', 'held') and (result = '{}' or ended_at is null)`,
  ],
  'counts-of-a-step': [
    'I4',
    `select ${place('d')} from ledger.delivery d
       join lateral (select (e.result->>'decoded')::bigint as decoded from ledger.stage_exec e
                      where e.delivery_id = d.id and e.stage = 'load' and e.state = 'done' order by e.ended_at desc, e.id desc limit 1) s on true
      where d.state = 'loaded' and s.decoded <> (select coalesce(sum(p.decoded), 0) from ledger.part p where p.delivery_id = d.id)`,
  ],
  'state-without-step': [
    'I4',
    `select ${place('d')} || ': ' || d.state from ledger.delivery d
      where d.state in ('loaded', 'held') and not exists (
            select 1 from ledger.stage_exec e where e.delivery_id = d.id and e.stage = 'load' and e.state = case d.state when 'loaded' then 'done' else 'held' end)
         or d.state = 'landed' and exists (
            select 1 from ledger.stage_exec e where e.delivery_id = d.id and e.stage = 'load' and e.state in ('done', 'held'))`,
  ],
  'green-with-something-missing': [
    'I4',
    `select r.kind || ' ' || r.business_date || ' #' || r.id from ledger.run r where r.state = 'succeeded' and exists (
            select 1 from ledger.stage_exec e where e.run_id = r.id
               and (e.state <> 'done' or e.stage = 'collect' and coalesce((e.result->>'failed')::int, 0) > 0))`,
  ],
  'ended-with-open-steps': [
    'I4',
    `select r.kind || ' ' || r.business_date || ' #' || r.id from ledger.run r where r.state <> 'running' and exists (
            select 1 from ledger.stage_exec e where e.run_id = r.id and e.state in ('ready', 'running'))`,
  ],
  'published-is-active': [
    'I5',
    `select seen.kind || ': ' || seen.lines || ' published, ' || active.lines || ' active'
       from (select kind, count(*) as lines, coalesce(sum(quantity), 0) as quantity, coalesce(sum(amount), 0) as amount from pub_v1.flow_line group by 1) seen
       full join (select kind, sum(row_count) as lines, sum(quantity) as quantity, sum(amount) as amount
                    from ledger.generation where state = 'active' and row_count > 0 group by 1) active using (kind)
      where (seen.lines, seen.quantity, seen.amount) is distinct from (active.lines, active.quantity, active.amount)`,
  ],
  'silent-fault': [
    'I6',
    `select stage || ' ' || object_key from ledger.stage_exec where state = 'failed' and told is null
      union all select ${place('d')} from ledger.delivery d where d.state = 'held' and d.findings = '[]'
      union all select 'quarantine ' || part_id || '/' || row_no from ledger.quarantine where state = 'open' and issues = '[]'
      union all select s.code || ' ' || o.name from ledger.observation o join ledger.source s on s.id = o.source_id where o.state = 'failed' and o.told is null`,
  ],
  'step-nobody-renews': [
    'I6',
    `select stage || ' ' || object_key || ' since ' || lease_until from ledger.stage_exec
      where state = 'running' and lease_until < now() - interval '10 minutes'`,
  ],
  'landed-and-forgotten': [
    'I7',
    `select ${place('d')} from ledger.delivery d where d.state = 'landed' and not exists (
            select 1 from ledger.stage_exec e where e.delivery_id = d.id and e.stage = 'load' and e.state in ('ready', 'running', 'failed'))`,
  ],
  'newest-is-active': [
    'I7',
    `select g.sender || ' ' || g.kind || ' ' || g.business_date || ' ' || g.document
       from (select *, row_number() over (partition by sender, kind, business_date, document order by order_key desc, id desc) as place
               from ledger.generation where state <> 'withdrawn' and retired_at is null) g
      where (g.place = 1) <> (g.state = 'active')`,
  ],
  'deleted-and-missed': [
    'I7',
    `select ${place('d')} from ledger.delivery d where d.id in (${comesFirst('true')}) and d.state <> 'held' and not exists (
            select 1 from ledger.stage_exec e where e.delivery_id = d.id and e.stage = 'load' and e.state in ('ready', 'running', 'failed'))`,
  ],
  // The last word of a person about a name, as far as it is in force, holds from its day on.
  'rule-over-person': [
    'I8',
    `select n.name from matching.link k join matching.raw_name n on n.id = k.raw_name_id
       join lateral (select p.verdict from matching.decision p join matching.batch b on b.id = p.batch_id and b.in_force
                      where p.raw_name_id = k.raw_name_id and p.by_person and p.verdict <> 'not' and p.valid_from <= k.valid_from
                      order by p.id desc limit 1) said on said.verdict = 'auto'
      where not k.by_person`,
  ],
  'link-without-decision': [
    'I8',
    `select coalesce(n.name, k.raw_name_id::text) from matching.link k
       left join matching.raw_name n on n.id = k.raw_name_id
       left join matching.decision p on p.id = k.decision_id
       left join matching.batch b on b.id = p.batch_id
      where n.id is null or b.in_force is not true or (p.verdict, p.terminal_id, p.by_person) is distinct from (k.verdict, k.terminal_id, k.by_person)`,
  ],
  'closed-month-moved': [
    'I8',
    `with told as (
       select t.month, t.kind, t.sender, to_jsonb(t) as closed
         from figures.closing c cross join jsonb_to_recordset(c.totals) t(month text, kind text, sender text, lines integer, quantity text, amount text)
        where c.reopened_at is null
     ), counted as (
       select t.month, t.kind, t.sender, to_jsonb(t) as now
         from jsonb_to_recordset(figures.counted_totals(null, figures.closed_through())) t(month text, kind text, sender text, lines integer, quantity text, amount text)
     )
     select month || ' ' || kind || ' ' || sender || ': ' || coalesce(closed - '{month,kind,sender}'::text[], '{}')::text || ' closed, '
            || coalesce(now - '{month,kind,sender}'::text[], '{}')::text || ' now'
       from told full join counted using (month, kind, sender) where closed is distinct from now`,
  ],
} as const satisfies Record<string, readonly [Invariant, string]>;

const invariantChecks: readonly InvariantCheck[] = Object.entries(queries).map(([name, [invariant, sql]]) => ({
  invariant,
  name: name as InvariantName,
  sql,
}));
