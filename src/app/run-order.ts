import type { RunKind } from '../db/run-store.js';

export interface StartedRun {
  readonly id: string;
  /** An open run of that kind and day was taken up. */
  readonly resumed: boolean;
}

/** A run to be worked off by whoever claims its steps. */
export interface RunOrder {
  readonly kind: RunKind;
  /** `yyyy-MM-dd` */
  readonly businessDate: string;
  /** The sources to collect from. */
  readonly sourceIds: readonly number[];
  /** The sources whose deliveries that are not in get another try under the layouts of today; `all` if left out. */
  readonly retry?: 'all' | readonly number[];
  /**
   * What makes this collection another one than the last of the same run, for example its slot. Without it a source that an open run
   * has collected from is not collected from again by the same run.
   */
  readonly occasion?: string;
}
