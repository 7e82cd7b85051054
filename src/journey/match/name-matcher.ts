import { setImmediate as breathe } from 'node:timers/promises';
import type { AliasScope } from './decide/people.js';
import type { WhyNot } from './decide/why-not.js';
import { type BatchOptions, createMatcher, type MatcherOptions } from './matcher.js';
import type { MatchAnswer, RawName, Terminal, Versions } from './terminal.js';

/** Something a matcher learns after its index was built. */
export type MatcherChange =
  | { readonly kind: 'put'; readonly terminals: readonly Terminal[] }
  | { readonly kind: 'remove'; readonly ids: readonly string[] }
  | { readonly kind: 'cannot-link' | 'unlink'; readonly name: string; readonly terminalId: string; readonly scope?: AliasScope };

/** The matcher as the hub uses it: the same questions, answered without keeping the event loop busy. */
export interface NameMatcher {
  readonly versions: Versions;
  matchBatch(names: readonly RawName[], options?: BatchOptions): Promise<MatchAnswer[]>;
  whyNot(raw: RawName, terminalId: string): Promise<WhyNot>;
  apply(...changes: readonly MatcherChange[]): Promise<void>;
  close(): Promise<void>;
}

const chunk = 200;

/** A matcher in this thread that lets others have a turn every few names: for small masters and tests. */
export function matchHere(terminals: Iterable<Terminal>, options: MatcherOptions = {}): NameMatcher {
  const matcher = createMatcher(terminals, options);
  return {
    get versions() {
      return matcher.versions;
    },
    async matchBatch(names, asked = {}) {
      const answers: MatchAnswer[] = [];
      for (let at = 0; at < names.length; at += chunk) {
        answers.push(...matcher.matchBatch(names.slice(at, at + chunk), asked));
        await breathe();
      }
      return answers;
    },
    whyNot: (raw, terminalId) => Promise.resolve(matcher.whyNot(raw, terminalId)),
    apply(...changes) {
      for (const change of changes) {
        if (change.kind === 'put') matcher.putTerminals(change.terminals);
        else if (change.kind === 'remove') for (const id of change.ids) matcher.removeTerminal(id);
        else if (change.kind === 'cannot-link') matcher.cannotLink(change.name, change.terminalId, change.scope);
        else matcher.unlink(change.name, change.terminalId, change.scope);
      }
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  };
}
