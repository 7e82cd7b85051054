import { createHash } from 'node:crypto';
import type { RecordImage } from './change.js';

/** A state of many records in two values that any system can compute in any order (docs/sharing.md). */
export interface Parity {
  readonly count: number;
  /** 16 hex digits. */
  readonly hash: string;
}

/** What of a record is compared. */
export type Compared = Pick<RecordImage, 'no' | 'status' | 'survivor' | 'fields'>;

const modulus = 1n << 64n;

/** Keeps count and hash of a set of records while they come one by one. */
export class ParitySum {
  private count = 0;
  private sum = 0n;

  add(image: Compared): void {
    this.addHash(hashOf(image));
  }

  addHash(hash: string): void {
    this.count += 1;
    this.sum = (this.sum + BigInt(`0x${hash}`)) % modulus;
  }

  get parity(): Parity {
    return { count: this.count, hash: hexOf(this.sum) };
  }
}

export function parityOf(images: Iterable<Compared>): Parity {
  const sum = new ParitySum();
  for (const image of images) sum.add(image);
  return sum.parity;
}

/** One record in 16 hex digits. */
export function hashOf({ no, status, survivor, fields }: Compared): string {
  const values = Object.entries(fields)
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, value]) => `${name}=${value}\n`);
  const text = `${no}\n${status}\n${survivor ?? ''}\n${values.join('')}`;
  return hexOf(createHash('sha256').update(text).digest().readBigUInt64BE(0));
}

const hexOf = (bits: bigint): string => bits.toString(16).padStart(16, '0');
