import type { Issue } from '../journey/map/map-outcome.js';
import { isFlowKind, type Kind } from '../model/kind.js';
import type { DroppedRows } from '../model/part-counts.js';
import type { Database } from './database.js';
import { isManual } from './is-manual.js';
import { isoMoment } from './iso-moment.js';
import { survivorCode } from './survivor-code.js';
import { withClient } from './with-client.js';

/** Where a row stands: enough to find it in the bytes that came. */
interface RowPlace {
  readonly source: string;
  readonly deliveryId: string;
  readonly fileName: string;
  readonly sha256: string;
  readonly partId: string;
  readonly path: string;
  readonly rowNo: number;
  /** The file was handed in by a person and never came by itself. */
  readonly isManual: boolean;
}

export interface TotalQuestion {
  readonly terminal: string;
  readonly product?: string;
  /** `yyyy-MM`, the counted month. */
  readonly month?: string;
  readonly kind: 'sale' | 'purchase' | 'stock';
}

interface Sums {
  readonly lines: number;
  readonly quantity: string;
  readonly amount: string;
}

/** A published figure and the lines behind it. `agree` = their sums are the figure, exactly. */
export interface TracedTotal {
  /** The terminal or product asked for, when the master has none of that code. */
  readonly unknown: string | null;
  readonly published: Sums;
  readonly behind: Sums;
  readonly agree: boolean;
  readonly lines: readonly (RowPlace & {
    readonly generationId: string;
    readonly businessDate: string;
    readonly rawName: string;
    readonly rawProduct: string;
    readonly quantity: string;
    readonly amount: string | null;
  })[];
}

/** `limit` cuts the list of lines, never the sums. Figure and lines are read in one snapshot. What was merged is what it means now. */
export async function traceTotal(database: Database, asked: TotalQuestion, limit = 200): Promise<TracedTotal> {
  return database.transaction(
    async (trx) => {
      const question = await asOfNow(trx, asked);
      const published = await publishedSums(trx, question);
      const behind = await sumsBehind(trx, question);
      const { rows } = await trx.raw<{ rows: TracedTotal['lines'] }>(
        `select s.code as source, dl.id as "deliveryId", dl.name as "fileName", dl.sha256, p.id as "partId", p.path, l.row_no as "rowNo", ${isManual('dl')} as "isManual",
                l.generation_id as "generationId", l.business_date as "businessDate", rn.name as "rawName", rp.name as "rawProduct",
                l.base_quantity::text as quantity, l.amount::text as amount
           ${factsBehind(question)}
           join ledger.part p on p.id = l.part_id join ledger.delivery dl on dl.id = p.delivery_id join ledger.source s on s.id = dl.source_id
          order by l.business_date, p.id, l.row_no limit :limit`,
        { ...bindings(question), limit },
      );
      return { unknown: await unknownCode(trx, question), published, behind, agree: same(published, behind), lines: rows };
    },
    { isolationLevel: 'repeatable read', readOnly: true },
  );
}

const asOfNow = (trx: Database, { terminal, product, ...rest }: TotalQuestion): Promise<TotalQuestion> =>
  withClient(trx, async (client) => ({
    ...rest,
    terminal: await survivorCode(client, 'terminal', terminal),
    ...(product !== undefined && { product: await survivorCode(client, 'product', product) }),
  }));

async function unknownCode(trx: Database, { terminal, product }: TotalQuestion): Promise<string | null> {
  if (!(await trx('master.terminal').where({ code: terminal }).first('id'))) return terminal;
  if (product !== undefined && !(await trx('master.product').where({ code: product }).first('id'))) return product;
  return null;
}

// What readers see: the published view.
async function publishedSums(trx: Database, question: TotalQuestion): Promise<Sums> {
  const { product, month, kind } = question;
  const view = kind === 'sale' ? 'pub_v1.terminal_month' : 'pub_v1.flow_line';
  const { rows } = await trx.raw<{ rows: Sums[] }>(
    `select coalesce(${kind === 'sale' ? 'sum(line_count)' : 'count(*)'}, 0)::integer as lines,
            coalesce(sum(base_quantity), 0)::text as quantity, coalesce(sum(amount), 0)::text as amount
       from ${view} where terminal_code = :terminal ${kind === 'sale' ? '' : 'and kind = :kind'}
        ${product ? 'and product_code = :product' : ''} ${month ? 'and counted_month = :month::date' : ''}`,
    bindings(question),
  );
  return rows[0]!;
}

// What the ledger holds: facts and links, not the view.
async function sumsBehind(trx: Database, question: TotalQuestion): Promise<Sums> {
  const { rows } = await trx.raw<{ rows: Sums[] }>(
    `select count(*)::integer as lines, coalesce(sum(l.base_quantity), 0)::text as quantity, coalesce(sum(l.amount), 0)::text as amount
       ${factsBehind(question)}`,
    bindings(question),
  );
  return rows[0]!;
}

function factsBehind({ product, month }: TotalQuestion): string {
  return `from (select l.* from flow.line l
            join ledger.generation g on g.id = l.generation_id and g.state = 'active'
            join matching.link k on k.raw_name_id = l.raw_name_id and l.business_date >= k.valid_from and l.business_date < k.valid_until
            join master.terminal kt on kt.id = k.terminal_id
            join master.terminal t on t.id = coalesce(kt.survivor_id, kt.id) and t.code = :terminal
            ${product ? 'join matching.product_meant pk on pk.raw_product_id = l.raw_product_id join master.product m on m.id = pk.product_id and m.code = :product' : ''}
           where l.kind = :letter ${month ? 'and l.counted_month = :month::date' : ''}) l
       join matching.raw_name rn on rn.id = l.raw_name_id join matching.raw_product rp on rp.id = l.raw_product_id`;
}

function bindings({ terminal, product, month, kind }: TotalQuestion): Record<string, string> {
  return {
    terminal,
    product: product ?? '',
    month: `${month ?? '2000-01'}-01`,
    kind,
    letter: { sale: 's', purchase: 'p', stock: 'k' }[kind],
  };
}

const same = (left: Sums, right: Sums): boolean =>
  left.lines === right.lines && left.quantity === right.quantity && left.amount === right.amount;

interface TracedPart extends RowPlace {
  readonly kind: string | null;
  readonly titles: readonly string[];
  /** The field of each column; '' for one that is not mapped. */
  readonly fields: readonly string[];
  readonly headerRows: readonly number[];
  readonly hints: Readonly<Record<string, unknown>>;
  readonly decoded: number;
  readonly loaded: number;
  /** Of `loaded`: lines that retention has deleted since. */
  readonly retired: number;
  readonly quarantined: number;
  readonly droppedCount: number;
  readonly dropped: Readonly<Record<string, DroppedRows>>;
}

/** What became of one row, and who decided what its name means; of rows of lists `traceMasterRow` knows more. A row can have been in several generations, one active at most. */
export interface TracedRow {
  readonly place: TracedPart;
  /** `retired`: it was loaded, and retention has deleted lines of its part that nobody saw any more. */
  readonly fate: 'loaded' | 'retired' | 'quarantined' | 'dropped' | 'dismissed' | 'unknown';
  readonly rule: string;
  /** Why it is in quarantine; of one that `wasQuarantined`, why it was. */
  readonly issues: readonly Issue[];
  /** It was in quarantine and has come in since. */
  readonly wasQuarantined: boolean;
  readonly patch: Readonly<Record<string, string>> | null;
  readonly lines: readonly {
    readonly generationId: string;
    readonly state: 'active' | 'superseded';
    readonly businessDate: string;
    readonly rawName: string | null;
    readonly terminal: string | null;
    readonly quantity: string;
    readonly amount: string | null;
  }[];
  readonly decisions: readonly {
    readonly id: string;
    readonly verdict: string;
    readonly terminal: string | null;
    readonly actor: string;
    readonly byPerson: boolean;
    readonly batchId: string;
    readonly isUndone: boolean;
    readonly inForce: boolean;
    readonly decidedAt: string;
  }[];
}

/** null when there is no such part. */
export async function traceRow(database: Database, partId: string, rowNo: number): Promise<TracedRow | null> {
  const [place] = await readParts(database, { partId });
  if (!place) return null;
  const lines = await database.raw<{ rows: TracedRow['lines'] }>(
    `select l.generation_id as "generationId", g.state, l.business_date as "businessDate", rn.name as "rawName", t.code as terminal,
            l.quantity::text as quantity, l.amount::text as amount
       from ledger.generation g
       join flow.line l on l.generation_id = g.id and l.part_id = ? and l.row_no = ?
       left join matching.raw_name rn on rn.id = l.raw_name_id
       left join matching.link k on k.raw_name_id = l.raw_name_id and l.business_date >= k.valid_from and l.business_date < k.valid_until
       left join master.terminal kt on kt.id = k.terminal_id left join master.terminal t on t.id = coalesce(kt.survivor_id, kt.id)
      where g.delivery_id = ? order by l.generation_id`,
    [partId, rowNo, place.deliveryId],
  );
  const decisions = await database.raw<{ rows: TracedRow['decisions'] }>(
    `select dc.id, dc.verdict, t.code as terminal, dc.actor, dc.by_person as "byPerson", dc.batch_id as "batchId", not b.in_force as "isUndone",
            k.decision_id is not distinct from dc.id as "inForce", ${isoMoment('dc.decided_at')} as "decidedAt"
       from ledger.generation g
       join flow.line l on l.generation_id = g.id and l.part_id = ? and l.row_no = ?
       join matching.decision_of_name c on c.raw_name_id = l.raw_name_id
       join matching.decision dc on dc.id = c.decision_id
       join matching.batch b on b.id = dc.batch_id
       left join matching.link k on k.raw_name_id = l.raw_name_id and l.business_date >= k.valid_from and l.business_date < k.valid_until
       left join master.terminal t on t.id = dc.terminal_id
      where g.delivery_id = ? order by dc.id`,
    [partId, rowNo, place.deliveryId],
  );
  const held = await database('ledger.quarantine').where({ part_id: partId, row_no: rowNo }).first('state', 'issues', 'patch');
  const rule = Object.entries(place.dropped).find(([, { ranges }]) => ranges.some(([from, to]) => from <= rowNo && rowNo <= to))?.[0] ?? '';
  const state = held?.state ?? null;
  const fate = fateOf({ state, isLoaded: lines.rows.length > 0, isDropped: rule !== '', retired: place.retired });
  return {
    place: { ...place, rowNo },
    fate,
    rule,
    issues: held?.issues ?? [],
    wasQuarantined: state === 'replayed',
    patch: held?.patch ?? null,
    lines: lines.rows,
    decisions: decisions.rows,
  };
}

function fateOf(row: { state: string | null; isLoaded: boolean; isDropped: boolean; retired: number }): TracedRow['fate'] {
  if (row.state === 'open') return 'quarantined';
  if (row.isLoaded) return 'loaded';
  if (row.state === 'dismissed') return 'dismissed';
  if (row.isDropped) return 'dropped';
  return row.retired > 0 ? 'retired' : 'unknown';
}

/** The fate of every row of a part, counted by what the tables hold, beside what the ledger says. `agree` is I1 proven from the rows. */
interface TracedFilePart {
  readonly part: TracedPart;
  readonly loaded: readonly {
    readonly generationId: string;
    readonly state: string;
    readonly kind: string;
    readonly businessDate: string;
    readonly rows: number;
  }[];
  /** Rows that went into the master (a reference list) as it stands; later lists may have taken records over. */
  readonly references: number;
  readonly quarantined: readonly { readonly rowNo: number; readonly issues: readonly Issue[] }[];
  readonly replayed: number;
  readonly agree: boolean;
}

export interface TracedFile {
  readonly deliveryId: string;
  readonly source: string;
  readonly name: string;
  readonly sha256: string;
  readonly state: string;
  readonly isManual: boolean;
  readonly parts: readonly TracedFilePart[];
}

/** `key` is a delivery's id or the SHA-256 of its bytes; the same bytes from several senders are several deliveries. */
export async function traceFile(database: Database, key: string): Promise<TracedFile[]> {
  const isHash = /^[0-9a-f]{64}$/.test(key);
  if (!isHash && !/^\d{1,18}$/.test(key)) return [];
  const deliveries = await database('ledger.delivery as d')
    .join('ledger.source as s', 's.id', 'd.source_id')
    .where(isHash ? { 'd.sha256': key } : { 'd.id': key })
    .orderBy('d.id')
    .select('d.id as deliveryId', 's.code as source', 'd.name', 'd.sha256', 'd.state', database.raw(`${isManual('d')} as "isManual"`));
  return Promise.all(
    deliveries.map(async (delivery) => {
      const parts = await readParts(database, { deliveryId: delivery.deliveryId });
      return { ...delivery, parts: await Promise.all(parts.map((part) => tracePart(database, part))) };
    }),
  );
}

// Generations that another load of the same delivery replaced are listed, but the counts of a part are those of its last load.
async function tracePart(database: Database, part: TracedPart): Promise<TracedFilePart> {
  const { rows: loaded } = await database.raw<{ rows: TracedFilePart['loaded'] }>(
    `select g.id as "generationId", g.state, g.kind, g.business_date as "businessDate", count(*)::integer as rows
       from ledger.generation g join flow.line l on l.generation_id = g.id and l.part_id = ?
      where g.delivery_id = ? group by g.id order by g.business_date, g.id`,
    [part.partId, part.deliveryId],
  );
  const held = await database('ledger.quarantine').where({ part_id: part.partId }).orderBy('row_no').select('row_no', 'issues', 'state');
  const { rows } = await database.raw<{ rows: { rows: number; references: number }[] }>(
    `select (select count(distinct (l.row_no)) from ledger.generation g join flow.line l on l.generation_id = g.id and l.part_id = ?
              where g.delivery_id = ? and g.state <> 'withdrawn' and not exists (
                      select 1 from ledger.generation n where n.id = g.superseded_by and n.delivery_id = g.delivery_id))::integer as rows,
            ((select count(*) from master.terminal where part_id = ?) + (select count(*) from master.product where part_id = ?)
              + (select count(*) from master.distributor where part_id = ?))::integer as "references"`,
    [part.partId, part.deliveryId, part.partId, part.partId, part.partId],
  );
  const { rows: distinctRows, references } = rows[0]!;
  const quarantined = held
    .filter(({ state }) => state === 'open')
    .map(({ row_no, issues }) => ({ rowNo: row_no as number, issues: issues as Issue[] }));
  const droppedRows = Object.values(part.dropped).reduce(
    (sum, { ranges }) => sum + ranges.reduce((rowsOf, [from, to]) => rowsOf + to - from + 1, 0),
    0,
  );
  // A list's records are merged by code, so their rows cannot be counted in the master: only flow lines are proven here.
  const isReference = distinctRows === 0 && part.kind !== null && !isFlowKind(part.kind as Kind);
  const agree =
    (isReference || distinctRows + part.retired === part.loaded) &&
    quarantined.length === part.quarantined &&
    droppedRows === part.droppedCount &&
    part.decoded === part.loaded + part.quarantined + part.droppedCount;
  return { part, loaded, references, quarantined, replayed: held.filter(({ state }) => state === 'replayed').length, agree };
}

async function readParts(database: Database, by: { partId: string } | { deliveryId: string }): Promise<TracedPart[]> {
  const { rows } = await database.raw<{ rows: TracedPart[] }>(
    `select s.code as source, d.id as "deliveryId", d.name as "fileName", d.sha256, p.id as "partId", p.path, 0 as "rowNo", ${isManual('d')} as "isManual", p.kind, p.titles, p.fields,
            p.header_rows as "headerRows", s.hints, p.decoded, p.loaded, p.retired, p.quarantined, p.dropped_count as "droppedCount", p.dropped
       from ledger.part p join ledger.delivery d on d.id = p.delivery_id join ledger.source s on s.id = d.source_id
      where ${'partId' in by ? 'p.id' : 'p.delivery_id'} = ? order by p.id`,
    ['partId' in by ? by.partId : by.deliveryId],
  );
  return rows;
}
