import type { Deciding, Loser, Origin, Why } from '../../master/golden-of.js';
import type { Database } from '../database.js';
import { isoMoment } from '../iso-moment.js';
import { findRecord } from './find-record.js';

/** All that the hub knows of one record, every value with where it was read. */
export interface RecordCard {
  readonly no: string;
  readonly entity: string;
  readonly status: 'active' | 'merged' | 'withdrawn';
  readonly name: string;
  /** The number that was asked for, when it was merged into this one. */
  readonly redirectedFrom: string | null;
  /** Numbers that were merged into this one. */
  readonly merged: readonly string[];
  readonly completeness: number | null;
  readonly isVoid: boolean;
  readonly values: readonly CardValue[];
  readonly sources: readonly CardSource[];
  readonly codes: readonly { readonly kind: 'terminal' | 'distributor' | 'product'; readonly code: string; readonly status: string }[];
  readonly aliases: {
    readonly names: number;
    readonly first: readonly CardAlias[];
  };
  /** What this record says it belongs to: a contract its customer, an invoice also its order ... */
  readonly points: readonly { readonly entity: string; readonly no: string; readonly name: string }[];
  readonly related: readonly { readonly entity: string; readonly records: number; readonly first: readonly CardRelated[] }[];
  readonly flows: readonly CardFlow[];
  readonly overrides: readonly CardOverride[];
  readonly held: readonly CardHeld[];
  readonly family: readonly {
    readonly kind: string;
    readonly side: 'parent' | 'child';
    readonly no: string;
    readonly name: string;
    readonly validFrom: string;
    readonly validUntil: string;
  }[];
}

/** What an imported list would change and nobody has approved; '' = none. */
interface CardHeld {
  readonly attribute: string;
  readonly accepted: string;
  readonly waiting: string;
  /** `system/role/key` that says it. */
  readonly source: string;
  /** Null: nobody was asked, because another source's value goes before. */
  readonly request: string | null;
  readonly state: 'open' | 'rejected' | 'withdrawn' | null;
}

/** A spelling in the flow, once, with every distributor that writes it; `through`: the merged record it came with, null when it is its own. */
interface CardAlias {
  readonly name: string;
  readonly origins: readonly { readonly distributor: string; readonly through: string | null; readonly byPerson: boolean }[];
}

interface CardValue {
  readonly attribute: string;
  readonly value: string | null;
  readonly from: Origin;
  readonly by: Deciding;
  readonly lost: readonly Loser[];
}

interface CardSource {
  readonly role: string;
  readonly system: string;
  readonly key: string;
  /** Of one that came with a merged record, its number; else null. */
  readonly through: string | null;
  readonly how: string;
  readonly isVoid: boolean;
  readonly changedAt: string | null;
  readonly file: string | null;
  readonly partId: string | null;
  readonly rowNo: number | null;
  readonly versions: number;
  readonly actor: string;
  /** When what it says now came to us; null when it says nothing any more. */
  readonly at: string | null;
}

interface CardRelated {
  readonly no: string;
  readonly name: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly partId: string | null;
  readonly rowNo: number | null;
}

interface CardFlow {
  readonly as: 'terminal' | 'distributor';
  readonly kind: 'sale' | 'purchase' | 'stock';
  readonly lines: number;
  readonly amount: string;
  readonly firstDay: string;
  readonly lastDay: string;
}

interface CardOverride {
  readonly id: string;
  readonly attribute: string;
  readonly value: string;
  readonly because: string;
  readonly actor: string;
  readonly expiresAt: string | null;
  readonly state: 'active' | 'moved' | 'expired' | 'undone';
  readonly batchId: string;
  readonly at: string;
  /** Of one that has ended by itself: when. Of one that ended because its source moved also whose value that is, and what it was and is. */
  readonly endedAt: string | null;
  readonly source: string | null;
  readonly saidThen: string | null;
  readonly saidNow: string | null;
}

/** `asIs`: a merged record itself, not the one it was merged into. Throws a HubError when nothing or several things are meant. */
export async function readCard(database: Database, asked: string, { asIs = false } = {}): Promise<RecordCard> {
  const { id, no, entity, status, name, redirectedFrom } = await findRecord(database, asked, { asIs });
  const rowsOf = async <Row>(sql: string): Promise<Row[]> => (await database.raw<{ rows: Row[] }>(sql, { id } as never)).rows;
  const [golden] = await rowsOf<{ fields: Record<string, string>; why: Record<string, Why>; completeness: number | null; isVoid: boolean }>(
    'select fields, why, completeness, is_void as "isVoid" from master.golden where record_id = :id',
  );
  const [aliases] = await rowsOf<{ names: number }>(`select count(distinct name)::integer as names from (${linkedNames}) n`);
  return {
    ...{ no, entity, status, name, redirectedFrom },
    merged: (await rowsOf<{ no: string }>('select no from master.record where survivor_id = :id order by id')).map((row) => row.no),
    completeness: golden?.completeness ?? null,
    isVoid: golden?.isVoid ?? false,
    values: golden ? valuesOf(golden.fields, golden.why) : [],
    sources: await rowsOf(sources),
    codes: await rowsOf(codes),
    aliases: {
      names: aliases!.names,
      first: await rowsOf(
        `select name, jsonb_agg(jsonb_build_object('distributor', distributor, 'through', through, 'byPerson', "byPerson") order by distributor, through nulls first) as origins
           from (select name, distributor, through, bool_or("byPerson") as "byPerson" from (${linkedNames}) n group by 1, 2, 3) o
          group by name order by name limit 20`,
      ),
    },
    points: await rowsOf(points),
    related: await rowsOf(related),
    flows: [...(await rowsOf<CardFlow>(flowsOfTerminal)), ...(await rowsOf<CardFlow>(flowsOfDistributor))],
    overrides: await rowsOf(overrides),
    held: await rowsOf(held),
    family: await rowsOf(family),
  };
}

function valuesOf(fields: Readonly<Record<string, string>>, why: Readonly<Record<string, Why>>): CardValue[] {
  const names = new Set([...Object.keys(fields), ...Object.keys(why).filter((name) => name !== '*')]);
  return [...names].toSorted().map((attribute) => {
    const { from, by, lost } = why[attribute] ?? why['*']!;
    return { attribute, value: fields[attribute] ?? null, from, by, lost: lost ?? [] };
  });
}

const members = `(select r.id, case when r.id <> :id then r.no end as through from master.record r where r.id = :id or r.survivor_id = :id)`;

const sources = `
  select k.role, k.system, k.key, m.through, k.how, c.is_void as "isVoid", ${isoMoment('c.changed_at')} as "changedAt", d.name as file, c.part_id as "partId",
         c.row_no as "rowNo", (select count(*) from master.source_record v where v.key_id = k.id)::integer as versions, b.actor,
         ${isoMoment('b.at')} as at
    from ${members} m join master.source_key k on k.record_id = m.id
    left join master.source_record c on c.key_id = k.id and c.is_current
    left join matching.batch b on b.id = c.batch_id
    left join ledger.part p on p.id = c.part_id left join ledger.delivery d on d.id = p.delivery_id
   order by m.through nulls first, k.system, k.key, k.role`;

const codes = `
  select 'terminal' as kind, code, status from master.terminal t join ${members} m on m.id = t.record_id
  union all select 'distributor', code, status from master.distributor t join ${members} m on m.id = t.record_id
  union all select 'product', code, status from master.product t join ${members} m on m.id = t.record_id`;

const linkedNames = `
  select n.name, d.code as distributor, m.through, k.by_person as "byPerson"
    from ${members} m join master.terminal t on t.record_id = m.id
    join matching.current_link k on k.terminal_id = t.id
    join matching.raw_name n on n.id = k.raw_name_id join master.distributor d on d.id = n.distributor_id`;

const points = `
  select distinct s.entity, s.no, coalesce(g.fields->>'name', g.fields->>'generic_name', g.fields->>'code', '') as name
    from ${members} m join master.source_key k on k.record_id = m.id join master.source_record c on c.key_id = k.id and c.is_current
    join master.reference f on f.source_record_id = c.id join master.record r on r.id = f.record_id
    join master.record s on s.id = coalesce(r.survivor_id, r.id) left join master.golden g on g.record_id = s.id order by 1, 2`;

/** Contracts, receivables, contacts ... that point at it, the newest first. */
const related = `
  with pointing as (
    select distinct k.entity, k.record_id, c.part_id, c.row_no
      from ${members} m join master.reference f on f.record_id = m.id
      join master.source_record c on c.id = f.source_record_id and c.is_current join master.source_key k on k.id = c.key_id and k.record_id is not null),
  placed as (select *, row_number() over (partition by entity order by record_id desc) as place, count(*) over (partition by entity)::integer as records from pointing)
  select p.entity, max(p.records) as records,
         jsonb_agg(jsonb_build_object('no', r.no, 'name', coalesce(g.fields->>'name', ''),
           'fields', coalesce(g.fields, '{}'), 'partId', p.part_id::text, 'rowNo', p.row_no) order by p.place) as first
    from placed p join master.record r on r.id = p.record_id left join master.golden g on g.record_id = r.id
   where p.place <= 10 group by p.entity order by p.entity`;

const kindOf = `case l.kind when 's' then 'sale' when 'p' then 'purchase' else 'stock' end as kind`;
const summed = `count(*)::integer as lines, coalesce(sum(l.amount), 0)::text as amount, min(l.business_date) as "firstDay", max(l.business_date) as "lastDay"`;
const flowsOfTerminal = `
  select 'terminal' as as, ${kindOf}, ${summed}
    from ${members} m join master.terminal t on t.record_id = m.id join matching.link k on k.terminal_id = t.id
    join flow.line l on l.raw_name_id = k.raw_name_id and l.business_date >= k.valid_from and l.business_date < k.valid_until
    join ledger.generation g on g.id = l.generation_id and g.state = 'active' group by l.kind`;
const flowsOfDistributor = `
  select 'distributor' as as, ${kindOf}, ${summed}
    from ${members} m join master.distributor t on t.record_id = m.id join flow.line l on l.distributor_id = t.id
    join ledger.generation g on g.id = l.generation_id and g.state = 'active' group by l.kind`;

const overrides = `
  select o.id, o.attribute, o.value, o.because, b.actor, ${isoMoment('o.expires_at')} as "expiresAt", s.state, o.batch_id as "batchId", ${isoMoment('b.at')} as at,
         case when s.state = 'moved' then concat_ws('/', k.system, nullif(k.role, ''), k.key) end as source, case when s.state = 'moved' then o.losing_value end as "saidThen",
         case when s.state = 'moved' then coalesce(c.fields->>o.attribute, '') end as "saidNow",
         ${isoMoment(`case s.state when 'moved' then cb.at when 'expired' then o.expires_at end`)} as "endedAt"
    from ${members} m join master.override o on o.record_id = m.id join master.override_state s on s.id = o.id join matching.batch b on b.id = o.batch_id
    left join master.source_key k on k.id = o.losing_key_id left join master.source_record c on c.key_id = k.id and c.is_current
    left join matching.batch cb on cb.id = c.batch_id
   order by o.id`;

const held = `
  select w.key as attribute, coalesce(h.accepted->>w.key, '') as accepted, w.value as waiting, concat_ws('/', k.system, nullif(k.role, ''), k.key) as source,
         q.id as request, q.state
    from ${members} m join master.source_key k on k.record_id = m.id join master.held_value h on h.key_id = k.id cross join lateral jsonb_each_text(h.waiting) w
    left join lateral (
         select q.id, s.state from master.asked a join master.change_request q on q.id = a.request_id and q.kind = h.kind
           join matching.batch b on b.id = q.batch_id and b.follows = h.batch_id join master.change_request_state s on s.id = q.id
          where a.key_id = k.id order by q.id desc limit 1) q on true
   where coalesce(h.accepted->>w.key, '') <> w.value order by 4, 1`;

const family = `
  select f.kind, 'parent' as side, p.no, coalesce(g.fields->>'name', '') as name, f.valid_from as "validFrom", f.valid_until as "validUntil"
    from ${members} m join master.relation_in_force f on f.child_id = m.id join master.record o on o.id = f.parent_id
    join master.record p on p.id = coalesce(o.survivor_id, o.id) left join master.golden g on g.record_id = p.id
  union all
  select f.kind, 'child', p.no, coalesce(g.fields->>'name', ''), f.valid_from, f.valid_until
    from ${members} m join master.relation_in_force f on f.parent_id = m.id join master.record o on o.id = f.child_id
    join master.record p on p.id = coalesce(o.survivor_id, o.id) left join master.golden g on g.record_id = p.id
   order by 1, 2, 3`;
