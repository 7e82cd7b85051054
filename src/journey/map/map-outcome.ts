import type { Kind } from '../../model/kind.js';
import type { Decimal, FlowLine, ReferenceRecord } from '../../model/line.js';
import type { Message } from '../../model/message.js';

/** What is wrong with one cell or row, as data for a person. `column` is the sender's own title, '' when the whole row is meant. */
export interface Issue {
  /** The rule that was broken; `told` may say it in other words for a record. Stable: stored, counted, filtered by. */
  readonly rule: string;
  readonly column: string;
  readonly value: string;
  readonly told: Message;
}

/** Why a row is left out although nothing is wrong with it. Each is a named rule; `layout` ones are named in the YAML. */
export type DropRule = 'title' | 'header' | 'repeated-header' | 'blank' | 'totals' | 'subtotal' | 'note' | `layout:${string}`;

/** The fate of one decoded row (I1: every row has exactly one). */
export type RowFate =
  | { readonly fate: 'line'; readonly line: FlowLine }
  | { readonly fate: 'reference'; readonly record: ReferenceRecord }
  | { readonly fate: 'quarantined'; readonly issues: readonly Issue[] }
  | { readonly fate: 'dropped'; readonly rule: DropRule };

/** What a totals row said, to be compared with the sum of the rows above it. */
export interface StatedTotal {
  readonly rowNo: number;
  readonly quantity: Decimal | null;
  readonly amount: Decimal | null;
}

/** What is known of a part once its header was found. */
export interface MappedPart {
  readonly layout: string;
  readonly kind: Kind;
  /** 1-based row numbers of the header. */
  readonly headerRows: readonly number[];
  /** The titles as read (two-line headers joined by '/'), '' where a column has none. */
  readonly titles: readonly string[];
  /** Canonical field of each column, null for a column that the layout does not use. */
  readonly fields: readonly (string | null)[];
  /** 0-based columns without a title under which a list or entity has values; they are not loaded. */
  readonly untitled: readonly number[];
}
