export interface BackfillOrder {
  readonly sources: readonly string[];
  /** First and last business day, `yyyy-MM-dd`. */
  readonly from: string;
  readonly to: string;
  readonly by: string;
  /** Leave it to a scheduler and workers; otherwise this process starts the slots and works on them. */
  readonly queueOnly?: boolean;
}

export interface BackfillOutcome {
  readonly queued: number;
  /** Business days that waited already. */
  readonly waiting: number;
  readonly runs: readonly { readonly id: string; readonly state: string }[];
}
