import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Import, type ImportFile } from '../../db/import-store.js';
import { type DeliveryToLoad, takeIn } from '../../db/load-delivery.js';
import { type Outcome, readOutcome } from '../../db/master/read-outcome.js';
import { findSource, type Source } from '../../db/source-store.js';
import { withClient } from '../../db/with-client.js';
import { makeFolder } from '../../journey/land/make-folder.js';
import type { PartOutput } from '../../journey/load/delivery-output.js';
import { orderKey } from '../../journey/load/order-key.js';
import type { Finding } from '../../model/finding.js';
import { HubError } from '../../model/hub-error.js';
import { shanghaiDay } from '../../model/shanghai-day.js';
import { pinnedLayouts } from '../steps/pinned-layouts.js';
import { layoutsOf, readDelivery } from '../steps/read-delivery.js';
import type { StepTools } from '../steps/step-tools.js';
import { importLoaded } from './commit-import.js';

/** How a file is understood: its parts, and why it could not be loaded as it is. */
export interface ReadFile {
  readonly file: ImportFile;
  readonly parts: readonly PartOutput[];
  readonly findings: readonly Finding[];
}

/** Reads the files of an import in capped children; `use` gets them with their spools, which are gone afterwards. */
async function withReadFiles<Result>(
  tools: StepTools,
  of: Import,
  signal: AbortSignal,
  use: (source: Source, read: readonly (ReadFile & { readonly delivery: DeliveryToLoad | null })[]) => Promise<Result>,
): Promise<Result> {
  const source = (await findSource(tools.database, { id: of.sourceId }))!;
  const layouts = layoutsOf(source, tools.layouts);
  const folder = join(tools.spoolFolder, `import-${of.id}-${process.hrtime.bigint()}`);
  try {
    const read = [];
    for (const file of of.files) {
      const spoolFolder = join(folder, String(file.place));
      await makeFolder(spoolFolder);
      const { sha256, name, sentAt } = file;
      const deliveryId = await deliveryIdOf(tools, source, sha256);
      try {
        const { output, spooled } = await readDelivery(tools, {
          delivery: { id: deliveryId, sender: source.sender, sha256, name, sent_at: sentAt },
          ...{ source, layouts, spoolFolder, signal, onProgress: () => undefined },
        });
        const delivery = {
          ...{ deliveryId, sender: source.sender, name, output, spoolFolder, spooled },
          ...{ layouts: pinnedLayouts(layouts, tools), waived: new Set<string>() },
        };
        read.push({ file, parts: output.parts, findings: output.findings, delivery: output.findings.length === 0 ? delivery : null });
      } catch (error) {
        if (!(error instanceof HubError) || error.errorClass !== 'source-data') throw error;
        read.push({ file, parts: [], findings: [{ gate: 'decode', part: '', told: error.told }], delivery: null });
      }
    }
    return await use(source, read);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The delivery that these bytes are already, or the number of one that is never used otherwise: rows are spooled with it. */
async function deliveryIdOf({ database }: StepTools, { sender }: Source, sha256: string): Promise<string> {
  const known = await database('ledger.delivery').where({ sender, sha256 }).first('id');
  if (known) return known.id as string;
  const { rows } = await database.raw<{ rows: { id: string }[] }>(`select nextval(pg_get_serial_sequence('ledger.delivery', 'id')) as id`);
  return rows[0]!.id;
}

/** How each file is understood, without a look at the master. */
export function previewImport(tools: StepTools, of: Import, signal: AbortSignal): Promise<readonly ReadFile[]> {
  return withReadFiles(tools, of, signal, (_, read) => Promise.resolve(read.map(({ delivery: __, ...one }) => one)));
}

export interface Rehearsal {
  readonly files: readonly ReadFile[];
  readonly outcome: Outcome;
}

/**
 * Does all that committing the import would do, looks at what came of it, and takes it back: what comes out is exactly what would happen
 * now. Files that would be held are left out and say why. Throws a HubError for an import that is loaded.
 */
export async function rehearseImport(tools: StepTools, of: Import, signal: AbortSignal): Promise<Rehearsal> {
  if (of.state === 'committed') throw importLoaded(of);
  return withReadFiles(tools, of, signal, (source, read) =>
    withClient(tools.database, async (client) => {
      await client.query('begin');
      try {
        const { rows: runs } = await client.query<{ id: string }>(
          `insert into ledger.run (kind, business_date) values ('import', $1) returning id`,
          [shanghaiDay(new Date())],
        );
        const ids: string[] = [];
        for (const { file, delivery } of read) {
          if (!delivery) continue;
          await client.query(
            `insert into ledger.delivery (id, sender, sha256, source_id, name, sent_at, order_key, run_id) overriding system value
             values ($1, $2, $3, $4, $5, $6, $7, $8)
             on conflict (sender, sha256) do update set order_key = greatest(delivery.order_key, excluded.order_key)`,
            [
              ...[delivery.deliveryId, source.sender, file.sha256, source.id, file.name, file.sentAt],
              ...[orderKey(file.sentAt, file.name, file.sha256), runs[0]!.id],
            ],
          );
          await takeIn(client, delivery);
          ids.push(delivery.deliveryId);
        }
        const outcome = await readOutcome(client, ids);
        return { files: read.map(({ delivery: _, ...one }) => one), outcome };
      } finally {
        await client.query('rollback');
      }
    }),
  );
}
