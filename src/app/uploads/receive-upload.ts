import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { compareSpool, type UploadComparison } from '../../db/compare-upload.js';
import { findSource, type Source } from '../../db/source-store.js';
import { addUpload, type Upload } from '../../db/upload-store.js';
import { readWorkbookAuthor } from '../../journey/decode/workbook-author.js';
import type { Landed } from '../../journey/land/landing-store.js';
import { makeFolder } from '../../journey/land/make-folder.js';
import type { Finding } from '../../model/finding.js';
import { HubError } from '../../model/hub-error.js';
import { message } from '../../model/message.js';
import { layoutsOf, readDelivery } from '../steps/read-delivery.js';
import type { StepTools } from '../steps/step-tools.js';
import { uploadSignals } from './upload-signals.js';

/** A file that is handed in: its bytes, and who, why and how. `name` is a label, never a path. */
export interface UploadOrder {
  readonly source: string;
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly byteLimit: number;
  readonly name: string;
  readonly way: Upload['way'];
  readonly linkId: number | null;
  readonly by: string;
  readonly reason: string;
  readonly address: string;
  /** The business days it is said to be about, first and last. */
  readonly days: { readonly from: string; readonly to: string } | null;
  readonly signal: AbortSignal;
}

/**
 * Lands the bytes, reads them as a delivery of the source would be read, and compares with what is in force. The upload then waits: nothing
 * of it takes effect before `takeUpload`. Bytes that the ledger knows from this sender are refused: they have arrived already.
 */
export async function receiveUpload(tools: StepTools, order: UploadOrder): Promise<Upload> {
  const { database, landing } = tools;
  const source = await findSource(database, { code: order.source });
  if (!source) throw new HubError('config', message('hub.unknown-source', { source: order.source }));
  const name = labelOf(order.name);
  const landed = await landing.put(order.bytes, { byteCount: order.byteLimit });
  if (landed.byteCount === 0) throw new HubError('source-data', message('decode.empty-file', { name }));
  const known = await database('ledger.delivery').where({ sender: source.sender, sha256: landed.sha256 }).first('id', 'name');
  if (known) throw new HubError('config', message('upload.known', { name, id: known.id, known: known.name }));
  const comparison = await compare(tools, source, { ...order, name }, landed);
  const { sha256, byteCount } = landed;
  const upload = await addUpload(database, {
    ...{ sha256, byteCount, name, comparison, way: order.way, by: order.by, reason: order.reason, address: order.address },
    ...{ sourceId: source.id, linkId: order.linkId, from: order.days?.from ?? null, to: order.days?.to ?? null },
  });
  if (!upload) throw new HubError('config', message('upload.link-over', {}));
  return upload;
}

async function compare(tools: StepTools, source: Source, order: UploadOrder, { sha256 }: Landed): Promise<UploadComparison> {
  const { database, landing } = tools;
  const spoolFolder = join(tools.spoolFolder, `upload-${sha256}-${process.hrtime.bigint()}`);
  await makeFolder(spoolFolder);
  try {
    const { output, spooled } = await readDelivery(tools, {
      delivery: { id: '0', sender: source.sender, sha256, name: order.name, sent_at: new Date() },
      ...{ source, layouts: layoutsOf(source, tools.layouts), spoolFolder, signal: order.signal, onProgress: () => undefined },
    });
    const { days, differences } = await compareSpool(database, { sender: source.sender, folder: spoolFolder, spooled });
    const files = new Map(
      days.flatMap(({ inForce }) => inForce?.deliveries ?? []).flatMap((one) => (one.isManual ? [] : [[one.id, one] as const])),
    );
    const automatic = [];
    for (const file of [...files.values()].slice(0, 10)) {
      const author = await landing.path(file.sha256).then(readWorkbookAuthor, () => null);
      automatic.push({ name: file.name, author });
    }
    const author = await readWorkbookAuthor(await landing.path(sha256));
    const quarantined = output.parts.reduce((total, part) => total + part.counts.quarantined, 0);
    const signals = uploadSignals({ name: order.name, author, automatic, days, said: order.days });
    return { days, differences, quarantined, findings: output.findings.map(withoutAttachment), signals };
  } catch (error) {
    if (!(error instanceof HubError) || error.errorClass !== 'source-data') throw error;
    return { days: [], differences: [], quarantined: 0, findings: [{ gate: 'decode', part: '', told: error.told }], signals: [] };
  } finally {
    await rm(spoolFolder, { recursive: true, force: true });
  }
}

function withoutAttachment({ gate, part, told }: Finding): Finding {
  return { gate, part, told };
}

/** The last piece of a name, without what no name needs. */
function labelOf(name: string): string {
  const label = (name.split(/[/\\]/u).at(-1) ?? '')
    .replaceAll(/[\p{Cc}\p{Cf}]/gu, '')
    .trim()
    .slice(0, 200);
  return label === '' ? 'upload' : label;
}
