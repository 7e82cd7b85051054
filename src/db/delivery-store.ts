import { orderKey } from '../journey/load/order-key.js';
import { failpoint } from '../model/failpoint.js';
import type { Finding } from '../model/finding.js';
import type { Database } from './database.js';
import { noteSending } from './note-sending.js';
import { type Source, sourceColumns } from './source-store.js';
import { addStages, insertLoadStage, stepVersion } from './stage-store.js';

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
  const key = orderKey(sentAt, landing.name, sha256);
  return database.transaction(async (trx) => {
    const { rows } = await trx
      .raw(
        `with object as (insert into ledger.raw_object (sha256, byte_count) values (:sha256, :byteCount) on conflict (sha256) do nothing),
              fresh as (
                insert into ledger.delivery (sender, sha256, source_id, name, sent_at, order_key, run_id)
                values (:sender, :sha256, :sourceId, :name, :sentAt, :key, :runId) on conflict (sender, sha256) do nothing returning id),
              sighting as (
                insert into ledger.sighting (delivery_id, source_id, locator, name, sent_at, run_id, about)
                select id, :sourceId, :locator, :name, :sentAt, :runId, :about from fresh),
              step as (${insertLoadStage('fresh')})
         select id from fresh`,
        {
          ...{ sha256, byteCount: landing.byteCount, sender: source.sender, sourceId: source.id, name: landing.name, sentAt, key },
          ...{ runId: landing.runId, locator: landing.locator, about: JSON.stringify(landing.about) },
          ...{ logicVersion: landing.logicVersion, stepVersion },
        },
      )
      .options({ name: 'record-landing' });
    failpoint('in-landing-transaction');
    if (rows[0]) return { deliveryId: rows[0].id, isNew: true };
    return { deliveryId: await recordSighting(trx, landing, sentAt), isNew: false };
  });
}

async function recordSighting(trx: Database, landing: Landing, sentAt: Date): Promise<string> {
  const { source, sha256, runId, locator, name, about } = landing;
  const { id } = await trx('ledger.delivery').where({ sender: source.sender, sha256 }).first('id');
  await trx('ledger.sighting')
    .insert({ delivery_id: id, source_id: source.id, locator, name, sent_at: sentAt, run_id: runId, about: JSON.stringify(about) })
    .onConflict(['delivery_id', 'source_id', 'locator'])
    .ignore();
  if (landing.sentAt) {
    await noteSending(trx, { deliveryId: id, sender: source.sender, orderKey: orderKey(landing.sentAt, name, sha256), runId });
  }
  return id;
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

/** A delivery and the source that it came from first. */
export async function findDeliveryAndSource(database: Database, id: string): Promise<{ delivery: Delivery; source: Source } | null> {
  const { rows } = await database
    .raw(
      `select d.*, (select row_to_json(s) from (select ${sourceColumns.join(', ')} from ledger.source where id = d.source_id) s) as source
         from ledger.delivery d where d.id = :id`,
      { id },
    )
    .options({ name: 'find-delivery-and-source' });
  if (!rows[0]) return null;
  const { source, ...delivery } = rows[0];
  return { delivery, source };
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

/** What the reading of a delivery needs to know from the ledger. */
export interface ReadingGround {
  /** Of its sender; undefined when the master does not know it. */
  readonly distributorId: number | undefined;
  /** The first of a block of 16,384 ids that nobody else gets, for parts and for generations. */
  readonly partId: bigint;
  readonly generationId: bigint;
  /** Part ids of an earlier load, by path, so that lineage stays. */
  readonly partIds: Readonly<Record<string, string>>;
}

/** Reserves the ids, in the same look. */
export async function prepareReading(database: Database, { id, sender }: Pick<Delivery, 'id' | 'sender'>): Promise<ReadingGround> {
  const { rows } = await database
    .raw(
      `select nextval('ledger.part_id_seq') as part, nextval('ledger.generation_id_seq') as generation,
              (select id from master.distributor where code = :sender) as distributor,
              (select json_object_agg(path, id::text) from ledger.part where delivery_id = :id) as parts`,
      { id, sender },
    )
    .options({ name: 'prepare-reading' });
  const { part, generation, distributor, parts } = rows[0];
  return { distributorId: distributor ?? undefined, partId: BigInt(part), generationId: BigInt(generation), partIds: parts ?? {} };
}

export const reservedIds = 16_384;
