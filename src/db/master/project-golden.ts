import type pg from 'pg';
import { referenceFields } from '../../model/line.js';

/**
 * Writes the golden values in `golden_changed` into the tables that the matcher and the flow join. Codes are given once: that of
 * our own list, of a request, or the number of the record. A row that was written without a record is taken over by the code.
 */
export async function projectGolden(client: pg.Client): Promise<void> {
  for (const { table, entity, role, hasKey } of projections) {
    const fields: readonly string[] = referenceFields[table];
    const columns = hasKey ? [...fields, 'name_key'] : [...fields];
    const values = [...fields.map((field) => `coalesce(c.fields->>'${field}', '')`), ...(hasKey ? ['c.name_key'] : [])];
    const hasName = `coalesce(c.fields->>'${fields[0]}', '') <> ''`;
    const listed = (of: string) => [...columns, 'status'].map((column) => `${of}.${column}`).join(', ');
    await client.query(
      `update master.${table} t set (${columns.join(', ')}, status, part_id, row_no, updated_at) =
              (${values.join(', ')}, ${statusOf('t', hasName)}, coalesce(l.part_id, t.part_id), coalesce(l.row_no, t.row_no), now())
         from golden_changed c
         cross join lateral (select p.code from master.${table} p where p.record_id = c.record_id) p
         left join lateral (
           select s.part_id, s.row_no from master.source_key k join master.source_record s on s.key_id = k.id and s.is_current
            where k.entity = '${entity}' and k.role = '${role}' and k.system in ('own', 'hub') and k.key = p.code order by k.system = 'own' desc limit 1) l on true
        where t.record_id = c.record_id
          and (${listed('t')}) is distinct from (${values.join(', ')}, ${statusOf('t', hasName)})`,
    );
    // Keys are compared as bytes, codes by the language of the database: without `collate` no index of codes is used for a key.
    await client.query(
      `insert into master.${table} as t (code, record_id, ${columns.join(', ')}, status, part_id, row_no)
       select case when h.system in ('own', 'hub') and not exists (select 1 from master.${table} x where x.code = h.key collate "default" and x.record_id is not null)
                   then h.key else r.no end,
              c.record_id, ${values.join(', ')}, case when c.is_void or c.fields->>'status' = 'closed' then 'closed' else '' end, h.part_id, h.row_no
         from golden_changed c
         join master.record r on r.id = c.record_id
         cross join lateral (
           select k.system, k.key, s.part_id, s.row_no from master.source_key k left join master.source_record s on s.key_id = k.id and s.is_current
            where k.record_id = c.record_id and k.role = '${role}' order by k.system = 'own' desc, k.system = 'hub' desc, k.id limit 1) h
        where c.entity = '${entity}' and ${hasName} and not exists (select 1 from master.${table} x where x.record_id = c.record_id)
        order by c.record_id
       on conflict (code) do update set record_id = excluded.record_id, ${columns.map((column) => `${column} = excluded.${column}`).join(', ')},
              part_id = excluded.part_id, row_no = excluded.row_no, updated_at = now() where t.record_id is null`,
    );
  }
}

const projections = [
  { table: 'terminal', entity: 'customer', role: 'terminal', hasKey: true },
  { table: 'distributor', entity: 'customer', role: 'distributor', hasKey: false },
  { table: 'product', entity: 'product', role: '', hasKey: true },
] as const;

/**
 * What a person or another table said of a row stays, unless it came from the sources. Without a name it is out of use: it is never
 * made then, and one that lost its name can be found by nobody.
 */
const statusOf = (row: string, hasName: string) =>
  `case when not (${hasName}) then 'withdrawn' when c.is_void or c.fields->>'status' = 'closed' then 'closed'
        when (c.was_void or c.old_fields->>'status' = 'closed') and ${row}.status = 'closed' then ''
        when ${row}.status = 'withdrawn' then '' else ${row}.status end`;
