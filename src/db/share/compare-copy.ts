import { Readable } from 'node:stream';
import type pg from 'pg';
import type { Compared } from '../../share/parity-of.js';
import type { CopyRow } from '../../share/read-copy.js';
import { copyInto } from '../copy-into.js';
import { copyText } from '../copy-text.js';
import type { Database } from '../database.js';
import { inTransaction } from '../with-client.js';
import type { Comparison } from './parity-store.js';

/** A record that a subscriber holds otherwise than we did. */
export interface RecordDifference {
  readonly no: string;
  /** Null: a number that we do not have, or that is of no entity the subscriber gets. */
  readonly entity: string | null;
  /** `missing`: not there; `extra`: not ours; `twice`: there more than once; `other`: with other values. */
  readonly what: 'missing' | 'extra' | 'twice' | 'other';
  /** What differs in it, when the copy has values; `record_status` and `survivor_no` are those of the record. Null: none. */
  readonly fields: readonly { readonly field: string; readonly theirs: string | null; readonly ours: string | null }[] | null;
}

export interface CopyComparison extends Comparison {
  /** Records that differ; `differences` has the first of them, by number. */
  readonly differing: number;
  readonly differences: readonly RecordDifference[];
}

/** How many differences are kept and told. */
const mostDifferences = 100;

/** Compares each record that a subscriber holds after change `seq` with what we had, and keeps the result with the first differences. */
export function compareCopy(
  database: Database,
  { subscriber, entities, seq, copy }: { subscriber: string; entities: readonly string[]; seq: number; copy: AsyncIterable<CopyRow> },
): Promise<CopyComparison> {
  return inTransaction(database, async (client) => {
    await client.query('create temp table their_copy (no text, hash text, image jsonb) on commit drop');
    await copyInto(client, 'their_copy (no, hash, image)', Readable.from(linesOf(copy)));
    await client.query(
      `create temp table our_copy on commit drop as
       select after->>'no' as no, entity, share.record_hash(after) as hash, after from (
         select distinct on (record_id) entity, after from master.change
          where seq <= $1 and (cardinality($2::text[]) = 0 or entity = any($2)) order by record_id, seq desc) state`,
      [seq, entities],
    );
    await client.query('analyze their_copy; analyze our_copy');
    const { rows: sums } = await client.query<{ ours: Comparison['ours']; theirs: Comparison['theirs'] }>(
      `select (select jsonb_build_object('count', count(*), 'hash', share.sum_hash(${sumOf})) from our_copy) as ours,
              (select jsonb_build_object('count', count(*), 'hash', share.sum_hash(${sumOf})) from their_copy) as theirs`,
    );
    const { ours, theirs } = sums[0]!;
    const agrees = ours.count === theirs.count && ours.hash === theirs.hash;
    const { differing, differences } = await findDifferences(client);
    await client.query(
      `insert into share.parity (subscriber, seq, entity, our_count, our_hash, their_count, their_hash, differing, differences)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [subscriber, seq, entities.join(','), ours.count, ours.hash, theirs.count, theirs.hash, differing, JSON.stringify(differences)],
    );
    return { seq, ours, theirs, agrees, differing, differences };
  });
}

const sumOf = `sum(('x' || hash)::bit(64)::bigint::numeric)`;

async function findDifferences(client: pg.Client): Promise<Pick<CopyComparison, 'differing' | 'differences'>> {
  const { rows } = await client.query<{
    no: string;
    entity: string | null;
    what: RecordDifference['what'];
    theirs: Compared | null;
    ours: Compared | null;
    total: number;
  }>(
    `with theirs as (select no, min(hash) as hash, count(*) as copies, (array_agg(image))[1] as image from their_copy group by no)
     select no, o.entity, case when t.no is null then 'missing' when o.no is null then 'extra' when t.copies > 1 then 'twice' else 'other' end as what,
            t.image as theirs, o.after as ours, count(*) over ()::integer as total
       from our_copy o full join theirs t using (no)
      where o.hash is distinct from t.hash or t.copies > 1 order by no limit ${mostDifferences}`,
  );
  const differences = rows.map(
    ({ no, entity, what, theirs, ours }): RecordDifference => ({
      ...{ no, entity, what },
      fields: what === 'other' && theirs && ours ? fieldsOf(theirs, ours) : null,
    }),
  );
  return { differing: rows[0]?.total ?? 0, differences };
}

function fieldsOf(theirs: Compared, ours: Compared): NonNullable<RecordDifference['fields']> {
  const [left, right] = [flat(theirs), flat(ours)];
  const names = [...new Set([...Object.keys(left), ...Object.keys(right)])].toSorted();
  return names.flatMap((field) =>
    left[field] === right[field] ? [] : [{ field, theirs: left[field] ?? null, ours: right[field] ?? null }],
  );
}

const flat = ({ status, survivor, fields }: Compared): Record<string, string> => ({
  ...fields,
  record_status: status,
  ...(survivor !== undefined && { survivor_no: survivor }),
});

async function* linesOf(copy: AsyncIterable<CopyRow>): AsyncGenerator<string> {
  for await (const { no, hash, image } of copy)
    yield `${copyText(no)}\t${hash}\t${image === null ? '\\N' : copyText(JSON.stringify(image))}\n`;
}
