/** Where a source was last left off, in words that only its connector understands. It saves work; nothing is right or wrong by it. */
export interface Bookmark {
  read(): Promise<string | null>;
  /** To be called only when everything up to there is in the ledger. */
  keep(text: string): Promise<void>;
}
