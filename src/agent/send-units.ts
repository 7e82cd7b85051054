import { gzipSync } from 'node:zlib';
import { z } from 'zod';
import { writeFrame } from '../../connectors/agent/frames.js';
import { batchLimits, type FrameHead } from '../../connectors/agent/unit.js';
import { type MessageCode, renderMessage } from '../model/message.js';
import type { AgentLog } from './agent-log.js';
import type { Counter } from './counter.js';
import { type HubClient, HubRefusal } from './hub-client.js';
import type { SentState } from './sent-state.js';
import type { Spool, SpooledUnit } from './spool.js';

export interface SendUnits {
  readonly hub: HubClient;
  readonly spool: Spool;
  readonly state: SentState;
  readonly counter: Counter;
  readonly log: AgentLog;
}

/** Sends all that waits, oldest version first; what the hub has taken leaves the spool. Throws when the hub is away or refuses: the rest stays. */
export async function sendUnits(given: SendUnits, isStopped: () => boolean): Promise<number> {
  let sent = 0;
  let batch: Part[] = [];
  let size = 0;
  for (const unit of given.spool.list()) {
    for (const part of partsOf(given, unit)) {
      if (size > 0 && size + part.bytes.length > batchLimits.partBytes) await flush();
      batch.push(part);
      size += part.bytes.length;
      if (batch.length >= batchLimits.frames / 2) await flush();
      if (isStopped()) return sent;
    }
  }
  await flush();
  return sent;

  async function flush(): Promise<void> {
    const parts = batch;
    batch = [];
    size = 0;
    if (parts.length === 0) return;
    try {
      await send(parts);
    } catch (error) {
      // The hub cannot make sense of it. One unit must not keep all the others back: each is sent alone, and what is refused alone is left.
      if (!(error instanceof HubRefusal) || (error.status !== 422 && error.status !== 413)) throw error;
      for (const part of parts) {
        if (parts.length > 1) await send([part]).catch((alone: unknown) => leave(part, alone));
        else leave(part, error);
      }
    }
  }

  async function send(parts: readonly Part[]): Promise<void> {
    const packed = gzipSync(Buffer.concat(parts.map(({ head, bytes }) => writeFrame({ head, bytes }))));
    const answer = answerBody.parse(await given.hub.ask('POST', 'batch', packed));
    for (const [at, part] of parts.entries()) if (settle(given, part, answer.fates[at]!, answer.floor)) sent += 1;
  }

  function leave({ unit }: Part, error: unknown): void {
    if (!(error instanceof HubRefusal) || (error.status !== 422 && error.status !== 413)) throw error;
    given.spool.drop(unit);
    given.log.write('error', `left out until it changes: ${unit.locator} version ${unit.version}: ${error.message}`);
  }
}

interface Part {
  readonly unit: SpooledUnit;
  readonly head: FrameHead;
  readonly bytes: Buffer;
}

function* partsOf({ spool, state, log }: SendUnits, unit: SpooledUnit): Generator<Part> {
  const rows = spool.rows(unit);
  if (rows === null) {
    log.write('warn', `damaged on disk, read again: ${unit.locator}`);
    state.forget(unit.task, unit.locator);
    return;
  }
  const { task, kind, branch, day, columns, asked, version, size, sha256 } = unit;
  const parts = Math.max(1, Math.ceil(rows.length / batchLimits.partBytes));
  for (let part = 0; part < parts; part++) {
    const bytes = rows.subarray(part * batchLimits.partBytes, (part + 1) * batchLimits.partBytes);
    const head = { task, kind, branch, day, columns, asked, version, part, parts, bytes: bytes.length, size, rows: unit.rows, sha256 };
    yield { unit, head, bytes };
  }
}

/** True when a unit is with the hub, whole: parts go in order, so its last part says so. */
function settle({ spool, state, counter, log }: SendUnits, { unit, head }: Part, { fate, why }: Fate, floor: number): boolean {
  if (fate === 'taken' || fate === 'known') {
    if (head.part < head.parts - 1) return false;
    spool.drop(unit);
    return true;
  }
  // The hub has another state than we thought: what is there now is read again and sent as the newest.
  counter.raise(floor);
  spool.drop(unit);
  state.forget(unit.task, unit.locator);
  const told = why ? renderMessage({ code: why.code as MessageCode, values: why.values }, 'en') : '';
  log.write('warn', `${fate} by the hub, read again: ${unit.locator} version ${unit.version} ${told}`);
  return false;
}

const answerBody = z.object({
  floor: z.number(),
  fates: z.array(
    z.object({
      fate: z.enum(['taken', 'known', 'stale', 'broken', 'refused']),
      why: z.object({ code: z.string(), values: z.record(z.string(), z.union([z.string(), z.number()])) }).nullable(),
    }),
  ),
});
type Fate = z.output<typeof answerBody>['fates'][number];
