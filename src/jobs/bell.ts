/** A step that may be ready; whoever hears of it claims it in the ledger, or finds that there is nothing to claim. */
export interface Ring {
  readonly id: string;
  readonly lane: string;
  readonly attempt: number;
}

/** Tells other processes of work. It may lose, repeat, delay or reorder rings: the ledger alone is the truth. */
export interface Bell {
  /** Comes back within about a second, also when nobody can be told: then false. */
  ring(rings: readonly Ring[]): Promise<boolean>;
  /** Whether rings have been going through. While they are not, everybody looks at the ledger often. */
  isWell(): boolean;
  /** Asks the far side now, within a second. */
  check(): Promise<boolean>;
  close(): Promise<void>;
}

/** Called for every ring that is heard; the next of its lane comes when this one has ended. */
export type Answer = (ring: Ring) => Promise<void>;
