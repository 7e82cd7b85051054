import type { Day, RawParty, RawProduct } from '../../model/line.js';
import type { DayCount } from './part-sums.js';

/** The texts of a line that are copied as they are, in this order. */
export const plainFields = ['quantity', 'unit', 'price', 'amount', 'lot', 'expiry', 'manufacturedOn', 'docNo', 'docLine'] as const;

/** Something that many rows share, with the form in which it is stored: filled in when the first row with it is. */
export interface Shared<Value, Stored> {
  readonly value: Value;
  stored: Stored | null;
}

export interface PlainDay<Stored = unknown> extends Shared<Day, Stored> {
  readonly count: DayCount;
}

/**
 * A row in which nothing is out of the ordinary, read without making texts of its cells. One object serves all rows of a part.
 * Number fields are canonical decimals, no text holds a control character or a backslash, all of it is UTF-8; an empty price or amount is none.
 */
export interface PlainRow<StoredDay = unknown> {
  day: PlainDay<StoredDay>;
  /** null for stock. */
  party: Shared<RawParty, Uint8Array> | null;
  product: Shared<RawProduct, Uint8Array>;
  isReturn: boolean;
  /** The quantity times 10^scale. */
  quantity: number;
  quantityScale: number;
  /** The amount times 10^scale; scale -1: there is none. */
  amount: number;
  amountScale: number;
  /** By index of `plainFields`: the text is `bytes[i]` from `starts[i]` to `ends[i]`. */
  readonly bytes: Uint8Array[];
  readonly starts: Int32Array;
  readonly ends: Int32Array;
}
