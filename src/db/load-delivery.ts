import type pg from 'pg';
import type { DeliveryOutput, PartOutput } from '../journey/load/delivery-output.js';
import { documentStem } from '../journey/load/order-key.js';
import { failpoint } from '../model/failpoint.js';
import { type Finding, isWaivable } from '../model/finding.js';
import { HubError } from '../model/hub-error.js';
import { message } from '../model/message.js';
import { activateGenerations } from './activate-generations.js';
import { copyFileInto } from './copy-file-into.js';
import type { Database } from './database.js';
import { type SpoolTable, spoolPath } from './delivery-spool.js';
import { ensurePartitions } from './ensure-partitions.js';
import { loadReferences } from './load-references.js';
import { orderReloads } from './order-reloads.js';
import { type DeliveryHistory, readHistory } from './read-history.js';
import { readStanding, type Standing } from './read-standing.js';
import { type Claim, finishStage, inFencedTransaction } from './stage-store.js';
import { takeNames } from './take-names.js';

/** A delivery that the child has read: what it says, and the folder with its rows. */
export interface DeliveryToLoad {
  readonly deliveryId: string;
  readonly sender: string;
  readonly name: string;
  readonly output: DeliveryOutput;
  readonly spoolFolder: string;
  readonly spooled: Readonly<Record<SpoolTable, number>>;
  /** version -> the layout as used, kept for ever. */
  readonly layouts: Readonly<Record<string, { readonly layout: string; readonly body: unknown }>>;
  /** Gates that a person released. */
  readonly waived: ReadonlySet<string>;
}

/** Looks at a new generation beside what it would replace and what came before; a finding holds the delivery. */
export type HistoryGate = (history: GenerationHistory) => Finding | null;
export interface GenerationHistory {
  readonly name: string;
  readonly kind: string;
  readonly businessDate: string;
  readonly rows: number;
  /** Row counts of earlier active days of the same sender and kind, newest first, at most 10. */
  readonly earlierRows: readonly number[];
  /** The active generation of the same kind, day and document, if any: only one of the two will be seen. */
  readonly replaces: {
    readonly name: string;
    readonly rows: number;
    readonly commonRows: number;
    readonly sameDocument: boolean;
    /** The active one was sent later: not it but this one would end superseded. */
    readonly isLater: boolean;
  } | null;
}

/**
 * Loads a delivery once: rows, quarantine, names, counts, switch of generations and the completion marker in ONE transaction
 * that re-checks the fence, so a worker that was frozen and wakes up cannot commit. With findings nothing is loaded and the
 * delivery is held. Returns the findings.
 */
export async function loadDelivery(
  database: Database,
  claim: Claim,
  delivery: DeliveryToLoad,
  gates: readonly HistoryGate[],
): Promise<readonly Finding[]> {
  const found = delivery.output.findings.filter(({ gate }) => !(delivery.waived.has(gate) && isWaivable(gate)));
  if (found.length > 0) return holdDelivery(database, claim, delivery, found);
  await ensurePartitions(
    database,
    delivery.output.generations.map((generation) => generation.businessDate),
  );
  failpoint('before-load');
  const startedAt = performance.now();
  try {
    await inFencedTransaction(database, claim, { lockSender: delivery.sender }, async (client) => {
      failpoint('after-fence');
      const standing = await readStanding(client, delivery);
      const waiting = await takeIn(client, delivery, standing);
      failpoint('after-copy-before-marker');
      const history = await readHistory(client, { ...delivery, generations: delivery.output.generations });
      const findings = standing.wasRetired ? [] : await checkHistory(client, delivery, { history, standing }, gates);
      if (findings.length > 0) throw new Held(findings);
      await activate(client, delivery, { history, standing }, claim.runId);
      failpoint('after-activate');
      const spentMs = { ...delivery.output.spentMs, load: Math.round(performance.now() - startedAt) };
      const said = { deliveryId: delivery.deliveryId, state: 'loaded', findings: [], notes: delivery.output.skipped } as const;
      await finishStage(client, claim, 'done', { ...totals(delivery, waiting), spentMs }, said);
      failpoint('before-commit');
    });
  } catch (error) {
    if (!(error instanceof Held)) throw error;
    return holdDelivery(database, claim, delivery, error.findings);
  }
  failpoint('after-commit');
  return [];
}

/**
 * Parts, rows, quarantine and records of a delivery, in the caller's transaction; also for trying what a load would do. Returns how many
 * records wait for others that they refer to.
 */
export async function takeIn(client: pg.Client, delivery: DeliveryToLoad, known?: Standing): Promise<number> {
  const standing = known ?? (await readStanding(client, delivery));
  await insertLayouts(client, delivery, standing);
  if (standing.hasParts) await clearParts(client, delivery.deliveryId, delivery.output);
  await insertParts(client, delivery);
  const waiting = await copySpool(client, delivery);
  if (standing.hasParts) await giveBackCorrections(client, delivery);
  return waiting;
}

/** Carries gate findings out of the transaction, which is rolled back. */
class Held extends Error {
  constructor(readonly findings: readonly Finding[]) {
    super('held');
  }
}

export async function holdDelivery(
  database: Database,
  claim: Claim,
  delivery: Pick<DeliveryToLoad, 'deliveryId'>,
  findings: readonly Finding[],
): Promise<readonly Finding[]> {
  await inFencedTransaction(database, claim, {}, async (client) => {
    await finishStage(client, claim, 'held', { findings: findings.length }, { deliveryId: delivery.deliveryId, state: 'held', findings });
    failpoint('before-hold-commit');
  });
  failpoint('after-hold-commit');
  return findings;
}

function totals({ output }: DeliveryToLoad, waiting = 0) {
  const sum = (of: (part: PartOutput) => number) => output.parts.reduce((total, part) => total + of(part), 0);
  return {
    decoded: sum((part) => part.counts.decoded),
    loaded: sum((part) => part.counts.loaded) - waiting,
    quarantined: sum((part) => part.counts.quarantined) + waiting,
    dropped: sum((part) => droppedCount(part)),
  };
}

function droppedCount(part: PartOutput): number {
  return Object.values(part.counts.dropped).reduce((total, { count }) => total + count, 0);
}

async function insertLayouts(client: pg.Client, { layouts }: DeliveryToLoad, { layoutVersions }: Standing): Promise<void> {
  for (const [version, { layout, body }] of Object.entries(layouts)) {
    if (layoutVersions.has(version)) continue; // a body may be long, and most nights bring no new one
    await client.query(`insert into ledger.layout_version (version, layout, body) values ($1, $2, $3) on conflict do nothing`, [
      version,
      layout,
      JSON.stringify(body),
    ]);
  }
}

// A delivery that is loaded again (a better layout) keeps its part ids, so that lineage stays; what the earlier load said of
// the parts is replaced together with their quarantine; corrections that people made are put aside and given back. The spool was
// written with the ids known before this transaction: if another load of the same delivery has come between, lines would point
// nowhere, so this one starts over.
async function insertParts(client: pg.Client, { deliveryId, name, output }: DeliveryToLoad): Promise<void> {
  const rows = output.parts.map((part) => ({
    id: part.id,
    delivery_id: deliveryId,
    path: part.start.path,
    file_name: part.start.fileName,
    sheet: part.start.sheet,
    media: part.start.media,
    encoding: part.start.encoding,
    layout: part.layout,
    layout_version: part.layoutVersion,
    kind: part.kind,
    header_rows: part.headerRows,
    titles: part.titles,
    fields: part.fields.map((field) => field ?? ''),
    decoded: part.counts.decoded,
    loaded: part.counts.loaded,
    quarantined: part.counts.quarantined,
    dropped: part.counts.dropped,
    dropped_count: droppedCount(part),
    stated_totals: part.statedTotals,
    covers: part.start.covers ? `[${part.start.covers.from},${part.start.covers.to}]` : null,
  }));
  const { rows: stored } = await client.query<{ id: string; path: string }>({
    name: 'insert-parts',
    text: `insert into ledger.part (id, delivery_id, path, file_name, sheet, media, encoding, layout, layout_version, kind, header_rows, titles, fields,
                              decoded, loaded, quarantined, dropped, dropped_count, stated_totals, covers)
     select r.id, r.delivery_id, r.path, r.file_name, r.sheet, r.media, r.encoding, r.layout, r.layout_version, r.kind,
            coalesce(r.header_rows, '{}'), coalesce(r.titles, '{}'), coalesce(r.fields, '{}'),
            r.decoded, r.loaded, r.quarantined, r.dropped, r.dropped_count, r.stated_totals, r.covers
       from jsonb_populate_recordset(null::ledger.part, $1::jsonb) r
     on conflict (delivery_id, path) do update set
       media = excluded.media, encoding = excluded.encoding, layout = excluded.layout, layout_version = excluded.layout_version, kind = excluded.kind, header_rows = excluded.header_rows,
       titles = excluded.titles, fields = excluded.fields, decoded = excluded.decoded, loaded = excluded.loaded, retired = 0,
       quarantined = excluded.quarantined, dropped = excluded.dropped, dropped_count = excluded.dropped_count, stated_totals = excluded.stated_totals,
       covers = excluded.covers
     returning id, path`,
    values: [JSON.stringify(rows)],
  });
  const idOf = new Map(stored.map(({ id, path }) => [path, id]));
  if (rows.some((row) => idOf.get(row.path) !== row.id)) throw new HubError('transient', message('hub.loaded-meanwhile', { name }));
}

async function clearParts(client: pg.Client, deliveryId: string, { parts }: DeliveryOutput): Promise<void> {
  await client.query(
    `create temp table if not exists corrected_row on commit delete rows as
     select part_id, row_no, patch, resolved_by from ledger.quarantine with no data`,
  );
  await client.query(
    `with gone as (delete from ledger.quarantine where delivery_id = $1 returning part_id, row_no, patch, resolved_by)
     insert into corrected_row select part_id, row_no, patch, resolved_by from gone where patch is not null`,
    [deliveryId],
  );
  await client.query(
    `update ledger.part set decoded = 0, loaded = 0, retired = 0, quarantined = 0, dropped = '{}', dropped_count = 0, stated_totals = '[]'
      where delivery_id = $1 and path <> all($2::text[])`,
    [deliveryId, parts.map(({ start }) => start.path)],
  );
}

async function giveBackCorrections(client: pg.Client, { deliveryId }: DeliveryToLoad): Promise<void> {
  await client.query(
    `update ledger.quarantine q set patch = c.patch, resolved_by = c.resolved_by from corrected_row c
      where q.delivery_id = $1 and (q.part_id, q.row_no) = (c.part_id, c.row_no)`,
    [deliveryId],
  );
}

/** Returns how many records wait for others that they refer to. */
async function copySpool(client: pg.Client, delivery: DeliveryToLoad): Promise<number> {
  const { spooled, output } = delivery;
  await takeNames(client, delivery);
  const lines = spooled.line === 0 ? 0 : await copy(client, delivery, 'line', 'flow.line');
  failpoint('during-copy');
  const nothing = { read: 0, waiting: 0 };
  const { read: references, waiting } =
    spooled.reference === 0
      ? nothing
      : await loadReferences(client, delivery.deliveryId, (into) => copy(client, delivery, 'reference', into));
  if (spooled.remark > 0) await copy(client, delivery, 'remark', 'master.remark (part_id, row_no, remarks)');
  const quarantined =
    spooled.quarantine === 0
      ? 0
      : await copy(client, delivery, 'quarantine', 'ledger.quarantine (delivery_id, part_id, row_no, cells, issues)');
  const counted = totals(delivery);
  const generationRows = output.generations.reduce((total, generation) => total + generation.rowCount, 0);
  if (lines + references !== counted.loaded || lines !== generationRows || quarantined !== counted.quarantined) {
    throw new HubError(
      'bug',
      message('hub.counts-differ', {
        name: delivery.name,
        copied: lines + references,
        loaded: counted.loaded,
        quarantined: counted.quarantined,
      }),
    );
  }
  return waiting;
}

const copy = (client: pg.Client, { spoolFolder }: DeliveryToLoad, table: SpoolTable, into: string): Promise<number> =>
  copyFileInto(client, into, spoolPath(spoolFolder, table));

// A delivery that retention deleted lines of has passed these gates before; that it is loaded again is no news about its sender.
async function checkHistory(
  client: pg.Client,
  delivery: DeliveryToLoad,
  { history, standing }: { history: DeliveryHistory; standing: Standing },
  gates: readonly HistoryGate[],
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const generation of delivery.output.generations) {
    const { earlierRows, rival } = history.of(generation);
    const replaces = rival && {
      name: rival.name,
      rows: rival.row_count,
      commonRows: await commonRows(client, generation.id, rival.id),
      sameDocument: documentStem(rival.name) === documentStem(delivery.name),
      isLater: rival.order_key > standing.orderKey,
    };
    const { kind, businessDate, rowCount: rows } = generation;
    for (const gate of gates) {
      const finding = gate({ name: delivery.name, kind, businessDate, rows, earlierRows, replaces });
      if (finding && !delivery.waived.has(finding.gate)) findings.push(finding);
    }
  }
  return findings;
}

async function commonRows(client: pg.Client, one: string, other: string): Promise<number> {
  const { rows } = await client.query(
    `select count(*)::int as common from (
       select raw_name_id, raw_product_id, lot, quantity, doc_no from flow.line where generation_id = $1
       intersect all
       select raw_name_id, raw_product_id, lot, quantity, doc_no from flow.line where generation_id = $2) both_sides`,
    [one, other],
  );
  return rows[0].common;
}

// What an earlier load of this very delivery said is withdrawn, also for days that it no longer speaks of (I2); such a day
// falls back to the delivery that held it before. Most nights bring days that nobody has spoken of: those are active at once.
async function activate(
  client: pg.Client,
  { deliveryId, sender, output }: DeliveryToLoad,
  { history, standing }: { history: DeliveryHistory; standing: Standing },
  runId: string,
): Promise<void> {
  if (standing.hasGenerations) {
    await client.query(
      `update ledger.generation set state = 'withdrawn', superseded_by = null where delivery_id = $1 and state <> 'withdrawn'`,
      [deliveryId],
    );
  }
  const isFirst = !standing.hasGenerations && !history.hasRivals;
  const rows = output.generations.map((generation) => ({
    id: generation.id,
    delivery_id: deliveryId,
    sender,
    kind: generation.kind,
    business_date: generation.businessDate,
    document: generation.document,
    order_key: standing.orderKey,
    state: isFirst ? 'active' : 'superseded',
    row_count: generation.rowCount,
    quantity: generation.quantity,
    amount: generation.amount,
    created_at: new Date(),
  }));
  // The months are marked for `refreshFigures`; activateGenerations does the same.
  await client.query({
    name: 'insert-generations',
    text: `with touched as (insert into figures.touched (sender, month)
                      select $2, month from (select distinct date_trunc('month', business_date)::date as month
                        from jsonb_populate_recordset(null::ledger.generation, $1::jsonb)) m where $3)
     insert into ledger.generation select * from jsonb_populate_recordset(null::ledger.generation, $1::jsonb)`,
    values: [JSON.stringify(rows), sender, isFirst],
  });
  if (!isFirst) await activateGenerations(client, { sender, deliveryId });
  // Most senders have none: this is asked of every load.
  if (standing.hasRetired) await orderReloads(client, { sender, deliveryId, runId });
}
