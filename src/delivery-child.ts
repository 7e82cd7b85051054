import { createDeliverySpool, type SpoolTable } from './db/delivery-spool.js';
import type { ChildAnswer } from './jobs/child-pool.js';
import type { LineDoor } from './journey/decode/byte-line.js';
import { decode } from './journey/decode/decode.js';
import type { DecodeHints, DecodeLimits } from './journey/decode/decode-event.js';
import type { DeliveryOutput } from './journey/load/delivery-output.js';
import { type CompiledLayout, compileLayout } from './journey/map/compile-layout.js';
import { createPartMapper } from './journey/map/create-part-mapper.js';
import { createDictionary, type Dictionary, type DictionarySections } from './journey/map/dictionary.js';
import type { Layout } from './journey/map/layout.js';
import { layoutVersion } from './journey/map/parse-layout.js';
import type { Proposal } from './journey/map/proposal.js';
import { suggestLayout } from './journey/map/suggest-layout.js';
import { type DeliveryIds, runDelivery } from './journey/run-delivery.js';
import { diskFault } from './model/disk-fault.js';
import { failpoint } from './model/failpoint.js';
import { HubError } from './model/hub-error.js';
import { message } from './model/message.js';

/** One delivery to be read in a capped child: what it needs to know, and the folder for its rows. */
export interface DeliveryJob {
  readonly file: { readonly path: string; readonly name: string };
  readonly hints: DecodeHints;
  readonly limits: DecodeLimits;
  readonly layouts: readonly Layout[];
  readonly dictionary: DictionarySections;
  readonly constants: Readonly<Record<string, string>>;
  /** The day it was sent, `yyyy-MM-dd`. */
  readonly sentOn: string;
  readonly sender: string;
  readonly distributorId: number | null;
  readonly deliveryId: string;
  readonly ids: DeliveryIds;
  readonly spoolFolder: string;
}

export interface DeliveryJobResult {
  readonly output: DeliveryOutput;
  readonly spooled: Readonly<Record<SpoolTable, number>>;
}

const progressMs = 200;

async function runJob(job: DeliveryJob): Promise<DeliveryJobResult> {
  const spool = createDeliverySpool(job.spoolFolder, {
    sender: job.sender,
    distributorId: job.distributorId,
    deliveryId: BigInt(job.deliveryId),
  });
  let toldAt = 0;
  try {
    const compiled = compiledLayouts(job);
    const door: LineDoor = { take: null };
    const output = await runDelivery(decode(job.file, job.hints, job.limits, door), spool, {
      plain: { door, sink: spool },
      name: job.file.name,
      sentOn: job.sentOn,
      ids: job.ids,
      mapPart: (part) =>
        createPartMapper(
          compiled.layouts,
          part,
          { fileName: job.file.name, sentOn: job.sentOn, constants: job.constants, skipSheets: job.hints.skipSheets },
          (of, rows) => propose(of, rows, compiled.dictionary, job.sentOn),
        ),
      onProgress(rows) {
        failpoint('child-decode');
        const now = Date.now();
        if (now - toldAt < progressMs) return;
        toldAt = now;
        answer({ type: 'progress', rows });
      },
    });
    failpoint('child-before-answer');
    return { output, spooled: spool.close() };
  } catch (error) {
    spool.close();
    throw error;
  }
}

// A proposal is a help for a person: whatever goes wrong with it, the delivery is held for its own reason.
function propose(...about: Parameters<typeof suggestLayout>): Proposal | { readonly fault: string } {
  try {
    return suggestLayout(...about);
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error) };
  }
}

// Small files of one night share their layouts: compiling again would cost more than reading them.
function compiledLayouts({ layouts, dictionary }: DeliveryJob): Compiled {
  const key = layouts.map(layoutVersion).join();
  if (key !== lastCompiled?.key) {
    const ready = createDictionary(dictionary);
    lastCompiled = { key, dictionary: ready, layouts: layouts.map((layout) => compileLayout(layout, ready)) };
  }
  return lastCompiled;
}

interface Compiled {
  readonly key: string;
  readonly dictionary: Dictionary;
  readonly layouts: readonly CompiledLayout[];
}

let lastCompiled: Compiled | null = null;

function answer(it: ChildAnswer<DeliveryJobResult>): void {
  process.send?.(it);
}

process.on('message', (job: DeliveryJob) => {
  runJob(job).then(
    (result) => answer({ type: 'done', result }),
    (error: unknown) => {
      const fault =
        error instanceof HubError
          ? error
          : (diskFault(error, job.file.name) ??
            new HubError(
              'bug',
              message('hub.unexpected', {
                where: job.file.name,
                cause: error instanceof Error ? (error.stack ?? error.message) : String(error),
              }),
            ));
      answer({ type: 'fault', errorClass: fault.errorClass, told: fault.told });
    },
  );
});

// The hub is gone: nobody will take the result.
process.on('disconnect', () => process.exit(0));
