/** Row numbers left out by one rule, as ascending closed ranges. */
export interface DroppedRows {
  readonly count: number;
  readonly ranges: readonly (readonly [from: number, to: number])[];
}

/** The fate of all rows of a part; decoded = loaded + quarantined + dropped (I1). */
export interface PartCounts {
  readonly decoded: number;
  readonly loaded: number;
  readonly quarantined: number;
  readonly dropped: Readonly<Record<string, DroppedRows>>;
}
