import { readFile, stat } from 'node:fs/promises';
import type pg from 'pg';
import { HubError } from '../model/hub-error.js';
import { message } from '../model/message.js';
import { copyFileInto } from './copy-file-into.js';
import { spoolPath } from './delivery-spool.js';

/** A delivery's spool, as far as it holds names. */
interface Named {
  readonly name: string;
  readonly spoolFolder: string;
  readonly spooled: Readonly<Record<NameTable, number>>;
}

type NameTable = 'raw_name' | 'raw_product';

const columns: Readonly<Record<NameTable, Readonly<Record<string, string>>>> = {
  raw_name: { id: 'bigint', distributor_id: 'integer', role: 'text', code: 'text', name: 'text', address: 'text', region: 'text' },
  raw_product: { id: 'bigint', distributor_id: 'integer', code: 'text', name: 'text', spec: 'text', maker: 'text' },
};
const tables = Object.keys(columns) as NameTable[];

/** What goes as a parameter of a statement: two thousand names or so. */
const mostBytes = 256 * 1024;

/**
 * Stores the names and products of a delivery that are new. Two spellings with one hash would silently become one name, so that is
 * looked for. Few names, as most deliveries have, are one statement; many go through a table of arrivals.
 */
export async function takeNames(client: pg.Client, delivery: Named): Promise<void> {
  const texts = await Promise.all(tables.map((table) => plainText(delivery, table)));
  const few = texts.filter((text) => text !== null);
  if (few.length < tables.length) {
    for (const table of tables) await takeMany(client, delivery, table);
    return;
  }
  if (few.every((text) => text.length === 0)) return;
  const { rows } = await client.query<{ table: NameTable; collision: string | null; unsettled: number }>({
    name: 'take-names',
    text: takeFew,
    values: few,
  });
  for (const { table, collision, unsettled } of rows) {
    if (collision !== null) throw collides(delivery, table, collision);
    // Somebody else stored the same id between our look and our insert: only a new statement sees what they wrote.
    if (unsettled > 0) await takeMany(client, delivery, table);
  }
}

// Of a name that comes twice with one spelling one stays. Ordered by id, so that two loads that bring the same new names never wait
// for each other in a circle.
const takeFew = `
  with ${tables
    .map((table, at) => {
      const names = Object.keys(columns[table]);
      const listed = (of: string) => names.map((name) => `${of}.${name}`).join(', ');
      return `
       ${table}_came as materialized (
         select distinct ${Object.entries(columns[table])
           .map(([name, type], place) => `field[${place + 1}]::${type} as ${name}`)
           .join(', ')}
           from (select string_to_array(line, E'\\t') as field from string_to_table($${at + 1}::text, E'\\n') line where line <> '') cut),
       ${table}_known as materialized (
         select t.id, (${listed('t')}) is distinct from (${listed('c')}) as differs
           from matching.${table} t join ${table}_came c on c.id = t.id where t.id = any(array(select id from ${table}_came))),
       ${table}_new as (
         insert into matching.${table} (${names.join(', ')}) select ${listed('c')} from ${table}_came c
          where c.id not in (select id from ${table}_known) order by c.id on conflict (id) do nothing returning id)`;
    })
    .join(',')}
  ${tables
    .map(
      (table) => `
       select '${table}' as table,
              coalesce((select min(id) from ${table}_known where differs),
                       (select min(id) from (select id from ${table}_came group by id having count(*) > 1) twice)) as collision,
              ((select count(*) from ${table}_came) - (select count(*) from ${table}_known) - (select count(*) from ${table}_new))::int as unsettled`,
    )
    .join(' union all ')}`;

/** The rows as they lie in the spool, as the bytes of a text parameter; null when they are many, or hold characters that COPY text escapes. */
async function plainText({ spoolFolder, spooled }: Named, table: NameTable): Promise<Buffer | null> {
  if (spooled[table] === 0) return Buffer.alloc(0);
  const path = spoolPath(spoolFolder, table);
  if ((await stat(path)).size > mostBytes) return null;
  const text = await readFile(path);
  return text.includes(0x5c) ? null : text;
}

// The table of arrivals lives as long as the connection: making one costs as much as a small load.
async function takeMany(client: pg.Client, delivery: Named, table: NameTable): Promise<void> {
  if (delivery.spooled[table] === 0) return;
  const names = Object.keys(columns[table]);
  const listed = (of: string) => names.map((name) => `${of}.${name}`).join(', ');
  await client.query(
    `create temp table if not exists incoming_${table} on commit delete rows as select ${names.join(', ')} from matching.${table} with no data`,
  );
  await copyFileInto(client, `incoming_${table} (${names.join(', ')})`, spoolPath(delivery.spoolFolder, table));
  await client.query(
    `insert into matching.${table} (${names.join(', ')}) select ${listed('i')} from incoming_${table} i
      where not exists (select 1 from matching.${table} t where t.id = i.id) order by id on conflict (id) do nothing`,
  );
  const { rows } = await client.query(
    `select i.id from incoming_${table} i join matching.${table} t on t.id = i.id where (${listed('t')}) is distinct from (${listed('i')}) limit 1`,
  );
  if (rows.length > 0) throw collides(delivery, table, rows[0].id);
}

const collides = ({ name }: Named, table: NameTable, id: string): HubError =>
  new HubError('bug', message('hub.id-collision', { name, table, id }));
