import { readIfThere, writeDurably } from './durable-file.js';

/** Numbers that only grow, whatever happens to the process, the machine or its clock. */
export interface Counter {
  next(): number;
  /** The hub has seen numbers up to here: ours go on above them (the disk was put back to an older state). */
  raise(floor: number): void;
}

const block = 1000;

/** Blocks of numbers are reserved on disk before they are given out; a crash loses the rest of a block, never goes back. */
export function openCounter(path: string): Counter {
  let last = Number(readIfThere(path) ?? 0) || 0;
  let reserved = last;

  return {
    next() {
      if (last >= reserved) reserve(last + block);
      last += 1;
      return last;
    },
    raise(floor) {
      if (floor <= last) return;
      last = floor;
      if (last > reserved) reserve(last + block);
    },
  };

  function reserve(to: number): void {
    writeDurably(path, String(to));
    reserved = to;
  }
}
