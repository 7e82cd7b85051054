import type { GenerationHistory, HistoryGate } from '../db/load-delivery.js';
import { shrunkGate, volumeGate } from '../journey/validate/gates.js';
import { message } from '../model/message.js';

/** Gates that compare a delivery with what came before; each may be released by a person. */
export const historyGates: readonly HistoryGate[] = [volume, shrunk, sameDayConflict];

function volume({ name, businessDate, rows, earlierRows }: GenerationHistory) {
  return volumeGate(`${name} ${businessDate}`, rows, earlierRows);
}

function shrunk({ name, businessDate, rows, replaces }: GenerationHistory) {
  return replaces?.sameDocument && !replaces.isLater ? shrunkGate(`${name} ${businessDate}`, rows, replaces.rows) : null;
}

// Two files of other names for the same day that hardly share a line: one of them would vanish silently, whichever came first.
function sameDayConflict({ name, kind, businessDate, rows, replaces }: GenerationHistory) {
  if (!replaces || replaces.sameDocument) return null;
  if (replaces.commonRows * 10 >= Math.min(rows, replaces.rows)) return null;
  const values = { name, kind, day: businessDate, other: replaces.name, otherRows: replaces.rows };
  return { gate: 'hub.same-day-conflict', part: '', told: message('hub.same-day-conflict', values) };
}
