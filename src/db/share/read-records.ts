import type pg from 'pg';
import type { RecordImage } from '../../share/change.js';
import type { Database } from '../database.js';
import { inSnapshot } from '../in-snapshot.js';

/** The master at one moment: the number of the last change in it, and its records. */
export interface MasterSnapshot {
  readonly seq: number;
  /** Of each entity, the names of all attributes that any record has, sorted. */
  readonly entities: readonly { readonly entity: string; readonly attributes: readonly string[] }[];
  /** All records of an entity in order of their numbers, page by page. */
  records(entity: string): AsyncIterable<readonly RecordImage[]>;
  /**
   * What a system calls our records, and where the value that wins is not what it says, of the fields it has for any record; page by page, in
   * order of its keys. Where none wins there is nothing to write back, unless a person said so.
   */
  keysOf(system: string, entities: readonly string[]): AsyncIterable<readonly SystemKey[]>;
}

interface SystemKey {
  readonly entity: string;
  readonly role: string;
  readonly key: string;
  readonly no: string;
  /** Where the way ends, when the record was merged. */
  readonly nowNo: string;
  readonly status: RecordImage['status'];
  readonly differences: readonly { readonly attribute: string; readonly theirs: string; readonly ours: string }[];
}

const pageRows = 5000;

/** Lends one moment of the master for as long as `use` takes. Without entities: all. */
export function readMaster<Result>(
  database: Database,
  entities: readonly string[],
  use: (master: MasterSnapshot) => Promise<Result>,
): Promise<Result> {
  return inSnapshot(database, async (client) => {
    const { rows: counted } = await client.query('select last::float8 as seq from master.change_counter');
    const { rows } = await client.query<{ entity: string; attributes: string[] }>(
      `select r.entity, coalesce(array_agg(distinct f.name order by f.name) filter (where f.name is not null), '{}') as attributes
         from master.record r left join master.golden g on g.record_id = r.id left join lateral jsonb_object_keys(g.fields) f(name) on true
        where cardinality($1::text[]) = 0 or r.entity = any($1) group by 1 order by 1`,
      [entities],
    );
    return use({
      seq: counted[0].seq,
      entities: rows,
      records: (entity) =>
        pages<RecordImage>(
          client,
          `select r.no, r.status, s.no as survivor, coalesce(g.fields, '{}') as fields, coalesce(g.is_void, false) as "isVoid"
             from master.record r left join master.record s on s.id = r.survivor_id left join master.golden g on g.record_id = r.id
            where r.entity = $1 order by r.no`,
          [entity],
        ),
      keysOf: (system, of) =>
        pages<SystemKey>(
          client,
          `with carried as materialized (
             select distinct k.entity, f.name from master.source_key k join master.source_record c on c.key_id = k.id and c.is_current,
                    jsonb_object_keys(c.fields) f(name) where k.system = $1)
           select k.entity, k.role, k.key, r.no, coalesce(s.no, r.no) as "nowNo", r.status, coalesce(d.differences, '[]') as differences
             from master.source_key k join master.record r on r.id = k.record_id left join master.record s on s.id = r.survivor_id
             join master.source_record c on c.key_id = k.id and c.is_current
             join master.golden g on g.record_id = coalesce(r.survivor_id, r.id)
             left join lateral (
               select jsonb_agg(jsonb_build_object('attribute', n.name, 'theirs', coalesce(c.fields->>n.name, ''), 'ours', coalesce(g.fields->>n.name, '')) order by n.name) as differences
                 from carried n
                where n.entity = k.entity and coalesce(g.fields->>n.name, '') <> coalesce(c.fields->>n.name, '')
                  and (g.fields ? n.name or g.why->n.name->>'by' = 'override')) d on true
            where k.system = $1 and (cardinality($2::text[]) = 0 or k.entity = any($2)) order by k.entity, k.role, k.key`,
          [system, of],
        ),
    });
  });
}

async function* pages<Row extends object>(client: pg.Client, query: string, values: unknown[]): AsyncGenerator<Row[]> {
  await client.query(`declare shared no scroll cursor for ${query}`, values);
  for (;;) {
    const { rows } = await client.query<Row>(`fetch ${pageRows} from shared`);
    if (rows.length > 0) yield rows;
    if (rows.length < pageRows) break;
  }
  await client.query('close shared');
}
