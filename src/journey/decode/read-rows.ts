import { decode } from './decode.js';
import type { DecodeHints, DecodeLimits, StoredFile } from './decode-event.js';

/**
 * Reads single rows of a part again, to show what the sender wrote. Decodes from the start and stops at the last row asked
 * for; rows that the part does not have are missing in the answer.
 */
export async function readRows(
  file: StoredFile,
  hints: DecodeHints,
  limits: DecodeLimits,
  partPath: string,
  rowNos: ReadonlySet<number>,
): Promise<Map<number, readonly string[]>> {
  const found = new Map<number, readonly string[]>();
  let here = false;
  for await (const event of decode(file, hints, limits)) {
    if (event.type === 'part') here = event.part.path === partPath;
    if (event.type === 'end' && here) break;
    if (event.type !== 'rows' || !here) continue;
    for (const { rowNo, cells } of event.rows) if (rowNos.has(rowNo)) found.set(rowNo, cells);
    if (found.size === rowNos.size) break;
  }
  return found;
}
