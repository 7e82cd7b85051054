import { recordLanding } from '../../db/delivery-store.js';
import { findSource } from '../../db/source-store.js';
import { decideUpload, findUpload, type Upload } from '../../db/upload-store.js';
import { HubError } from '../../model/hub-error.js';
import { message } from '../../model/message.js';
import { shanghaiDay } from '../../model/shanghai-day.js';
import { logicVersionOf } from '../logic-version.js';
import type { StartedRun } from '../run-order.js';
import { startRunWith } from '../start-run.js';
import type { StepTools } from '../steps/step-tools.js';

/**
 * Makes a waiting upload a delivery, sent at the moment it was handed in and marked manual for ever, and plans its load. Decision, delivery
 * and load are one transaction.
 */
export async function takeUpload(tools: StepTools, { id, by, why }: { id: string; by: string; why: string }): Promise<StartedRun> {
  const { database, landing } = tools;
  const upload = await waitingUpload(database, id);
  const source = await findSource(database, { code: upload.source });
  if (!source) throw new HubError('config', message('hub.unknown-source', { source: upload.source }));
  const { sha256, name, uploadedAt: sentAt } = upload;
  const about = { how: 'manual', upload: id, way: upload.way, by: upload.by, reason: upload.reason, taken_by: by };
  const locator = `upload:${id}`;
  const byteCount = Number((await database('ledger.raw_object').where({ sha256 }).first('byte_count')).byte_count);
  await landing.note(source.code, { sha256, byteCount, locator, name, sentAt: sentAt.toISOString(), at: new Date().toISOString(), about });
  return startRunWith(database, 'import', shanghaiDay(new Date()), async (trx, runId) => {
    const landed = { runId, source, locator, name, sentAt, about, sha256, byteCount, logicVersion: logicVersionOf(source, tools) };
    const { deliveryId } = await recordLanding(trx, landed);
    if (!(await decideUpload(trx, id, { state: 'taken', by, why, deliveryId }))) throw await notWaiting(trx, id);
  });
}

/** Puts a waiting upload aside for ever; its bytes stay in the raw store. */
export async function refuseUpload(tools: StepTools, { id, by, why }: { id: string; by: string; why: string }): Promise<void> {
  await waitingUpload(tools.database, id);
  if (!(await decideUpload(tools.database, id, { state: 'refused', by, why, deliveryId: null })))
    throw await notWaiting(tools.database, id);
}

async function waitingUpload(database: StepTools['database'], id: string): Promise<Upload> {
  const upload = /^\d{1,18}$/u.test(id) ? await findUpload(database, id) : null;
  if (!upload) throw new HubError('config', message('upload.unknown', { id }));
  if (upload.state !== 'waiting') throw await notWaiting(database, id);
  return upload;
}

async function notWaiting(database: StepTools['database'], id: string): Promise<HubError> {
  const upload = await findUpload(database, id);
  return new HubError('config', message('upload.decided', { id, state: upload?.state ?? '', by: upload?.decidedBy ?? '' }));
}
