import { baseQuantity } from '../journey/map/decimal-arithmetic.js';
import type { Issue, RowFate } from '../journey/map/map-outcome.js';
import { type FlowLine, roleOf } from '../model/line.js';
import { rawNameId, rawProductId } from '../model/raw-id.js';
import type { Row } from '../model/row.js';
import { lockSender } from './activate-generations.js';
import type { Database } from './database.js';
import { ensurePartitions } from './ensure-partitions.js';
import { withClient } from './with-client.js';

/** The part whose rows are mapped again. `headerRows` are 1-based row numbers. */
interface PartToReplay {
  readonly id: string;
  readonly deliveryId: string;
  readonly sourceId: number;
  readonly sender: string;
  readonly path: string;
  readonly headerRows: readonly number[];
}

/** Gives each row its fate under the layouts of today, by row number. A row that is left out stays as it is. */
export type MapQuarantined = (part: PartToReplay, rows: readonly Row[]) => Promise<ReadonlyMap<number, RowFate>>;

/** Corrected cells of one quarantined row: column index -> text. */
export type Patches = ReadonlyMap<string, Readonly<Record<string, string>>>;

export interface ReplayResult {
  readonly replayed: number;
  /** A named rule of today's layout leaves the row out. */
  readonly dropped: number;
  readonly stillOpen: number;
}

/**
 * Maps the open rows of quarantine again, with corrections of people, and loads those that pass: beside the lines of their
 * delivery, in its generation of that day if there is one. Each part is one transaction with its rows, counts and sums; the
 * sender's lock keeps loads away meanwhile. Rows that still fail keep their new reasons. Replaying twice changes nothing.
 *
 * Rows of reference lists stay open: they are corrected in the list and sent again.
 */
export async function replayQuarantine(
  database: Database,
  mapRows: MapQuarantined,
  options: { readonly actor: string; readonly deliveryId?: string; readonly patches?: Patches },
): Promise<ReplayResult> {
  const total = { replayed: 0, dropped: 0, stillOpen: 0 };
  for (const part of await listParts(database, options)) {
    const result = await replayPart(database, mapRows, part, options);
    total.replayed += result.replayed;
    total.dropped += result.dropped;
    total.stillOpen += result.stillOpen;
  }
  return total;
}

interface OpenRow {
  readonly id: string;
  readonly row_no: number;
  readonly cells: readonly string[];
  readonly patch: Readonly<Record<string, string>> | null;
}

async function listParts(database: Database, { deliveryId, patches }: { deliveryId?: string; patches?: Patches }): Promise<PartToReplay[]> {
  const { rows } = await database.raw<{ rows: PartToReplay[] }>(
    `select p.id, p.delivery_id as "deliveryId", d.source_id as "sourceId", d.sender, p.path, p.header_rows as "headerRows"
       from ledger.part p join ledger.delivery d on d.id = p.delivery_id
      where exists (select 1 from ledger.quarantine q
                     where q.part_id = p.id and q.state = 'open' and (?::text[] is null or q.id::text = any(?::text[])))
        and (?::bigint is null or p.delivery_id = ?::bigint)
      order by p.id`,
    [patches ? [...patches.keys()] : null, patches ? [...patches.keys()] : null, deliveryId ?? null, deliveryId ?? null] as never,
  );
  return rows;
}

async function replayPart(
  database: Database,
  mapRows: MapQuarantined,
  part: PartToReplay,
  { actor, patches }: { actor: string; patches?: Patches },
): Promise<ReplayResult> {
  // Mapped before the transaction, so that no lock waits for a file to be read; the rows are looked at again inside it.
  const before = await readOpen(database, part.id, patches);
  const fates = await mapRows(
    part,
    before.map((row) => ({ rowNo: row.row_no, cells: patched(row, patches) })),
  );
  await ensurePartitions(
    database,
    [...fates.values()].flatMap((fate) => (fate.fate === 'line' ? [fate.line.businessDate] : [])),
  );

  return database.transaction(async (trx) => {
    await withClient(trx, (client) => lockSender(client, part.sender));
    await trx.raw('select 1 from ledger.part where id = ? for update', [part.id]);
    const openNow = new Map((await readOpen(trx, part.id, patches, 'for update of q')).map((row) => [row.id, row]));
    const rows = before.filter((row) => JSON.stringify(openNow.get(row.id)) === JSON.stringify(row));
    const lines: LineToLoad[] = [];
    const result = { replayed: 0, dropped: 0, stillOpen: before.length - rows.length };
    for (const row of rows) {
      const fate = fates.get(row.row_no);
      const patch = { ...row.patch, ...patches?.get(row.id) };
      if (fate?.fate === 'line') {
        lines.push({ rowNo: row.row_no, line: fate.line });
        await settle(trx, row.id, 'replayed', patch, actor);
        result.replayed += 1;
      } else if (fate?.fate === 'dropped') {
        await settle(trx, row.id, 'dismissed', patch, actor);
        await countDropped(trx, part.id, fate.rule, row.row_no);
        result.dropped += 1;
      } else {
        await keepOpen(trx, row.id, patch, fate?.fate === 'quarantined' ? fate.issues : null);
        result.stillOpen += 1;
      }
    }
    if (lines.length > 0) await loadLines(trx, part, lines);
    if (lines.length === 0 && result.dropped === 0) return result;
    await trx.raw(
      'update ledger.part set loaded = loaded + ?, quarantined = quarantined - ?, dropped_count = dropped_count + ? where id = ?',
      [result.replayed, result.replayed + result.dropped, result.dropped, part.id],
    );
    await trx('ledger.event').insert({ actor, verb: 'replay', object: `part:${part.id}`, detail: result });
    return result;
  });
}

async function readOpen(trx: Database, partId: string, patches: Patches | undefined, lock = ''): Promise<OpenRow[]> {
  const only = patches ? [...patches.keys()] : null;
  const { rows } = await trx.raw<{ rows: OpenRow[] }>(
    `select q.id, q.row_no, q.cells, q.patch from ledger.quarantine q
      where q.part_id = ? and q.state = 'open' and (?::text[] is null or q.id::text = any(?::text[])) order by q.row_no ${lock}`,
    [partId, only, only] as never,
  );
  return rows;
}

function patched(row: OpenRow, patches: Patches | undefined): string[] {
  const cells = [...row.cells];
  for (const [index, text] of Object.entries({ ...row.patch, ...patches?.get(row.id) })) {
    while (cells.length <= Number(index)) cells.push('');
    cells[Number(index)] = text;
  }
  return cells;
}

const settle = (trx: Database, id: string, state: 'replayed' | 'dismissed', patch: object, actor: string) =>
  trx('ledger.quarantine')
    .where({ id })
    .update({ state, patch: JSON.stringify(patch), resolved_by: actor, resolved_at: trx.fn.now() });

const keepOpen = (trx: Database, id: string, patch: object, issues: readonly Issue[] | null) =>
  trx('ledger.quarantine')
    .where({ id })
    .update({ ...(Object.keys(patch).length > 0 && { patch: JSON.stringify(patch) }), ...(issues && { issues: JSON.stringify(issues) }) });

// Ranges stay ascending because readers sort them; a range of one row each is exact.
async function countDropped(trx: Database, partId: string, rule: string, rowNo: number): Promise<void> {
  const { rows } = await trx.raw<{ rows: { dropped: Record<string, { count: number; ranges: [number, number][] }> }[] }>(
    'select dropped from ledger.part where id = ?',
    [partId],
  );
  const dropped = rows[0]?.dropped ?? {};
  const { count = 0, ranges = [] } = dropped[rule] ?? {};
  const next = [...ranges, [rowNo, rowNo] as [number, number]].toSorted(([left], [right]) => left - right);
  await trx('ledger.part')
    .where({ id: partId })
    .update({ dropped: JSON.stringify({ ...dropped, [rule]: { count: count + 1, ranges: next } }) });
}

interface LineToLoad {
  readonly rowNo: number;
  readonly line: FlowLine;
}

async function loadLines(trx: Database, part: PartToReplay, lines: readonly LineToLoad[]): Promise<void> {
  const distributor = await trx('master.distributor').where({ code: part.sender }).first('id');
  const distributorId = distributor?.id as number;
  const generations = new Map<string, string>();
  for (const { line } of lines) {
    const key = `${line.kind}|${line.businessDate}`;
    if (!generations.has(key)) generations.set(key, await findOrMakeGeneration(trx, part, line));
  }
  await insertNames(trx, distributorId, part.sender, lines);
  const records = lines.map(({ rowNo, line }) =>
    toRecord(generations.get(`${line.kind}|${line.businessDate}`)!, part, rowNo, distributorId, line),
  );
  await trx.raw('insert into flow.line select * from jsonb_populate_recordset(null::flow.line, ?::jsonb)', [JSON.stringify(records)]);
  await trx.raw(
    `update ledger.generation g set row_count = g.row_count + a.rows, quantity = g.quantity + a.quantity, amount = g.amount + a.amount
       from (select generation_id, count(*) as rows, sum(quantity) as quantity, coalesce(sum(amount), 0) as amount
               from jsonb_populate_recordset(null::flow.line, ?::jsonb) group by 1) a
      where g.id = a.generation_id`,
    [JSON.stringify(records)],
  );
  await trx.raw(
    `insert into figures.touched (sender, month)
     select distinct ?, date_trunc('month', business_date)::date from ledger.generation where id = any(?::bigint[])`,
    [part.sender, [...generations.values()]],
  );
}

// The newest generation of this delivery for the kind and day, whatever its state: a line of a superseded day stays unseen.
// A day that the delivery did not have yet gets one, and business order alone says which is active, as in any load.
async function findOrMakeGeneration(trx: Database, part: PartToReplay, { kind, businessDate }: FlowLine): Promise<string> {
  const document = await documentOf(trx, part, kind);
  const found = await trx('ledger.generation')
    .where({ delivery_id: part.deliveryId, kind, business_date: businessDate, document })
    .whereNot({ state: 'withdrawn' })
    .orderBy('id', 'desc')
    .first('id');
  if (found) return found.id as string;
  const { rows } = await trx.raw<{ rows: { id: string }[] }>(
    `insert into ledger.generation (id, delivery_id, sender, kind, business_date, document, order_key, state, row_count, quantity, amount)
     select nextval('ledger.generation_id_seq'), id, sender, ?, ?, ?, order_key, 'superseded', 0, 0, 0 from ledger.delivery where id = ?
     returning id`,
    [kind, businessDate, document, part.deliveryId],
  );
  const id = rows[0]!.id;
  const same = '(o.sender, o.kind, o.business_date, o.document) = (n.sender, n.kind, n.business_date, n.document)';
  await trx.raw(
    `update ledger.generation o set state = 'superseded', superseded_by = n.id from ledger.generation n
      where n.id = ? and o.state = 'active' and ${same} and (o.order_key, o.id) < (n.order_key, n.id)`,
    [id],
  );
  await trx.raw(
    `update ledger.generation n set superseded_by = o.id, state = case when o.id is null then 'active' else 'superseded' end
       from (select ?::bigint as id) self left join ledger.generation o on o.state = 'active' and exists (
              select 1 from ledger.generation n where n.id = self.id and ${same})
      where n.id = self.id`,
    [id],
  );
  return id;
}

// A resend replaces a kind and day, or a document of it; which one this part belongs to shows in what was loaded beside it.
async function documentOf(trx: Database, part: PartToReplay, kind: string): Promise<string> {
  const { rows } = await trx.raw<{ rows: { document: string }[] }>(
    `select g.document from ledger.generation g where g.delivery_id = ? and g.kind = ?
      order by exists (select 1 from flow.line l where l.generation_id = g.id and l.part_id = ?) desc, g.id desc limit 1`,
    [part.deliveryId, kind, part.id],
  );
  return rows[0]?.document ?? '';
}

async function insertNames(trx: Database, distributorId: number, sender: string, lines: readonly LineToLoad[]): Promise<void> {
  const names = lines.flatMap(({ line: { kind, party } }) =>
    party ? [{ id: String(rawNameId(sender, roleOf[kind], party)), distributor_id: distributorId, role: roleOf[kind], ...party }] : [],
  );
  const products = lines.map(({ line: { product } }) => ({
    id: String(rawProductId(sender, product)),
    distributor_id: distributorId,
    ...product,
  }));
  await trx.raw(
    `insert into matching.raw_name (id, distributor_id, role, code, name, address, region)
     select distinct r.id, r.distributor_id, r.role, r.code, r.name, r.address, r.region
       from jsonb_populate_recordset(null::matching.raw_name, ?::jsonb) r order by 1 on conflict (id) do nothing`,
    [JSON.stringify(names)],
  );
  await trx.raw(
    `insert into matching.raw_product (id, distributor_id, code, name, spec, maker)
     select distinct r.id, r.distributor_id, r.code, r.name, r.spec, r.maker
       from jsonb_populate_recordset(null::matching.raw_product, ?::jsonb) r order by 1 on conflict (id) do nothing`,
    [JSON.stringify(products)],
  );
}

function toRecord(generationId: string, part: PartToReplay, rowNo: number, distributorId: number, line: FlowLine): object {
  const month = `${line.businessDate.slice(0, 7)}-01`;
  return {
    generation_id: generationId,
    part_id: part.id,
    row_no: rowNo,
    business_date: line.businessDate,
    kind: { sale: 's', purchase: 'p', stock: 'k' }[line.kind],
    distributor_id: distributorId,
    raw_name_id: line.party && String(rawNameId(part.sender, roleOf[line.kind], line.party)),
    raw_product_id: String(rawProductId(part.sender, line.product)),
    quantity: line.quantity,
    unit: line.unit,
    factor_numerator: String(line.factorNumerator),
    factor_denominator: String(line.factorDenominator),
    base_quantity: baseQuantity(line.quantity, line.factorNumerator, line.factorDenominator),
    price: line.price,
    amount: line.amount,
    lot: line.lot,
    expiry: line.expiry,
    manufactured_on: line.manufacturedOn,
    doc_no: line.docNo,
    doc_line: line.docLine,
    actual_month: month,
    counted_month: month,
    is_return: line.isReturn,
    is_red_letter: line.isRedLetter,
  };
}
