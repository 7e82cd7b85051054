import { orderKey } from '../journey/load/order-key.js';
import { failpoint } from '../model/failpoint.js';
import type { Finding } from '../model/finding.js';
import type { Database } from './database.js';
import { noteSending } from './note-sending.js';
import { addStages } from './stage-store.js';

/** Bytes that have landed, seen at one place of one source. */
export interface Landing {
  readonly runId: string;
  readonly source: { readonly id: number; readonly sender: string };
  readonly locator: string;
  readonly name: string;
  /** null: the way in does not tell. */
  readonly sentAt: Date | null;
  readonly about: Readonly<Record<string, string>>;
  readonly sha256: string;
  readonly byteCount: number;
  /** What the result of loading depends on besides the bytes: layouts, hints, code. */
  readonly logicVersion: string;
}

export interface Delivery {
  readonly id: string;
  readonly sender: string;
  readonly sha256: string;
  readonly source_id: number;
  readonly name: string;
  readonly sent_at: Date;
  readonly order_key: string;
  readonly state: 'landed' | 'loaded' | 'held' | 'ignored';
  readonly findings: readonly Finding[];
  readonly waived: Readonly<Record<string, { readonly by: string; readonly why: string }>>;
}

/**
 * Writes the ledger rows of landed bytes and the load step in one transaction. The same bytes of the same sender are one
 * delivery, however often and by whichever way they come: a further sighting adds no work, but a later sending moves the
 * delivery in business order. Returns whether it was new.
 */
export async function recordLanding(database: Database, landing: Landing): Promise<{ deliveryId: string; isNew: boolean }> {
  const { source, sha256 } = landing;
  const sentAt = landing.sentAt ?? new Date();
  return database.transaction(async (trx) => {
    await trx('ledger.raw_object').insert({ sha256, byte_count: landing.byteCount }).onConflict('sha256').ignore();
    const [inserted] = await trx('ledger.delivery')
      .insert({
        sender: source.sender,
        sha256,
        source_id: source.id,
        name: landing.name,
        sent_at: sentAt,
        order_key: orderKey(sentAt, landing.name, sha256),
        run_id: landing.runId,
      })
      .onConflict(['sender', 'sha256'])
      .ignore()
      .returning(['id', 'order_key']);
    const delivery = inserted ?? (await trx('ledger.delivery').where({ sender: source.sender, sha256 }).first(['id', 'order_key']));
    await trx('ledger.sighting')
      .insert({
        delivery_id: delivery.id,
        source_id: source.id,
        locator: landing.locator,
        name: landing.name,
        sent_at: sentAt,
        run_id: landing.runId,
        about: JSON.stringify(landing.about),
      })
      .onConflict(['delivery_id', 'source_id', 'locator'])
      .ignore();
    if (!inserted && landing.sentAt) {
      const key = orderKey(landing.sentAt, landing.name, sha256);
      await noteSending(trx, { deliveryId: delivery.id, sender: source.sender, orderKey: key, runId: landing.runId });
    }
    failpoint('in-landing-transaction');
    if (inserted)
      await addLoadStages(trx, landing.runId, [
        { delivery: { ...delivery, sha256, sender: source.sender }, logicVersion: landing.logicVersion },
      ]);
    return { deliveryId: delivery.id, isNew: Boolean(inserted) };
  });
}

interface Load {
  readonly delivery: Pick<Delivery, 'id' | 'order_key' | 'sha256' | 'sender'>;
  /** A new logic version or release of gates makes a new step. */
  readonly logicVersion: string;
}

/** The steps that load deliveries. */
export async function addLoadStages(runner: Parameters<typeof addStages>[0], runId: string, loads: readonly Load[]): Promise<void> {
  await addStages(
    runner,
    loads.map(({ delivery, logicVersion }) => ({
      runId,
      stage: 'load',
      objectKey: `delivery:${delivery.id}`,
      inputDigest: delivery.sha256,
      logicVersion,
      sender: delivery.sender,
      deliveryId: delivery.id,
      orderKey: delivery.order_key,
    })),
  );
}

export async function findDelivery(database: Database, id: string): Promise<Delivery | null> {
  return (await database('ledger.delivery').where({ id }).first()) ?? null;
}

/** The locators under which a run saw something new at a source. */
export async function listSighted(database: Database, sourceId: number, runId: string): Promise<ReadonlySet<string>> {
  return new Set<string>(await database('ledger.sighting').where({ source_id: sourceId, run_id: runId }).pluck('locator'));
}

/** Of these bytes, those that the ledger knows no delivery of from this sender. */
export async function findUnknownBytes(database: Database, sender: string, sha256s: readonly string[]): Promise<ReadonlySet<string>> {
  if (sha256s.length === 0) return new Set();
  const { rows } = await database.raw<{ rows: { sha256: string }[] }>(
    `select sha256 from unnest(:sha256s::text[]) as asked(sha256)
      where not exists (select 1 from ledger.delivery d where d.sender = :sender and d.sha256 = asked.sha256)`,
    { sender, sha256s: [...sha256s] } as never,
  );
  return new Set(rows.map((row) => row.sha256));
}

/** Deliveries whose rows are not in: held, or landed and not loaded yet; in business order. */
export function listUnloaded(database: Database): Promise<Delivery[]> {
  return database('ledger.delivery').whereIn('state', ['landed', 'held']).orderBy(['sender', 'order_key']);
}

/** The part ids a delivery already has, by path, so that a reload keeps the lineage. */
export async function findPartIds(database: Database, deliveryId: string): Promise<Record<string, string>> {
  const rows = await database('ledger.part').where({ delivery_id: deliveryId }).select('id', 'path');
  return Object.fromEntries(rows.map((row: { id: string; path: string }) => [row.path, row.id]));
}

/** A block of ids that nobody else gets: 16,384 of each. */
export async function reserveIds(database: Database): Promise<{ partId: bigint; generationId: bigint }> {
  const { rows } = await database.raw(`select nextval('ledger.part_id_seq') as part, nextval('ledger.generation_id_seq') as generation`);
  return { partId: BigInt(rows[0].part), generationId: BigInt(rows[0].generation) };
}

export const reservedIds = 16_384;
