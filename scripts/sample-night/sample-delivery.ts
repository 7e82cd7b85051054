import type { FlowKind } from '../../src/model/kind.js';
import type { Day } from '../../src/model/line.js';
import type { SampleDistributor } from './distributors.js';
import type { SampleFile } from './files-of-the-day.js';
import type { RowRole } from './table.js';

/** One file on its way to us: where it lies, when it was sent, and what must become of it. */
export interface SampleDelivery {
  /** `source/fileName`, unique in the night. */
  readonly id: string;
  readonly source: string;
  readonly distributor: string;
  readonly connector: SampleDistributor['connector'];
  /** Below the source's root on the server, '' for mail. */
  readonly folder: string;
  readonly fileName: string;
  readonly sentAt: Date;
  readonly day: Day;
  readonly kinds: readonly FlowKind[];
  readonly bytes: Buffer;
  /** The message that carries it; null when it does not come by mail. */
  readonly messageId: string | null;
  /** The id of an earlier delivery of the same days that this one corrects. */
  readonly corrects: string | null;
  /** The id of a delivery with the very same bytes that arrived another way. */
  readonly sameBytesAs: string | null;
  readonly expected: ExpectedFate;
}

/** What the journey must make of the bytes, taken alone. Rows = lines + quarantined + the dropped. */
export interface ExpectedFate {
  readonly held: boolean;
  /** The message code of the reason; null when the delivery is not held. */
  readonly reason: string | null;
  readonly lines: number;
  readonly quarantined: number;
  /** Rows left out by a named rule. Blank rows are no rows. */
  readonly dropped: Readonly<Partial<Record<RowRole, number>>>;
}

/** The fate of an undamaged file. */
export function fateOf({ tables }: Pick<SampleFile, 'tables'>): ExpectedFate {
  const count = new Map<RowRole, number>();
  for (const { role } of tables.flatMap(({ rows }) => rows)) count.set(role, (count.get(role) ?? 0) + 1);
  const { line = 0, mistake = 0, blank: _, ...dropped } = Object.fromEntries(count) as Partial<Record<RowRole, number>>;
  return { held: false, reason: null, lines: line, quarantined: mistake, dropped };
}

/** The fate of a file that no one can read. */
export const heldBecause = (reason: string): ExpectedFate => ({ held: true, reason, lines: 0, quarantined: 0, dropped: {} });
