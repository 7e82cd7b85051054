import { createHash } from 'node:crypto';
import type { RecordImage } from './change.js';

/** A state of many records in two values that any system can compute in any order (docs/sharing.md). */
export interface Parity {
  readonly count: number;
  /** 16 hex digits. */
  readonly hash: string;
}

const modulus = 1n << 64n;

/** Keeps count and hash of a set of records while they come one by one. */
export class ParitySum {
  private count = 0;
  private sum = 0n;

  add(image: Pick<RecordImage, 'no' | 'status' | 'survivor' | 'fields'>): void {
    this.count += 1;
    this.sum = (this.sum + bitsOf(image)) % modulus;
  }

  get parity(): Parity {
    return { count: this.count, hash: this.sum.toString(16).padStart(16, '0') };
  }
}

export function parityOf(images: Iterable<Pick<RecordImage, 'no' | 'status' | 'survivor' | 'fields'>>): Parity {
  const sum = new ParitySum();
  for (const image of images) sum.add(image);
  return sum.parity;
}

function bitsOf({ no, status, survivor, fields }: Pick<RecordImage, 'no' | 'status' | 'survivor' | 'fields'>): bigint {
  const values = Object.entries(fields)
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, value]) => `${name}=${value}\n`);
  const text = `${no}\n${status}\n${survivor ?? ''}\n${values.join('')}`;
  return createHash('sha256').update(text).digest().readBigUInt64BE(0);
}
