/** What an agent has sent of one source, on the hub's side. The connector `agent` takes its deliveries from here. */
export interface AgentInbox {
  /** Units of which a newer state is here than has landed, in order of arrival. */
  pending(): Promise<readonly ArrivedUnit[]>;
  /** What was said of that version; null when it is no longer kept. */
  head(locator: string, version: string): Promise<UnitHead | null>;
  /** The rows of a unit as they were sent, in order. */
  rows(locator: string, version: string): AsyncIterable<Uint8Array>;
  /** That version is safe in the raw store; it and older ones may go. May be said again. */
  landed(locator: string, version: string): Promise<void>;
}

/** One branch, day and kind in the state that counts. */
export interface ArrivedUnit {
  readonly locator: string;
  /** Counted by the agent; a decimal number. */
  readonly version: string;
  readonly receivedAt: Date;
  readonly byteCount: number;
  readonly head: UnitHead;
}

/** What an agent says about the rows of a unit. */
export interface UnitHead {
  readonly task: string;
  readonly kind: 'sale' | 'purchase' | 'stock';
  /** '' where a distributor has no branches, or tells none. */
  readonly branch: string;
  readonly day: string;
  readonly columns: readonly string[];
  readonly asked: Readonly<Record<string, string>>;
}
