import type { DayBooks, FlowRow } from './flow-rows.js';
import { type ExpectedFate, heldBecause } from './sample-delivery.js';
import { drawPicture } from './writers/draw-picture.js';
import { encryptWorkbook } from './writers/encrypt-workbook.js';

/** What happens to a file between the sender's program and us. */
export interface Accident {
  readonly damage: (bytes: Buffer) => Buffer;
  readonly expected: ExpectedFate;
}

/** The accidents of the second night, by delivery id. */
export const accidents: Readonly<Record<string, Accident>> = {
  'D03/库存明细20261121.xlsx': {
    damage: (bytes) => bytes.subarray(0, Math.floor(bytes.length * 0.6)),
    expected: heldBecause('decode.half-written'),
  },
  'D14/GJ261121.TXT': { damage: () => Buffer.alloc(0), expected: heldBecause('decode.empty-file') },
  'D16/沪汇清_库存_20261121.xlsx': {
    damage: (bytes) => encryptWorkbook(bytes, 'huqing2026'),
    expected: heldBecause('decode.encrypted'),
  },
  'D15/冀泓采购20261121.xlsx': { damage: () => drawPicture(), expected: heldBecause('decode.not-a-table') },
};

/** The books of a day as the sender sets them right later: one line taken out, three quantities changed, no mistakes left. */
export function corrected(books: DayBooks): DayBooks {
  const sale = books.rows.sale
    .filter((_, index) => index !== 5)
    .map((row, index): FlowRow => ({ ...row, mistake: null, quantity: [10, 20, 30].includes(index) ? row.quantity + 1 : row.quantity }));
  return { ...books, rows: { ...books.rows, sale } };
}
