import type pg from 'pg';
import type { EntityKind } from '../../model/kind.js';
import { codedLike } from './coded-like.js';
import { entityReferences } from './entity-references.js';
import { knownAs } from './known-as.js';

/**
 * Finds out which records the rows in `incoming_record` refer to: by our number, by the code of the same system and then of our own
 * lists, by credit code, by what a person said of the name, by exact name of now or before, by what the matcher was sure of. One that could mean several
 * records means none. Fills `found_reference`, a row for each
 * reference that a row makes; `record_id` is null where nothing was found. A supplier is never taken for a customer.
 */
export async function resolveReferences(client: pg.Client, entities: readonly EntityKind[], system: string): Promise<void> {
  const asked = entityReferences().filter(({ entity }) => entities.includes(entity));
  await client.query('truncate found_reference');
  if (asked.length === 0) return;
  await client.query(
    `insert into found_reference
       select r.entity, r.role, r.key, a.field, a.target, $2, coalesce(r.fields->>a.code, ''), coalesce(r.fields->>a.name, ''),
              case when a.target <> 'customer' then '' when r.fields->>a.role = 'supplier' then 'supplier' else 'customer' end, a.within,
              a.required and not r.is_void, null, null
         from incoming_record r
         join jsonb_to_recordset($1) as a(entity text, field text, target text, code text, name text, role text, within text, required boolean)
           on a.entity = r.entity
        where coalesce(r.fields->>a.code, r.fields->>a.name) is not null`,
    [JSON.stringify(asked), system],
  );
  await findRecords(client);
}

/** The same for whatever stands in `found_reference` already. */
export async function findRecords(client: pg.Client): Promise<void> {
  await client.query('analyze found_reference');
  for (const step of steps) await client.query(step);
}

/** Which side of a customer a key stands on must be the one that is asked for. */
const onSide = `(a.side = '' or (k.role = 'supplier') = (a.side = 'supplier'))`;

/** Takes what a query finds where it is one record; the query yields `place`, `record_id`. */
const takeOnly = (how: string, query: string): string => `
  update found_reference a set record_id = f.record_id, how = '${how}'
    from (select place, min(record_id) as record_id from (${query}) one group by place having count(distinct record_id) = 1) f
   where f.place = a.ctid`;

const byCode = (system: string): string => `
  select a.ctid as place, coalesce(r.survivor_id, r.id) as record_id
    from found_reference a
    join master.source_key k on k.entity = a.target and k.system = ${system} and k.key = a.code and ${onSide}
    join master.record r on r.id = k.record_id
   where a.record_id is null and a.code <> ''`;

const steps: readonly string[] = [
  takeOnly(
    'no',
    `select a.ctid as place, coalesce(r.survivor_id, r.id) as record_id from found_reference a
       join master.record r on r.no = a.code and r.entity = a.target and r.status <> 'withdrawn' where a.record_id is null and a.code <> ''`,
  ),
  takeOnly('code', byCode('a.system')),
  takeOnly('own-code', byCode(`'own'`)),
  takeOnly(
    'credit-code',
    `with coded as materialized (
         select a.ctid as place, a.target, a.side, g.record_id from found_reference a cross join lateral (${codedLike('a.code')}) g
          where a.record_id is null and a.target = 'customer' and length(a.code) = 18)
     select a.place, r.id as record_id from coded a
       join master.record r on r.id = a.record_id and r.status = 'active' and r.entity = a.target
       join master.source_key k on k.record_id = r.id and ${onSide}`,
  ),
  takeAnswer('person'),
  byName(`a.within = ''`),
  takeAnswer('matcher'),
  // A person is meant only among those of the same customer, so references that others lean on come first.
  byName(`a.within <> ''`),
];

/** Of several records with the name the one that the same system knows is meant, then the one of our own lists. */
function byName(which: string): string {
  return takeOnly(
    'name',
    `with named as materialized (
         select a.ctid as place, a.entity, a.role, a.key, a.target, a.system, a.side, a.within, g.record_id
           from found_reference a cross join lateral (${knownAs('a.name')}) g where a.record_id is null and a.name <> '' and ${which})
       select place, record_id from (
         select place, record_id, rank, min(rank) over (partition by place) as best from (
           select a.place, r.id as record_id, min(case k.system when a.system then 0 when 'own' then 1 else 2 end) as rank
             from named a
             left join found_reference w on (w.entity, w.role, w.key, w.field) = (a.entity, a.role, a.key, a.within)
             join master.record o on o.id = a.record_id
             join master.record r on r.id = coalesce(o.survivor_id, o.id) and r.status = 'active' and r.entity = a.target
             join master.source_key k on k.record_id in (o.id, r.id) and ${onSide}
            where a.within = '' or exists (
                   select 1 from master.source_record c
                     join master.reference f on f.source_record_id = c.id and f.field = a.within
                     join master.record p on p.id = f.record_id
                    where c.key_id = k.id and c.is_current and w.record_id = coalesce(p.survivor_id, p.id))
            group by 1, 2) ranked) chosen where rank = best`,
  );
}

function takeAnswer(how: 'person' | 'matcher'): string {
  return `
  update found_reference a set record_id = m.record_id, how = '${how}' from master.reference_meaning m
   where a.record_id is null and a.target = 'customer' and a.name <> '' and m.by_person = ${how === 'person'}
     and (m.system, m.side, m.spelling) = (a.system, a.side, master.plain_name(a.name))`;
}
