import type { AgentInbox } from './agent-inbox.js';

/**
 * The far side of a connector that asks for records (a database, an interface, a portal, a tap), small enough to start for a test:
 * what `connectors/<kind>/fake.ts` offers as `startFakeRecords`. It has one feed, `sale`, whose records have `day`, `id`, `customer`
 * and `qty`, asked per day over a window of three days.
 */
export interface FarRecords {
  /** Complete settings for the connector, pointing at this far side. */
  readonly settings: Record<string, unknown>;
  /** The values behind the secret references in `settings`. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Values of the right shape that it refuses. */
  readonly wrongSecrets: Readonly<Record<string, string>>;
  /** Where it listens; null for a connector without a network. */
  readonly port: number | null;
  /** For a connector that is called instead of calling: what has been sent. */
  readonly inbox?: AgentInbox;
  /** What to change in `settings` so that it is reached over another port: a line that is cut, a server that is mute. */
  through(port: number): Record<string, unknown>;
  /** What to change in `settings` so that the question itself is wrong: a table, path or program that is not there. */
  readonly wrongQuestion: Record<string, unknown>;
  /** What to change in `settings` for another feed `sale`: `max_rows`, `since`, `window_days`. */
  feed(over: Record<string, unknown>): Record<string, unknown>;
  /** Puts the records of a day in the place of those it had, kept in this order. */
  put(day: string, records: readonly FarRecord[]): Promise<void>;
  /** How many records it gave away so far; null where nobody counts. */
  given(): Promise<number | null>;
  stop(): Promise<void>;
}

export interface FarRecord {
  readonly id: string;
  readonly customer: string;
  /** Exact decimal text of up to 28 digits before and 10 after the point. */
  readonly qty: string;
}

/** What a far side may lean on: a PostgreSQL server that is there anyway. */
export interface FarGround {
  readonly postgresUrl: string;
}
