import type { Finding } from '../../model/finding.js';
import type { Day, Decimal } from '../../model/line.js';
import { type Message, message } from '../../model/message.js';
import type { PartSummary } from '../map/create-part-mapper.js';
import { addDecimals, negateDecimal } from '../map/decimal-arithmetic.js';
import type { TotalsCheck } from '../map/part-sums.js';

/** A delivery none of whose rows is a line, readable or not. Parts of blank rows beside full ones are fine. */
export function emptyGate(where: string, parts: readonly PartSummary[]): Finding | null {
  if (parts.some((part) => part.lines + part.quarantined > 0)) return null;
  const rows = parts.reduce((sum, part) => sum + part.rows, 0);
  return finding('', message('validate.empty', { where, rows }));
}

/**
 * `foots`: a grand total was stated and agrees. `unchecked`: one was stated, but a quantity or amount could not be read (or the
 * layout says not to check), so nothing follows from comparing. `none`: nothing comparable was stated.
 */
export type Footing = 'foots' | 'off' | 'unchecked' | 'none';

/**
 * Compares the sender's grand totals with our own exact sums, quarantined rows included. A total may stand first, last, or after
 * each section, and may or may not include rows that the layout drops by rule: any of these readings will do.
 */
export function footTotals(part: PartSummary): { readonly footing: Footing; readonly finding: Finding | null } {
  const checks = part.totals.filter((check) => check.rule === 'totals');
  let footing: Footing = 'none';
  for (const what of ['quantity', 'amount'] as const) {
    const unreadable = what === 'quantity' ? part.unreadableQuantities : part.unreadableAmounts;
    let section: SectionStart = { sum: '0', rows: 0 };
    for (const check of checks) {
      const stated = check[what];
      const start = section;
      section = { sum: check.before[what], rows: check.rowsBefore };
      if (stated === null) continue;
      if (!part.checksTotals || unreadable > 0) {
        if (footing === 'none') footing = 'unchecked';
        continue;
      }
      if (agrees(stated, check, what, start, part)) {
        if (footing === 'none') footing = 'foots';
        continue;
      }
      const values = { where: part.part, row: check.rowNo, what, stated, summed: part.sums[what] };
      return { footing: 'off', finding: finding(part.part, message('validate.totals', values)) };
    }
  }
  return { footing, finding: null };
}

export function totalsGate(part: PartSummary): Finding | null {
  return footTotals(part).finding;
}

/**
 * Most rows are dated outside the days the delivery should be about: the wrong month was sent. `from` and `to` inclusive. A single
 * line is a slip of the pen and waits in quarantine by itself.
 */
export function periodGate(where: string, parts: readonly PartSummary[], from: Day, to: Day): Finding | null {
  let rows = 0;
  let outside = 0;
  let example = '';
  for (const part of parts) {
    for (const [day, count] of Object.entries(part.days)) {
      rows += count;
      if (day >= from && day <= to) continue;
      outside += count;
      example ||= day;
    }
  }
  if (outside < 2 || outside * 2 <= rows) return null;
  return finding('', message('validate.period', { where, rows, outside, from, to, example }));
}

/** More than ten times, or less than a tenth of, the median of the last generations of the same sender and kind; needs three. */
export function volumeGate(where: string, rows: number, earlier: readonly number[]): Finding | null {
  if (earlier.length < 3) return null;
  const sorted = earlier.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  const median = sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
  if (rows <= median * 10 && rows * 10 >= median) return null;
  return finding('', message('validate.volume', { where, rows, earlier: earlier.length, median }));
}

/** A correction with less than half of the lines that it would replace. */
export function shrunkGate(where: string, rows: number, replaced: number): Finding | null {
  return rows * 2 < replaced ? finding('', message('validate.shrunk', { where, rows, replaced })) : null;
}

/** Where the rows of a section begin: what was added up before it, of how many rows. */
interface SectionStart {
  readonly sum: Decimal;
  readonly rows: number;
}

/** A total with no row before it, or since the total before it, is not one of that section: 0 would always agree. */
function agrees(stated: Decimal, check: TotalsCheck, what: 'quantity' | 'amount', start: SectionStart, part: PartSummary): boolean {
  const before = check.rowsBefore > 0 ? [check.before[what]] : [];
  const section = check.rowsBefore > start.rows ? [addDecimals(check.before[what], negateDecimal(start.sum))] : [];
  return [part.sums[what], part.sumsWithDropped[what], ...before, ...section].includes(stated);
}

function finding(part: string, told: Message): Finding {
  return { gate: told.code, part, told };
}
