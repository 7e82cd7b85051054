import type { Finding } from '../../model/finding.js';
import type { FlowKind, Kind } from '../../model/kind.js';
import type { Day, Decimal, FlowLine, PartyRole, RawParty, RawProduct, ReferenceRecord } from '../../model/line.js';
import type { Message } from '../../model/message.js';
import type { PartCounts } from '../../model/part-counts.js';
import type { Row } from '../../model/row.js';
import type { PartStart } from '../decode/decode-event.js';
import type { Issue, StatedTotal } from '../map/map-outcome.js';
import type { PlainRow } from '../map/plain-row.js';

/** What became of one part. `layout` and below are null when no header was found. */
export interface PartOutput {
  readonly id: string;
  readonly start: PartStart;
  readonly layout: string | null;
  readonly layoutVersion: string | null;
  readonly kind: Kind | null;
  readonly headerRows: readonly number[];
  readonly titles: readonly string[];
  readonly fields: readonly (string | null)[];
  readonly untitled: readonly number[];
  readonly counts: PartCounts;
  readonly statedTotals: readonly StatedTotal[];
}

/** The lines one delivery has for one kind, day and document. Sums are exact. */
export interface GenerationOutput {
  readonly id: string;
  readonly kind: FlowKind;
  readonly businessDate: Day;
  readonly document: string;
  readonly rowCount: number;
  readonly quantity: Decimal;
  readonly amount: Decimal;
}

/** All that the child says about a delivery; its rows are in the spool. `findings` non-empty = hold, nothing is loaded. */
export interface DeliveryOutput {
  readonly parts: readonly PartOutput[];
  readonly generations: readonly GenerationOutput[];
  readonly findings: readonly Finding[];
  /** Members that are no table, and remarks of the decoder on parts that are loaded; kept with the delivery. */
  readonly skipped: readonly { readonly path: string; readonly reason: Message }[];
  /** Milliseconds per step: decode, map (with validate), spool. */
  readonly spentMs: Readonly<Record<string, number>>;
}

/** Where the rows go, in the order of the file. The child writes a spool; a preview keeps the first few in memory. */
export interface RowSink {
  line(generationId: bigint, partId: bigint, rowNo: number, line: FlowLine): void;
  /** `cells` are those of the row, for the case that the record has to wait. */
  reference(partId: bigint, rowNo: number, record: ReferenceRecord, cells: readonly string[]): void;
  quarantined(partId: bigint, row: Row, issues: readonly Issue[]): void;
}

/** The same for ordinary rows that are still bytes; what many of them share is turned into bytes once. */
export interface PlainRowSink {
  day(generationId: bigint, partId: bigint, kind: FlowKind, day: Day): DayBytes;
  party(role: PartyRole, party: RawParty): Uint8Array;
  product(product: RawProduct): Uint8Array;
  plainLine(day: DayBytes, rowNo: number, party: Uint8Array | null, product: Uint8Array, row: PlainRow): void;
}

/** What the lines of one generation, part and day have before the row number, after it, and at their end. */
export interface DayBytes {
  readonly head: Uint8Array;
  readonly middle: Uint8Array;
  readonly tail: Uint8Array;
  readonly tailOfReturn: Uint8Array;
}
