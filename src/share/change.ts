/** One change of one record, as others get it. Numbers have no gaps and are in the order of commits. */
export interface Change {
  readonly seq: number;
  readonly no: string;
  readonly entity: string;
  readonly kind: 'created' | 'updated' | 'merged' | 'split' | 'retired' | 'crosswalk_changed';
  readonly attributes: readonly string[];
  /** The record as it was after the change: whole, so that a subscriber need not have every change before. */
  readonly after: RecordImage;
  readonly at: string;
}

export interface RecordImage {
  readonly no: string;
  readonly status: 'active' | 'merged' | 'withdrawn';
  readonly fields: Readonly<Record<string, string>>;
  readonly isVoid: boolean;
  /** Where the way of a merged record ends. */
  readonly survivor?: string;
}
