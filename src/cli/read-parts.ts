import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { decode, defaultDecodeLimits } from '../journey/decode/decode.js';
import type { PartStart } from '../journey/decode/decode-event.js';
import type { DecodedPart } from '../journey/map/check-layout.js';
import type { Message } from '../model/message.js';
import type { Row } from '../model/row.js';
import { shanghaiDay } from '../model/shanghai-day.js';
import { WrongUsage } from './wrong-usage.js';

export interface ReadParts {
  readonly parts: readonly DecodedPart[];
  readonly skipped: readonly { readonly path: string; readonly reason: Message }[];
  /** `yyyy-MM-dd` of the file's own time, in China: what a layout with dates relative to sending goes by. */
  readonly sentOn: string;
}

/** The parts of a file on disk, each with at most its first `rowLimit` rows; only the part named (its path, sheet or member) when one is. */
export async function readParts(
  path: string,
  options: { readonly rowLimit: number; readonly only?: string | undefined },
): Promise<ReadParts> {
  const facts = await stat(path).catch(() => null);
  if (!facts?.isFile()) throw new WrongUsage('import.no-file', { path });
  const parts: { part: PartStart; rows: Row[] }[] = [];
  const skipped: { path: string; reason: Message }[] = [];
  let open: { part: PartStart; rows: Row[] } | null = null;
  for await (const event of decode({ path, name: basename(path) }, {}, defaultDecodeLimits)) {
    if (event.type === 'skipped') skipped.push({ path: event.path, reason: event.reason });
    if (event.type === 'part') {
      open = { part: event.part, rows: [] };
      parts.push(open);
    }
    if (event.type === 'rows' && open) open.rows.push(...event.rows.slice(0, Math.max(0, options.rowLimit - open.rows.length)));
  }
  const { only } = options;
  const chosen = only === undefined ? parts : parts.filter(({ part }) => [part.path, part.sheet, part.fileName].includes(only));
  if (only !== undefined && chosen.length === 0)
    throw new WrongUsage('layout.unknown-sheet', { sheet: only, known: parts.map(({ part }) => part.sheet ?? part.path).join(', ') });
  return { parts: chosen, skipped, sentOn: shanghaiDay(facts.mtime) };
}
