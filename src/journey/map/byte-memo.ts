import type { ByteLine } from '../decode/byte-line.js';

const mostEntries = 32_768;
const mostKeyBytes = 4 * 1024 * 1024;

interface Entry<Value> {
  readonly hash: number;
  readonly key: Uint8Array;
  readonly value: Value;
}

/**
 * Remembers what was found out about the bytes of certain columns of a line, so that equal cells are looked at once. Forgets
 * everything when it has grown too large: it is a memory, not a store.
 */
export class ByteMemo<Value> {
  private table: (Entry<Value> | undefined)[] = emptyTable(1024);
  private count = 0;
  private keyBytes = 0;

  constructor(
    private readonly columns: readonly number[],
    private readonly find: (line: ByteLine) => Value,
  ) {}

  /** What `find` said of a line with these cells, asked now if it never was. */
  get(line: ByteLine): Value {
    const { columns } = this;
    const { bytes, starts, ends } = line;
    let hash = 0;
    let length = columns.length;
    for (let index = 0; index < columns.length; index++) {
      const end = ends[columns[index]!]!;
      let at = starts[columns[index]!]!;
      length += end - at;
      for (; at + 4 <= end; at += 4) {
        hash = Math.imul(hash ^ (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)), 0x2c1b3c6d);
        hash ^= hash >>> 15;
      }
      for (; at < end; at++) hash = Math.imul(hash ^ bytes[at]!, 0x01000193);
      hash = Math.imul(hash ^ (hash >>> 13), 0x297a2d39);
    }
    hash ^= hash >>> 16;
    const mask = this.table.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const entry = this.table[slot];
      if (entry === undefined) break;
      if (entry.hash === hash && entry.key.length === length && this.isEqual(entry.key, line)) return entry.value;
    }
    return this.add(line, hash, length);
  }

  private isEqual(key: Uint8Array, { bytes, starts, ends }: ByteLine): boolean {
    const { columns } = this;
    let at = 0;
    for (let index = 0; index < columns.length; index++) {
      const end = ends[columns[index]!]!;
      for (let from = starts[columns[index]!]!; from < end; from++) if (key[at++] !== bytes[from]) return false;
      if (key[at++] !== separator) return false;
    }
    return true;
  }

  private add(line: ByteLine, hash: number, length: number): Value {
    const value = this.find(line);
    if (this.count >= mostEntries || this.keyBytes + length > mostKeyBytes) this.clear();
    else if (this.count * 2 >= this.table.length) this.grow();
    const key = new Uint8Array(length);
    let at = 0;
    for (const column of this.columns) {
      const cell = line.bytes.subarray(line.starts[column], line.ends[column]);
      key.set(cell, at);
      at += cell.length;
      key[at++] = separator;
    }
    this.put({ hash, key, value });
    this.count += 1;
    this.keyBytes += length;
    return value;
  }

  private put(entry: Entry<Value>): void {
    const mask = this.table.length - 1;
    let slot = entry.hash & mask;
    while (this.table[slot] !== undefined) slot = (slot + 1) & mask;
    this.table[slot] = entry;
  }

  private grow(): void {
    const entries = this.table;
    this.table = emptyTable(entries.length * 4);
    for (const entry of entries) if (entry !== undefined) this.put(entry);
  }

  private clear(): void {
    this.table = emptyTable(1024);
    this.count = 0;
    this.keyBytes = 0;
  }
}

/** A line feed ends lines, so no cell holds one. */
const separator = 0x0a;

function emptyTable<Value>(size: number): (Entry<Value> | undefined)[] {
  return new Array<Entry<Value> | undefined>(size).fill(undefined);
}
