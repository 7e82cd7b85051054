import type pg from 'pg';
import { nameKey, productKey } from '../journey/match/name-key.js';

/**
 * Loads records that describe the master: the copied rows are merged by code, and a record that says what is already there
 * changes nothing. Returns how many records were read. Codes that stand twice in one delivery: the last row wins.
 */
export async function loadReferences(client: pg.Client, copyInto: (table: string) => Promise<number>): Promise<number> {
  await client.query(
    `create temp table incoming_reference (kind text, code text, fields jsonb, part_id bigint, row_no integer) on commit drop`,
  );
  const read = await copyInto('incoming_reference');
  await addNameKeys(client);
  await client.query(merge('distributor', ['name', 'former_names', 'province', 'city', 'tier'], false));
  await client.query(
    merge('terminal', ['name', 'former_names', 'type', 'level', 'province', 'city', 'county', 'address', 'credit_code'], true),
  );
  await client.query(merge('product', ['generic_name', 'trade_name', 'spec', 'dosage_form', 'maker', 'approval_no', 'unit'], true));
  return read;
}

// The key is computed here and not in SQL, so that it is the same function that the matcher uses.
async function addNameKeys(client: pg.Client): Promise<void> {
  await client.query(`alter table incoming_reference add name_key text`);
  const { rows } = await client.query(
    `select ctid::text as place, kind, fields->>'name' as name, fields->>'generic_name' as generic_name, fields->>'spec' as spec
       from incoming_reference where kind in ('terminal', 'product')`,
  );
  const places = rows.map((row) => row.place as string);
  const keys = rows.map((row) => (row.kind === 'terminal' ? nameKey(row.name ?? '') : productKey(row.generic_name ?? '', row.spec ?? '')));
  await client.query(
    `update incoming_reference i set name_key = k.key from unnest($1::tid[], $2::text[]) as k(place, key) where i.ctid = k.place`,
    [places, keys],
  );
}

function merge(table: 'distributor' | 'terminal' | 'product', fields: readonly string[], hasKey: boolean): string {
  const columns = hasKey ? [...fields, 'name_key'] : fields;
  const values = [...fields.map((field) => `coalesce(fields->>'${field}', '')`), ...(hasKey ? ['name_key'] : [])];
  return `insert into master.${table} as old (code, ${columns.join(', ')}, part_id, row_no)
    select distinct on (code) code, ${values.join(', ')}, part_id, row_no
      from incoming_reference where kind = '${table}' order by code, part_id desc, row_no desc
    on conflict (code) do update set ${columns.map((column) => `${column} = excluded.${column}`).join(', ')},
           part_id = excluded.part_id, row_no = excluded.row_no, updated_at = now()
     where (${columns.map((column) => `old.${column}`).join(', ')}) is distinct from (${columns.map((column) => `excluded.${column}`).join(', ')})`;
}
