import { setTimeout as sleep } from 'node:timers/promises';
import { claimFileSets } from '../../db/share/subscriber-store.js';
import { shanghaiDay } from '../../model/shanghai-day.js';
import { shanghaiTime } from '../../model/shanghai-moment.js';
import { type ShareTools, sendToWebhooks } from './send-to-webhooks.js';
import { writeFileSet } from './write-file-set.js';

export interface SharingOptions {
  readonly signal: AbortSignal;
  readonly intervalMs?: number;
  /** A look that failed; the next one tries again. */
  onFault(error: unknown): void;
}

/** Sends changes to webhooks within seconds and writes the files of the day when their time has come, until told to stop. Any number of processes may do it. */
export async function keepSharing(tools: ShareTools, { signal, intervalMs = 2000, onFault }: SharingOptions): Promise<void> {
  while (!signal.aborted) {
    await sendToWebhooks(tools, signal).catch(onFault);
    await writeDueFiles(tools).catch(onFault);
    await sleep(intervalMs, undefined, { signal }).catch(() => undefined);
  }
}

async function writeDueFiles({ database }: ShareTools): Promise<void> {
  const now = new Date();
  const day = shanghaiDay(now);
  for (const subscriber of await claimFileSets(database, { day, time: shanghaiTime(now), codes: null }))
    await writeFileSet(database, subscriber, day);
}
