import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { recordLanding } from '../db/delivery-store.js';
import { findSource } from '../db/source-store.js';
import { HubError } from '../model/hub-error.js';
import { message } from '../model/message.js';
import type { RunReport } from '../model/run-report.js';
import { shanghaiDay } from '../model/shanghai-day.js';
import { finishRun } from './finish-run.js';
import { logicVersionOf } from './logic-version.js';
import { startRunWith } from './start-run.js';
import type { StepTools } from './steps/step-tools.js';

const largestFile = 2 * 1024 ** 3;

/** One file by hand: lands and loads it like any delivery of its source, marked as manual. */
export async function importFile(
  tools: StepTools,
  owner: string,
  options: { path: string; source: string; signal: AbortSignal },
): Promise<RunReport> {
  const { database, landing } = tools;
  const source = await findSource(database, { code: options.source });
  if (!source) throw new HubError('config', message('hub.unknown-source', { source: options.source }));
  const path = resolve(options.path);
  const facts = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw new HubError('config', message('hub.no-file', { path, cause: error.code ?? error.message }));
  });
  const { sha256, byteCount } = await landing.put(createReadStream(path), { byteCount: largestFile });
  const [locator, name, about] = [`manual:${path}`, basename(path), { how: 'manual' }];
  const at = new Date().toISOString();
  await landing.note(source.code, { sha256, byteCount, locator, name, sentAt: facts.mtime.toISOString(), at, about });
  const run = await startRunWith(database, 'import', shanghaiDay(new Date()), async (trx, runId) => {
    await recordLanding(trx, {
      runId,
      source,
      locator,
      name,
      sentAt: facts.mtime,
      about,
      sha256,
      byteCount,
      logicVersion: logicVersionOf(source, tools),
    });
  });
  return finishRun(tools, owner, { ...run, signal: options.signal });
}
