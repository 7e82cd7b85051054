import { HubError } from '../../model/hub-error.js';
import { message } from '../../model/message.js';
import type { FarPlace } from './network-fault.js';

/** All bytes of an answer; more than `megabytes` is a `source-data` fault, told before they are all here. */
export async function readBody(body: AsyncIterable<unknown> | null, megabytes: number, { source, where }: FarPlace): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let count = 0;
  for await (const chunk of body ?? []) {
    count += (chunk as Uint8Array).byteLength;
    if (count > megabytes * 1024 * 1024)
      throw new HubError('source-data', message('connect.answer-too-large', { source, where, limit: megabytes }));
    chunks.push(chunk as Uint8Array);
  }
  return Buffer.concat(chunks);
}
