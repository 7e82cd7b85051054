import { type Delivery, prepareReading, reservedIds } from '../../db/delivery-store.js';
import type { Source } from '../../db/source-store.js';
import type { DeliveryJobResult } from '../../delivery-child.js';
import { defaultDecodeLimits } from '../../journey/decode/decode.js';
import { kindsOf, type Layout } from '../../journey/map/layout.js';
import { HubError } from '../../model/hub-error.js';
import { isFlowKind } from '../../model/kind.js';
import { message } from '../../model/message.js';
import { shanghaiDay } from '../../model/shanghai-day.js';
import type { StepTools } from './step-tools.js';

interface Reading {
  /** Its id is 0 while it is no delivery yet. */
  readonly delivery: Pick<Delivery, 'id' | 'sender' | 'sha256' | 'name' | 'sent_at'>;
  readonly source: Source;
  readonly layouts: readonly Layout[];
  readonly spoolFolder: string;
  readonly signal: AbortSignal;
  onProgress(rows: number): void;
}

type Tools = Pick<StepTools, 'database' | 'landing' | 'dictionary' | 'children'>;

/** Reads landed bytes in a capped child, by the layouts of their source, into a spool. */
export async function readDelivery(tools: Tools, reading: Reading): Promise<DeliveryJobResult> {
  const { delivery, source } = reading;
  const ground = await prepareReading(tools.database, delivery);
  const distributorId = bringsOnlyRecords(reading.layouts) || delivery.sender === 'own' ? null : ground.distributorId;
  if (distributorId === undefined) {
    throw new HubError('config', message('hub.unknown-distributor', { source: source.code, sender: delivery.sender }));
  }
  const job = {
    file: { path: await tools.landing.path(delivery.sha256), name: delivery.name },
    hints: source.hints,
    limits: defaultDecodeLimits,
    layouts: reading.layouts,
    dictionary: tools.dictionary.sections,
    constants: source.constants,
    sentOn: shanghaiDay(delivery.sent_at),
    sender: delivery.sender,
    distributorId,
    deliveryId: delivery.id,
    ids: {
      firstPartId: ground.partId,
      firstGenerationId: ground.generationId,
      limit: reservedIds,
      partIds: ground.partIds,
    },
    spoolFolder: reading.spoolFolder,
  };
  return tools.children.run(job, delivery.name, reading);
}

/** Lists and records need no distributor: their sender is a system of ours (OA, finance, an old CRM) and not somebody who trades. */
export function bringsOnlyRecords(layouts: readonly Layout[]): boolean {
  return layouts.length > 0 && layouts.every((layout) => kindsOf(layout).every((kind) => !isFlowKind(kind)));
}

/** The layouts a source names. */
export function layoutsOf(source: Source, layouts: ReadonlyMap<string, Layout>): Layout[] {
  return source.layouts.map((code) => {
    const layout = layouts.get(code);
    if (!layout)
      throw new HubError(
        'config',
        message('hub.unknown-layout', { source: source.code, layout: code, known: [...layouts.keys()].join(', ') }),
      );
    return layout;
  });
}
