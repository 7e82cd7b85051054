import type { Landed } from '../land/landing-store.js';
import type { Observed } from './connector.js';

/** What one source has shown us before, by locator. It only ever saves downloads: identity of content is its hash. */
export interface ObservationStore {
  /** What is known of these locators; the unknown ones are absent. */
  find(locators: readonly string[]): Promise<ReadonlyMap<string, KnownObservation>>;
  /** Remembers that the objects of a listing were seen at `at`. `since` is when each was first seen with its present fingerprint. */
  seen(listed: readonly { readonly observed: Observed; readonly since: Date }[], at: Date): Promise<void>;
  /** Remembers which bytes were fetched for the object; called only after the delivery is written. */
  landed(observed: Observed, landed: Landed, at: Date): Promise<void>;
}

export interface KnownObservation {
  readonly fingerprint: string;
  /** First moment, by our clock, at which it was seen with this fingerprint. */
  readonly since: Date;
  /** The bytes fetched last, with the fingerprint they had then; null when nothing was fetched yet. */
  readonly landed: { readonly sha256: string; readonly fingerprint: string; readonly at: Date } | null;
}
