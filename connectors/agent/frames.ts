import { checkValue } from '../../src/model/check-value.js';
import { HubError } from '../../src/model/hub-error.js';
import { type MessageValue, message } from '../../src/model/message.js';
import { batchLimits, type FrameHead, frameHead } from './unit.js';

export interface Frame {
  readonly head: FrameHead;
  readonly bytes: Buffer;
}

/** A batch is frames one after the other: a line of JSON, then as many bytes as it says. */
export function writeFrame({ head, bytes }: Frame): Buffer {
  return Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), bytes]);
}

/** Throws `source-data` for what no agent of ours would send. */
export function readFrames(batch: Buffer): Frame[] {
  const frames: Frame[] = [];
  for (let at = 0; at < batch.length; ) {
    const end = batch.indexOf(0x0a, at);
    if (end < 0 || end - at > 200_000) throw bad('no head');
    if (frames.length >= batchLimits.frames) throw bad(`more than ${batchLimits.frames} frames`);
    const head = checkValue(frameHead, parsed(batch.toString('utf8', at, end)));
    if (!head.data) throw bad(head.problems.map(({ told }) => told));
    const bytes = batch.subarray(end + 1, end + 1 + head.data.bytes);
    if (bytes.length !== head.data.bytes) throw bad('cut short');
    frames.push({ head: head.data, bytes });
    at = end + 1 + head.data.bytes;
  }
  return frames;
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

function bad(cause: MessageValue): HubError {
  return new HubError('source-data', message('agent.bad-batch', { cause }));
}
