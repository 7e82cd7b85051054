import type { Finding } from './finding.js';
import type { Message } from './message.js';

export interface SourceBalance {
  readonly source: string;
  readonly deliveries: number;
  readonly decoded: number;
  readonly loaded: number;
  readonly quarantined: number;
  readonly dropped: number;
}

/** The balance sheet of a run; in every line decoded = loaded + quarantined + dropped (I1). */
export interface RunReport {
  readonly runId: string;
  /** An interrupted run of that day was taken up again. */
  readonly resumed: boolean;
  /** `attention`: something is held, failed to arrive or waits for a person. */
  readonly state: 'succeeded' | 'attention' | 'failed';
  /** `yyyy-MM-dd`. */
  readonly businessDate: string;
  readonly sources: readonly SourceBalance[];
  readonly totals: Omit<SourceBalance, 'source'>;
  /** Raw names by decision, over the whole matching table. */
  readonly names: Readonly<Record<string, number>>;
  /** Customers that the matcher compared with the others in this run, pairs found, and customers left for the next night; null = it did not look. */
  readonly duplicates: { readonly customers: number; readonly pairs: number; readonly left: number } | null;
  /** Deliveries that wait for a person, with the reasons; what is attached to them (a proposed layout) is in the ledger. */
  readonly held: readonly {
    readonly source: string;
    readonly deliveryId: string;
    readonly name: string;
    readonly findings: readonly Finding[];
  }[];
  /** Deliveries of this run that people handed in and that never came by themselves. */
  readonly manual: readonly { readonly source: string; readonly deliveryId: string; readonly name: string; readonly by: string }[];
  /** What could not be fetched or finished. */
  readonly failed: readonly { readonly source: string; readonly what: string; readonly told: Message }[];
  /** Sightings of content that was there before. */
  readonly unchanged: number;
  readonly seconds: number;
}
