import type pg from 'pg';
import { entityReferences } from './entity-references.js';

/**
 * Takes rows out of `incoming_record` whose parents are not there and puts them into quarantine and `master.waiting`, each with an issue
 * per reference that says the sender's own column and value. Their cells are in `incoming_reference`. Returns how many.
 */
export async function keepWaiting(client: pg.Client, deliveryId: string): Promise<number> {
  const { rows } = await client.query<{ waiting: number }>(
    `with lacking as (
       select f.entity, f.role, f.key, array_agg(distinct f.target) as lacks, jsonb_agg(f.issue order by f.field) as issues
         from (select f.*, r.part_id, ${issue} as issue
                 from found_reference f join incoming_record r on (r.entity, r.role, r.key) = (f.entity, f.role, f.key)
                 join jsonb_to_recordset($2) as a(entity text, field text, code text, name text) on (a.entity, a.field) = (f.entity, f.field)
                 join ledger.part p on p.id = r.part_id
                left join lateral (${withZeros}) z on true
                where f.required and f.record_id is null) f
        group by 1, 2, 3),
     gone as (
       delete from incoming_record r using lacking l where (l.entity, l.role, l.key) = (r.entity, r.role, r.key)
       returning r.*, l.lacks, l.issues),
     waiting as (
       insert into master.waiting (part_id, row_no, delivery_id, entity, role, key, fields, changed_at, is_void, lacks)
       select part_id, row_no, $1, entity, role, key, fields, changed_at, is_void, lacks from gone),
     kept as (
       insert into ledger.quarantine (delivery_id, part_id, row_no, cells, issues)
       select $1, g.part_id, g.row_no, c.cells, g.issues from gone g join incoming_reference c on (c.part_id, c.row_no) = (g.part_id, g.row_no)
       returning part_id),
     counted as (
       update ledger.part p set loaded = p.loaded - k.rows, quarantined = p.quarantined + k.rows
         from (select part_id, count(*)::integer as rows from kept group by 1) k where k.part_id = p.id)
     select count(*)::integer as waiting from kept`,
    [deliveryId, JSON.stringify(entityReferences())],
  );
  return rows[0]!.waiting;
}

/** The sender's own title and value of what could not be found; the name rather than the code, since people recognise it. */
const column = `coalesce(p.titles[array_position(p.fields, case when f.name <> '' then a.name else a.code end)], '')`;
const value = `coalesce(nullif(f.name, ''), f.code)`;
const issue = `jsonb_build_object('rule', 'master.unresolved-reference', 'column', ${column}, 'value', ${value}, 'told',
  jsonb_build_object('code', case when z.other is null then 'master.unresolved-reference' else 'master.unresolved-zeros' end, 'values',
    jsonb_strip_nulls(jsonb_build_object('column', ${column}, 'value', ${value}, 'what', f.target, 'other', z.other))))`;

/** A code of the same system that differs in leading zeros only (17, 000017): a spreadsheet may have eaten them. It is told, and meant by nobody. */
const withZeros = `
  select min(k.key) as other from master.source_key k
   where f.name = '' and f.code ~ '^[0-9]{1,14}$' and (k.entity, k.system) = (f.target, f.system) and k.record_id is not null
     and (f.code like '0%' or exists (select 1 from master.source_key o where (o.entity, o.system) = (f.target, f.system) and o.key >= '0' and o.key < '1'))
     and k.key = any (array(select lpad(ltrim(f.code, '0'), n, '0') from generate_series(length(ltrim(f.code, '0')), 14) n))`;
