import type { TerminalCard } from '../../db/terminal-lookup.js';
import type { MatchAnswer, RawName } from '../../journey/match/terminal.js';

/** The master, as far as the service reads it. */
interface TerminalLookup {
  /** Those that exist, in no order. An id that was merged away answers with the card of its successor under the asked id. */
  byIds(ids: readonly string[]): Promise<ReadonlyMap<string, TerminalCard>>;
  /** Whose id, name or former name begins with the text, then whose name contains it; always in the same order. */
  startingWith(text: string, skip: number, limit: number): Promise<readonly TerminalCard[]>;
  /** All types of the master, in order. */
  kinds(): Promise<readonly string[]>;
}

/** The matcher, off the event loop. Answers in the order asked, evidence included; terminal ids are those of the lookup. */
export type AskMatcher = (names: readonly RawName[], options: { readonly candidates: number }) => Promise<readonly MatchAnswer[]>;

export interface ReconciliationPorts {
  readonly terminals: TerminalLookup;
  readonly ask: AskMatcher;
}

/** One HTTP request, taken apart. `path` is relative to the endpoint, without a leading slash. */
export interface ReconciliationRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string | undefined>>;
  /** Fields of a form body; null when there was none. */
  readonly form: Readonly<Record<string, string | undefined>> | null;
  /** Parsed JSON body; undefined when there was none. */
  readonly json: unknown;
  /** Address of the endpoint as the client reached it, without a trailing slash; what the manifest's addresses begin with. */
  readonly endpoint: string;
  readonly language: 'zh' | 'en';
}

export interface ReconciliationReply {
  readonly status: number;
  readonly type: 'json' | 'html';
  readonly body: unknown;
}
