import type { ZodType } from 'zod';
import type { Message } from '../../model/message.js';
import type { AgentInbox } from './agent-inbox.js';
import type { Bookmark } from './bookmark.js';
import type { AskNow, SourceMemory, WatchedStep } from './source-memory.js';

/**
 * One kind of way in (ftp, sftp, mail, folder ...). Each folder under `connectors/` default-exports exactly one.
 * Faults are HubErrors: `config`/`auth` stop the source, `transient` is retried, `source-data` is the sender's.
 */
export interface Connector<Settings = unknown> {
  /** The folder's name. It ends up in ids, metrics and stored paths, so it never changes. */
  readonly name: string;
  /** What the source needs to be told; checked before any network call. Secret fields hold references (`env:NAME`, `file:/path`). */
  readonly settings: ZodType<Settings>;
  /** The names of the settings that hold secret references; `SourceIo.secret` resolves them. */
  readonly secrets: readonly string[];
  /** Proves address, credentials and rights within seconds and never reads data; throws a HubError naming what is wrong. */
  check(settings: Settings, io: SourceIo): Promise<void>;
  /**
   * Yields what is there now inside the overlap window, oldest first, the same every time it is asked. A file still being
   * written (temp name, done-file missing, size still moving) is not yielded, or is yielded with `ready: false`.
   */
  list(settings: Settings, io: SourceIo): AsyncIterable<Observed>;
  /** Streams the bytes. A cut, a size that differs from the listing, or a change meanwhile throws `transient` before the end. */
  fetch(observed: Observed, settings: Settings, io: SourceIo): AsyncIterable<Uint8Array>;
  /** Moves, deletes or flags at the source; called only after the delivery is committed, and may be called again. */
  ack?(observed: Observed, settings: Settings, io: SourceIo): Promise<void>;
  /** Releases connections that `list`/`fetch` keep open for one source. Called once at the end of a collection, also after a fault. */
  close?(settings: Settings, io: SourceIo): Promise<void>;
  /** Keeps a login alive that only a person can renew; called now and then while nothing is collected. Does nothing when none is due. */
  keepAlive?(settings: Settings, io: SourceIo): Promise<void>;
}

/** One object at the source. `locator` names it there, for ever; identity of the content is its hash, known only after fetching. */
export interface Observed {
  readonly locator: string;
  /** What the sender called the file; shown to people and matched by layouts, never used as a path. */
  readonly name: string;
  readonly byteCount: number | null;
  /** When the sender wrote or sent it, as far as the protocol tells. */
  readonly sentAt: Date | null;
  /** False: not to be fetched now. `why` then tells a person the reason. */
  readonly ready: boolean;
  readonly why?: Message;
  /** Still open to change: finished once its fingerprint has stood still for so many seconds. 0 or absent: finished as it is seen. */
  readonly stableSeconds?: number;
  /** The protocol promises that the bytes under this locator never change (a mail's UID), so they are fetched only once. */
  readonly frozen?: boolean;
  /** Changes when the object changes, as far as the protocol tells (size, time, etag, uid). Only ever used to save a download. */
  readonly fingerprint: string;
  /** What else is known of it: subject, from, folder. Stored with the delivery. */
  readonly about: Readonly<Record<string, string>>;
}

/** What a connector may touch besides its own source; handed in so that a test can stand in for it. */
export interface SourceIo {
  /** What people call this source; opens every message about it. */
  readonly source: string;
  /** Resolves a secret reference. The value never leaves the connector: not into errors, logs or observations. */
  secret(reference: string): Promise<string>;
  readonly now: () => Date;
  readonly signal: AbortSignal;
  /** Scratch space shared by list/fetch/close of one collection (an open client); starts empty. */
  readonly session: Map<string, unknown>;
  /** What connectors that log in like a person remember from one collection to the next; without it nothing is. */
  readonly memory?: SourceMemory;
  /** A person who answers at once; without one a question is kept and the source waits. */
  readonly askNow?: AskNow;
  /** Is told every step; for trying out. */
  readonly watch?: (step: WatchedStep) => void;
  /** What was sent to us for this source, for a connector that waits to be called instead of calling. */
  readonly inbox?: AgentInbox;
  /** Where this source was left off; without it every collection begins at the beginning. */
  readonly bookmark?: Bookmark;
}
