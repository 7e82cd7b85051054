import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Database } from '../../db/database.js';
import type { Delivery } from '../../db/delivery-store.js';
import type { Import } from '../../db/import-store.js';
import { takeIn } from '../../db/load-delivery.js';
import { listOrphaned } from '../../db/master/list-orphaned.js';
import { listWaitingRows, sayNewlyWaiting, type WaitingRows } from '../../db/master/waiting-rows.js';
import { rehearse } from '../../db/rehearse.js';
import { findSource } from '../../db/source-store.js';
import { withClient } from '../../db/with-client.js';
import { makeFolder } from '../../journey/land/make-folder.js';
import { HubError } from '../../model/hub-error.js';
import { pinnedLayouts } from '../steps/pinned-layouts.js';
import { layoutsOf, readDelivery } from '../steps/read-delivery.js';
import type { StepTools } from '../steps/step-tools.js';
import { undoImport } from './commit-import.js';
import { reloadInRounds } from './reload-in-rounds.js';

/** What an undo does to others. */
export interface UndoEffect {
  /** Rows of other imports and feeds that wait because what they point at is gone. */
  readonly waiting: readonly WaitingRows[];
  /** How many other deliveries are loaded once more, because rows of them lost their parents. */
  readonly reloads: number;
}

/**
 * Does all that taking the import back would do, also loading once more what loses its parents, looks at who waits, and takes it back: what
 * comes out is exactly what would happen now, but for what the matcher links afterwards. Throws `config` when it cannot be taken back.
 */
export async function foreseeUndo(tools: StepTools, of: Import, by: string, signal: AbortSignal): Promise<UndoEffect> {
  const own = of.files.flatMap(({ deliveryId }) => deliveryId ?? []);
  const folder = join(tools.spoolFolder, `undo-${of.id}-${process.hrtime.bigint()}`);
  try {
    return await rehearse(tools.database, async (trx) => {
      const before = await withClient(trx, (client) => listWaitingRows(client, own));
      await undoImport({ database: trx }, of, by);
      const reloads = await reloadInRounds(
        () => listOrphaned(trx),
        async (orphaned) => {
          for (const delivery of orphaned) await loadAgain(tools, trx, delivery, { folder, signal });
        },
      );
      return { waiting: await withClient(trx, (client) => sayNewlyWaiting(client, own, before)), reloads };
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** One that would be held by now stays as it is, as its load does. */
async function loadAgain(
  tools: StepTools,
  trx: Database,
  delivery: Delivery,
  { folder, signal }: { readonly folder: string; readonly signal: AbortSignal },
): Promise<void> {
  const source = (await findSource(trx, { id: delivery.source_id }))!;
  const layouts = layoutsOf(source, tools.layouts);
  const spoolFolder = join(folder, delivery.id);
  await makeFolder(spoolFolder);
  try {
    const { output, spooled } = await readDelivery(tools, { delivery, source, layouts, spoolFolder, signal, onProgress: () => undefined });
    const waived = new Set(Object.keys(delivery.waived));
    if (output.findings.some(({ gate }) => !waived.has(gate))) return;
    const { id: deliveryId, sender, name } = delivery;
    const loaded = { deliveryId, sender, name, output, spoolFolder, spooled, layouts: pinnedLayouts(layouts, tools), waived };
    await withClient(trx, (client) => takeIn(client, loaded));
  } catch (error) {
    if (!(error instanceof HubError) || error.errorClass !== 'source-data') throw error;
  } finally {
    await rm(spoolFolder, { recursive: true, force: true });
  }
}
