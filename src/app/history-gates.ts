import type { GenerationHistory, HistoryGate } from '../db/load-delivery.js';
import { shrunk, volumeBand } from '../journey/validate/gates.js';
import { message } from '../model/message.js';

/** Gates that compare a delivery with what came before; each may be released by a person. */
export const historyGates: readonly HistoryGate[] = [volumeBandGate, shrunkGate, sameDayConflictGate];

function volumeBandGate({ name, kind, businessDate, rows, earlierRows }: GenerationHistory) {
  return volumeBand({ name, kind, day: businessDate, rows, earlier: earlierRows });
}

function shrunkGate({ name, kind, businessDate, rows, replaces }: GenerationHistory) {
  return replaces?.sameDocument ? shrunk({ name, kind, day: businessDate, rows, replaced: replaces.rows }) : null;
}

// Two files of other names for the same day that hardly share a line: one of them would vanish silently.
function sameDayConflictGate({ name, kind, businessDate, rows, replaces }: GenerationHistory) {
  if (!replaces || replaces.sameDocument) return null;
  if (replaces.commonRows * 10 >= Math.min(rows, replaces.rows)) return null;
  const values = { name, kind, day: businessDate, other: replaces.name, otherRows: replaces.rows };
  return { gate: 'same-day-conflict', part: '', told: message('hub.same-day-conflict', values) };
}
