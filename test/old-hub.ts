import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Knex } from 'knex';
import type { Database } from '../src/db/database.js';
import { dropEverything } from '../src/db/migrate.js';

interface OldHub {
  /** Those that had run, in their order. */
  readonly migrations: readonly string[];
  readonly tables: Readonly<Record<string, readonly object[]>>;
}

/**
 * Makes the database that of a hub of an earlier program: the migrations which that one had, and all its rows, written by that program itself
 * and read out table by table. `name`: a file of test/fixtures.
 */
export async function openOldHub(database: Database, name: string): Promise<void> {
  const { migrations, tables } = JSON.parse(readFileSync(join(import.meta.dirname, 'fixtures', `${name}.json`), 'utf8')) as OldHub;
  await dropEverything(database);
  await database.migrate.latest({ migrationSource: sourceOf(migrations) });
  await database.transaction(async (trx) => {
    // Neither foreign keys nor triggers: the rows are as they were left.
    await trx.raw('set local session_replication_role = replica');
    for (const [table, rows] of Object.entries(tables)) {
      const columns = Object.keys(rows[0]!)
        .map((column) => `"${column}"`)
        .join(', ');
      await trx.raw(`delete from ${table}`);
      await trx.raw(
        `insert into ${table} (${columns}) overriding system value select ${columns} from jsonb_populate_recordset(null::${table}, ?)`,
        [JSON.stringify(rows)],
      );
    }
    await trx.raw(numberOn);
  });
}

const folder = join(import.meta.dirname, '../migrations');

function sourceOf(names: readonly string[]): Knex.MigrationSource<string> {
  return {
    getMigrations: () => Promise.resolve([...names]),
    getMigrationName: (name) => name,
    getMigration: (name) => import(pathToFileURL(join(folder, `${name}.ts`)).href) as Promise<Knex.Migration>,
  };
}

/** SQL: sequences go on after the highest number of their column. */
const numberOn = `do $$
  declare one record;
  begin
    for one in
      select format('%I.%I', n.nspname, c.relname) as owner, a.attname as col, coalesce(pg_get_serial_sequence(format('%I.%I', n.nspname, c.relname), a.attname),
               substring(pg_get_expr(d.adbin, d.adrelid) from 'nextval\\(''([^'']+)''')) as seq
        from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and a.atttypid in (20, 23)
        left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
       where c.relkind in ('r', 'p') and n.nspname in ('ledger', 'matching', 'master', 'flow', 'figures', 'share', 'access')
    loop
      if one.seq is not null then
        execute format('select setval(%L, greatest((select coalesce(max(%I), 0) from %s), (select last_value from %s)))', one.seq, one.col, one.owner, one.seq);
      end if;
    end loop;
  end $$`;
