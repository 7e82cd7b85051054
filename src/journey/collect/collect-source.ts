import { failpoint } from '../../model/failpoint.js';
import { HubError } from '../../model/hub-error.js';
import { type Message, message } from '../../model/message.js';
import type { Landed, LandingStore } from '../land/landing-store.js';
import type { Connector, Observed, SourceIo } from './connector.js';
import { causeOf } from './network-fault.js';
import type { KnownObservation, ObservationStore } from './observation-store.js';

/**
 * What became of one object: `landed` new bytes under this locator · `same` fetched again, still the bytes we have from there · `known` not fetched,
 * its fingerprint stood still · `waiting` not finished, or not ours to take · `failed` wanted but not got.
 */
type Disposition = 'landed' | 'same' | 'known' | 'waiting' | 'failed';

export interface CollectedObject {
  readonly observed: Observed;
  readonly disposition: Disposition;
  /** Set for `landed`, `same` and `known`; of a `known` object only the hash is known. */
  readonly sha256: string | null;
  /** Why it waits or failed. */
  readonly why: Message | null;
  readonly fault: HubError | null;
}

/** `fault` is what ended the collection early; what was collected before it counts. An empty list without a fault is an empty source. */
export interface Collection {
  readonly objects: readonly CollectedObject[];
  readonly fault: HubError | null;
}

export interface CollectLimits {
  /** Largest object taken, in bytes. */
  readonly byteCount: number;
  /** More objects than this in one listing is a wrong setting. */
  readonly objectCount: number;
  /** An unchanged object is fetched again while its bytes were first seen less than so many days ago: catches same name, size and time with other content. */
  readonly refetchDays: number;
  /** Tries per object when the far side fails. */
  readonly attempts: number;
  /** After so many objects in a row that failed for want of the far side, the rest is left for the next collection. */
  readonly failuresInARow: number;
}

const usualLimits: CollectLimits = {
  byteCount: 2 * 1024 ** 3,
  objectCount: 100_000,
  refetchDays: 2,
  attempts: 2,
  failuresInARow: 3,
};

export interface CollectSource<Settings> {
  readonly connector: Connector<Settings>;
  readonly settings: Settings;
  readonly io: SourceIo;
  readonly observations: ObservationStore;
  readonly landing: LandingStore;
  /** Writes the delivery; what it throws ends the collection. May be called again for the same object after a crash. */
  readonly onLanded: (observed: Observed, landed: Landed) => Promise<void>;
  readonly limits?: Partial<CollectLimits>;
}

/**
 * Collects what is new at one source: list, leave out what is unfinished or known, fetch, land, hand over. Every listed object is in the
 * answer with what became of it. A fault of one object leaves the others alone; wrong settings or credentials, cancelling, and a far
 * side that is gone end the collection. Safe to repeat at any point: an object counts as known only after `onLanded` returned.
 */
export async function collectSource<Settings>(given: CollectSource<Settings>): Promise<Collection> {
  const { connector, settings, io } = given;
  const limits = { ...usualLimits, ...given.limits };
  const objects: CollectedObject[] = [];
  try {
    const listed = await listAll(given, limits);
    const known = await given.observations.find(listed.map((observed) => observed.locator));
    const at = io.now();
    const sights = listed.map((observed) => sightOf(observed, known.get(observed.locator), at));
    await given.observations.seen(sights, at);
    let failures = 0;
    for (const [index, sight] of sights.entries()) {
      const object = await collectObject(sight, given, limits);
      objects.push(object);
      failures = object.fault?.errorClass === 'transient' ? failures + 1 : 0;
      const fault = endOf(object.fault, failures, limits, io);
      if (fault) {
        objects.push(...listed.slice(index + 1).map((left) => notTried(left, io)));
        return { objects, fault };
      }
    }
    return { objects, fault: null };
  } catch (error) {
    return { objects, fault: asFault(error, connector.name, io) };
  } finally {
    await connector.close?.(settings, io).catch(() => undefined);
  }
}

/** What acknowledging came to; an object whose acknowledging failed is simply acknowledged again next time. */
export interface Acknowledged {
  readonly observed: Observed;
  readonly fault: HubError | null;
}

/** Tells the source that these objects are safe with us. Only for objects whose delivery is committed; may be repeated. */
export async function acknowledge<Settings>(
  { connector, settings, io }: Pick<CollectSource<Settings>, 'connector' | 'settings' | 'io'>,
  committed: readonly Observed[],
): Promise<Acknowledged[]> {
  const answers: Acknowledged[] = [];
  try {
    for (const observed of committed) {
      const fault = await connector.ack?.(observed, settings, io).then(
        () => null,
        (error: unknown) => asFault(error, observed.name, io),
      );
      answers.push({ observed, fault: fault ?? null });
      failpoint('after-ack');
    }
    return answers;
  } finally {
    await connector.close?.(settings, io).catch(() => undefined);
  }
}

async function listAll<Settings>({ connector, settings, io }: CollectSource<Settings>, limits: CollectLimits): Promise<Observed[]> {
  const byLocator = new Map<string, Observed>();
  for await (const observed of connector.list(settings, io)) {
    byLocator.set(observed.locator, observed);
    failpoint('during-list');
    if (byLocator.size > limits.objectCount) {
      throw new HubError('config', message('connect.too-many', { source: io.source, where: connector.name, limit: limits.objectCount }));
    }
  }
  return [...byLocator.values()];
}

interface Sight {
  readonly observed: Observed;
  readonly known: KnownObservation | undefined;
  /** When it was first seen with its present fingerprint. */
  readonly since: Date;
  /** When it was listed. */
  readonly at: Date;
}

function sightOf(observed: Observed, known: KnownObservation | undefined, at: Date): Sight {
  return { observed, known, since: known?.fingerprint === observed.fingerprint ? known.since : at, at };
}

async function collectObject<Settings>(
  { observed, known, since, at }: Sight,
  given: CollectSource<Settings>,
  limits: CollectLimits,
): Promise<CollectedObject> {
  const { io, observations } = given;
  if (!observed.ready) return waiting(observed, observed.why ?? null);
  const before = known?.landed ?? null;
  const unmoved = before?.fingerprint === observed.fingerprint;
  if (before && unmoved && (observed.frozen || !isWithin(limits.refetchDays, before.at, at))) {
    return { observed, disposition: 'known', sha256: before.sha256, why: null, fault: null };
  }
  if (!unmoved && !isStable(observed, since, at)) {
    return waiting(observed, message('connect.not-yet-stable', { name: observed.name, seconds: observed.stableSeconds ?? 0 }));
  }
  failpoint('before-fetch');
  const landed = await fetchAndLand(observed, given, limits);
  if (landed instanceof HubError) return { observed, disposition: 'failed', sha256: null, why: landed.told, fault: landed };
  const isSame = before?.sha256 === landed.sha256;
  // Rewritten under the same name, size and time: the time is no longer that of this content, which came after what we had.
  const isRewritten = before !== null && unmoved && !isSame;
  if (!isSame) await given.onLanded(isRewritten ? { ...observed, sentAt: at } : observed, landed);
  if (!isSame || !unmoved) await observations.landed(observed, landed, io.now());
  return { observed, disposition: isSame ? 'same' : 'landed', sha256: landed.sha256, why: null, fault: null };
}

/** Stood still between two looks, or, at first sight, untouched for long enough by the sender's own clock. */
function isStable(observed: Observed, since: Date, at: Date): boolean {
  const needed = (observed.stableSeconds ?? 0) * 1000;
  if (needed === 0 || at.getTime() - since.getTime() >= needed) return true;
  return observed.sentAt !== null && at.getTime() - observed.sentAt.getTime() >= needed;
}

async function fetchAndLand<Settings>(
  observed: Observed,
  { connector, settings, io, landing }: CollectSource<Settings>,
  limits: CollectLimits,
): Promise<Landed | HubError> {
  if (observed.byteCount !== null && observed.byteCount > limits.byteCount) {
    const values = { source: io.source, name: observed.name, bytes: observed.byteCount, limit: limits.byteCount };
    return new HubError('source-data', message('connect.too-large', values));
  }
  for (let attempt = 1; ; attempt++) {
    try {
      return await landing.put(connector.fetch(observed, settings, io), { byteCount: limits.byteCount });
    } catch (error) {
      const fault = asFault(error, observed.name, io);
      if (fault.errorClass !== 'transient' || attempt >= limits.attempts || io.signal.aborted) return fault;
    }
  }
}

function endOf(fault: HubError | null, failuresInARow: number, limits: CollectLimits, io: SourceIo): HubError | null {
  if (!fault) return null;
  const ends = io.signal.aborted || fault.errorClass === 'auth' || fault.errorClass === 'config' || failuresInARow >= limits.failuresInARow;
  return ends ? fault : null;
}

function asFault(error: unknown, name: string, io: SourceIo): HubError {
  if (error instanceof HubError) return error;
  return new HubError('bug', message('connect.unexpected', { source: io.source, name, cause: causeOf(error, []) }), { cause: error });
}

function waiting(observed: Observed, why: Message | null): CollectedObject {
  return { observed, disposition: 'waiting', sha256: null, why, fault: null };
}

function notTried(observed: Observed, { source }: SourceIo): CollectedObject {
  return { observed, disposition: 'failed', sha256: null, why: message('connect.not-tried', { source, name: observed.name }), fault: null };
}

function isWithin(days: number, earlier: Date, later: Date): boolean {
  return later.getTime() - earlier.getTime() < days * 86_400_000;
}
