import type { Database } from './database.js';

export interface ContentDigest {
  readonly facts: string;
  readonly quarantine: string;
  readonly links: string;
}

/**
 * What the hub knows, as three digests that depend on neither ids nor the order in which anything arrived: every active flow
 * line, every open quarantined row (both with the bytes, part and row they came from), and every link of the matching table.
 * Two hubs that were given the same deliveries agree, whatever happened to them on the way (I7).
 */
export async function contentDigest(database: Database): Promise<ContentDigest> {
  const { rows } = await database.raw(`
    with ${origin}
    select
      (select ${digestOf(factRow)} from ${facts}) as facts,
      (select ${digestOf(`row(o.place, q.row_no, q.cells, q.issues)`)}
         from ledger.quarantine q join origin o on o.part_id = q.part_id where q.state = 'open') as quarantine,
      (select ${digestOf(`row(k.raw_name_id, k.valid_from, k.verdict, t.code, k.by_person)`)}
         from matching.link k left join master.terminal l on l.id = k.terminal_id left join master.terminal t on t.id = coalesce(l.survivor_id, l.id)) as links`);
  return rows[0];
}

/** The hash of every active flow line with where it came from, for a small night: which are missing and which are there too often. */
export async function factHashes(database: Database): Promise<string[]> {
  const { rows } = await database.raw<{ rows: { hash: string }[] }>(
    `with ${origin} select hashtextextended((${factRow})::text, 0)::text as hash from ${facts}`,
  );
  return rows.map(({ hash }) => hash);
}

const origin = `origin as (
  select p.id as part_id, concat_ws('|', d.sender, d.sha256, p.path) as place
    from ledger.part p join ledger.delivery d on d.id = p.delivery_id
)`;
const factRow = `row(o.place, l.row_no, l.business_date, l.kind, l.raw_name_id, l.raw_product_id, l.quantity, l.unit,
  l.factor_numerator, l.factor_denominator, l.base_quantity, l.price, l.amount, l.lot, l.expiry, l.manufactured_on,
  l.doc_no, l.doc_line, l.counted_month, l.is_return, l.is_red_letter)`;
const facts = `flow.line l join ledger.generation g on g.id = l.generation_id and g.state = 'active' join origin o on o.part_id = l.part_id`;

// Count and sum of 64-bit row hashes: order-free, one pass, and a row more or less cannot cancel out. Rows are written as
// composites, which quote their fields: a value that moves to a neighbouring empty column is another row.
function digestOf(row: string): string {
  return `count(*) || ':' || coalesce(sum(hashtextextended((${row})::text, 0)::numeric), 0)`;
}
