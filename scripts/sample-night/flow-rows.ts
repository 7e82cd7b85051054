import type { FlowKind } from '../../src/model/kind.js';
import type { Day } from '../../src/model/line.js';
import type { SampleDistributor } from './distributors.js';
import type { SampleProduct } from './products.js';

/** What a clerk did wrong with a row. */
export type Mistake = 'unreadable-date' | 'missing-customer' | 'text-in-quantity';

/** One row of a sender's books before it is written in his style. Stock rows have no party. */
export interface FlowRow {
  readonly kind: FlowKind;
  readonly day: Day;
  readonly docNo: string;
  readonly docLine: number;
  readonly party: {
    readonly code: string;
    readonly name: string;
    readonly address: string;
    readonly city: string;
    readonly county: string;
    readonly licence: string;
  };
  readonly product: SampleProduct;
  readonly lot: Lot;
  /** In base units; negative = a return. */
  readonly quantity: number;
  readonly unitCents: number;
  readonly salesman: string;
  readonly remark: string;
  readonly mistake: Mistake | null;
  /** Taken back in the sender's program before it counted, but exported all the same. */
  readonly isVoid: boolean;
}

export interface Lot {
  readonly lotNo: string;
  readonly madeOn: Day;
  readonly expiresOn: Day;
}

/** The books of one distributor for one day. */
export interface DayBooks {
  readonly distributor: SampleDistributor;
  readonly day: Day;
  readonly rows: Readonly<Record<FlowKind, readonly FlowRow[]>>;
}
