import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HubError } from '../../model/hub-error.js';
import { decode, defaultDecodeLimits } from './decode.js';
import type { DecodeEvent, DecodeHints, DecodeLimits, PartStart } from './decode-event.js';

const folder = mkdtempSync(join(tmpdir(), 'huiliu-samples-'));
let count = 0;

/** Puts bytes in a file whose own name says nothing. */
export function stored(name: string, bytes: Uint8Array | string): { path: string; name: string } {
  count += 1;
  const path = join(folder, String(count));
  writeFileSync(path, bytes);
  return { path, name };
}

export interface Decoded {
  readonly part: PartStart;
  readonly rows: readonly (readonly string[])[];
  readonly rowNos: readonly number[];
}

export async function decodeEvents(
  name: string,
  bytes: Uint8Array | string,
  hints: DecodeHints = {},
  limits: Partial<DecodeLimits> = {},
): Promise<DecodeEvent[]> {
  const events: DecodeEvent[] = [];
  for await (const event of decode(stored(name, bytes), hints, { ...defaultDecodeLimits, ...limits })) events.push(event);
  return events;
}

export async function decodeParts(...args: Parameters<typeof decodeEvents>): Promise<Decoded[]> {
  const parts: { part: PartStart; rows: (readonly string[])[]; rowNos: number[] }[] = [];
  for (const event of await decodeEvents(...args)) {
    if (event.type === 'part') parts.push({ part: event.part, rows: [], rowNos: [] });
    if (event.type !== 'rows') continue;
    for (const row of event.rows) {
      parts.at(-1)!.rows.push(row.cells);
      parts.at(-1)!.rowNos.push(row.rowNo);
    }
  }
  return parts;
}

export async function decodeRows(...args: Parameters<typeof decodeEvents>): Promise<readonly (readonly string[])[]> {
  const [part] = await decodeParts(...args);
  return part!.rows;
}

/** The codes and paths of what was passed over or noted. */
export async function decodeNotes(...args: Parameters<typeof decodeEvents>): Promise<string[]> {
  const events = await decodeEvents(...args);
  return events.flatMap((event) => (event.type === 'skipped' ? [`${event.path}: ${event.reason.code}`] : []));
}

/** The code of the refusal, with its message in English. */
export async function refusal(...args: Parameters<typeof decodeEvents>): Promise<string> {
  try {
    await decodeEvents(...args);
  } catch (error) {
    if (error instanceof HubError) return `${error.told.code} ${error.message}`;
    throw error;
  }
  return 'decoded';
}
