import type { KnownObservation, ObservationStore } from './observation-store.js';

/** What the database keeps, for tests and for trying a source without a database. */
export function createObservationsInMemory(): ObservationStore & { readonly known: Map<string, KnownObservation> } {
  const known = new Map<string, KnownObservation>();
  return {
    known,
    find: async (locators) => new Map(locators.flatMap((locator) => (known.has(locator) ? [[locator, known.get(locator)!]] : []))),
    async seen(listed) {
      for (const { observed, since } of listed) {
        known.set(observed.locator, { fingerprint: observed.fingerprint, since, landed: known.get(observed.locator)?.landed ?? null });
      }
    },
    async landed(observed, landed, at) {
      const before = known.get(observed.locator);
      const remembered = { sha256: landed.sha256, fingerprint: observed.fingerprint, at };
      known.set(observed.locator, { fingerprint: observed.fingerprint, since: before?.since ?? at, landed: remembered });
    },
  };
}
