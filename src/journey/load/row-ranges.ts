import type { DroppedRows } from '../../model/part-counts.js';

export interface RowRanges {
  add(rowNo: number): void;
  read(): DroppedRows;
}

/** Collects row numbers as closed ranges, so that a million blank rows cost one pair. Rows come in ascending order. */
export function createRowRanges(): RowRanges {
  const ranges: [from: number, to: number][] = [];
  let count = 0;
  return {
    add(rowNo) {
      count += 1;
      const last = ranges.at(-1);
      if (last && rowNo === last[1] + 1) last[1] = rowNo;
      else ranges.push([rowNo, rowNo]);
    },
    read: () => ({ count, ranges }),
  };
}
