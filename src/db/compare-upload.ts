import { createReadStream } from 'node:fs';
import type pg from 'pg';
import type { Finding } from '../model/finding.js';
import type { Message } from '../model/message.js';
import { copyInto } from './copy-into.js';
import type { Database } from './database.js';
import { type SpoolTable, spoolPath } from './delivery-spool.js';
import { isManual } from './is-manual.js';
import { inTransaction } from './with-client.js';

interface Sums {
  readonly rows: number;
  /** Exact decimal text. */
  readonly quantity: string;
  readonly amount: string;
}

/** One kind and business day of an upload beside the lines that are in force for it. */
export interface ComparedDay {
  readonly kind: 'sale' | 'purchase' | 'stock';
  readonly day: string;
  readonly offered: Sums;
  /** null: nothing is in force for that day, there is nothing to compare with. */
  readonly inForce: (Sums & { readonly deliveries: readonly ComparedDelivery[] }) | null;
  readonly same: number;
  readonly added: number;
  readonly removed: number;
  readonly changed: number;
}

interface ComparedDelivery {
  readonly id: string;
  readonly name: string;
  readonly source: string;
  readonly sha256: string;
  /** A person handed it in, too. */
  readonly isManual: boolean;
}

/** A row that differs. `before` is what is in force, `after` what is offered. */
interface Difference {
  readonly what: 'added' | 'removed' | 'changed';
  readonly kind: ComparedDay['kind'];
  readonly day: string;
  readonly party: string;
  readonly product: string;
  readonly lot: string;
  readonly docNo: string;
  readonly before: { readonly quantity: string; readonly amount: string | null } | null;
  readonly after: { readonly quantity: string; readonly amount: string | null } | null;
}

/** What an upload says beside what had come before it; kept with the upload. */
export interface UploadComparison {
  readonly days: readonly ComparedDay[];
  /** The first of them, largest change of quantity first. */
  readonly differences: readonly Difference[];
  readonly quarantined: number;
  /** Why it would be held. */
  readonly findings: readonly Finding[];
  /** What speaks for editing by hand, or against taking it. */
  readonly signals: readonly Message[];
}

const shownDifferences = 50;

/**
 * Compares the lines in a spool with the active ones of the same sender, kinds and days. Rows that are equal in everything are the same;
 * of the others, two of one party, product, lot and document are one row changed. Changes nothing.
 */
export function compareSpool(
  database: Database,
  { sender, folder, spooled }: { sender: string; folder: string; spooled: Readonly<Record<SpoolTable, number>> },
): Promise<Pick<UploadComparison, 'days' | 'differences'>> {
  return inTransaction(database, async (client) => {
    await client.query(`
      create temp table offered (like flow.line) on commit drop;
      create temp table offered_name (id bigint, distributor_id integer, role text, code text, name text, address text, region text) on commit drop;
      create temp table offered_product (id bigint, distributor_id integer, code text, name text, spec text, maker text) on commit drop`);
    const take = async (table: SpoolTable, into: string) => {
      if (spooled[table] > 0) await copyInto(client, into, createReadStream(spoolPath(folder, table)));
    };
    await take('line', 'offered');
    await take('raw_name', 'offered_name');
    await take('raw_product', 'offered_product');
    await matchRows(client, sender);
    return { days: await readDays(client, sender), differences: await readDifferences(client) };
  });
}

// Every row gets a number among those that are equal to it, so that two equal rows are two. What is left over on both sides is then
// matched by what names a row.
async function matchRows(client: pg.Client, sender: string): Promise<void> {
  const whole = 'kind, business_date, party, product, lot, doc_no, doc_line, unit, quantity, amount';
  const named = 'kind, business_date, party, product, lot, doc_no';
  const of = (alias: string) =>
    `${alias}.kind, ${alias}.business_date, coalesce(${alias}.raw_name_id, 0) as party, ${alias}.raw_product_id as product, ${alias}.lot, ${alias}.doc_no,
     ${alias}.doc_line, ${alias}.unit, ${alias}.base_quantity as quantity, coalesce(${alias}.amount::text, '') as amount`;
  const numbered = (columns: string, from: string) =>
    `select *, row_number() over (partition by ${columns} order by quantity, amount) as n from (${from}) rows`;
  await client.query(
    `create temp table compared on commit drop as
     with mine as (${numbered(whole, `select ${of('o')} from offered o`)}),
          theirs as (${numbered(
            whole,
            `select ${of('l')} from flow.line l join ledger.generation g on g.id = l.generation_id
              where g.state = 'active' and g.sender = $1 and (l.kind, l.business_date) in (select distinct kind, business_date from offered)`,
          )}),
          paired as (
            select m.kind is not null as is_mine, t.kind is not null as is_theirs, ${whole
              .split(', ')
              .map((column) => `coalesce(m.${column}, t.${column}) as ${column}`)
              .join(', ')}
              from mine m full join theirs t using (${whole}, n)),
          mine_left as (${numbered(named, 'select * from paired where is_mine and not is_theirs')}),
          theirs_left as (${numbered(named, 'select * from paired where is_theirs and not is_mine')})
     select 'same' as what, kind, business_date, party, product, lot, doc_no, quantity as before, amount as amount_before, quantity as after, amount as amount_after
       from paired where is_mine and is_theirs
     union all
     select case when m.kind is null then 'removed' when t.kind is null then 'added' else 'changed' end, coalesce(m.kind, t.kind),
            coalesce(m.business_date, t.business_date), coalesce(m.party, t.party), coalesce(m.product, t.product), coalesce(m.lot, t.lot),
            coalesce(m.doc_no, t.doc_no), t.quantity, t.amount, m.quantity, m.amount
       from mine_left m full join theirs_left t using (${named}, n)`,
    [sender],
  );
}

const kindOf = `case c.kind when 's' then 'sale' when 'p' then 'purchase' else 'stock' end`;

async function readDays(client: pg.Client, sender: string): Promise<ComparedDay[]> {
  const { rows } = await client.query<
    Omit<ComparedDay, 'offered' | 'inForce'> & { offered: Sums; in_force: Sums; deliveries: ComparedDelivery[] }
  >(
    `select ${kindOf} as kind, business_date::text as day,
            count(*) filter (where what = 'same')::int as same, count(*) filter (where what = 'added')::int as added,
            count(*) filter (where what = 'removed')::int as removed, count(*) filter (where what = 'changed')::int as changed,
            json_build_object('rows', count(*) filter (where what <> 'removed'), 'quantity', coalesce(sum(after), 0)::text,
                              'amount', coalesce(sum(nullif(amount_after, '')::numeric), 0)::text) as offered,
            json_build_object('rows', count(*) filter (where what <> 'added'), 'quantity', coalesce(sum(before), 0)::text,
                              'amount', coalesce(sum(nullif(amount_before, '')::numeric), 0)::text) as in_force,
            (select coalesce(json_agg(json_build_object('id', d.id::text, 'name', d.name, 'source', s.code, 'sha256', d.sha256,
                      'isManual', ${isManual('d')})
                      order by d.id), '[]')
               from ledger.delivery d join ledger.source s on s.id = d.source_id
              where d.id in (select g.delivery_id from ledger.generation g
                              where g.sender = $1 and g.state = 'active' and g.business_date = c.business_date and g.kind = ${kindOf})) as deliveries
       from compared c group by c.kind, business_date order by business_date, c.kind`,
    [sender],
  );
  return rows.map(({ in_force: sums, deliveries, ...day }) => ({
    ...day,
    inForce: deliveries.length === 0 ? null : { ...sums, deliveries },
  }));
}

async function readDifferences(client: pg.Client): Promise<Difference[]> {
  const { rows } = await client.query<Difference>(
    `select c.what, ${kindOf} as kind, c.business_date::text as day,
            coalesce(n.name, o.name, '') as party, coalesce(p.name, q.name, '') as product, c.lot, c.doc_no as "docNo",
            case when c.what <> 'added' then json_build_object('quantity', c.before::text, 'amount', nullif(c.amount_before, '')) end as before,
            case when c.what <> 'removed' then json_build_object('quantity', c.after::text, 'amount', nullif(c.amount_after, '')) end as after
       from compared c
       left join matching.raw_name n on n.id = c.party left join (select distinct on (id) id, name from offered_name) o on o.id = c.party
       left join matching.raw_product p on p.id = c.product left join (select distinct on (id) id, name from offered_product) q on q.id = c.product
      where c.what <> 'same' and exists (select 1 from compared t where t.kind = c.kind and t.business_date = c.business_date and t.what <> 'added')
      order by abs(coalesce(c.after, 0) - coalesce(c.before, 0)) desc, 3, 4, 5, 6, 7 limit $1`,
    [shownDifferences],
  );
  return rows;
}
