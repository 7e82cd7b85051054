import type { AliasScope } from '../decide/people.js';
import type { Learned } from '../learn/learned.js';
import type { Matcher } from '../matcher.js';
import type { Terminal } from '../terminal.js';

/** Something a matcher learns after its index was built: changed terminals, the word of a person, or what people's words teach. */
export type MatchChange =
  | { readonly kind: 'put'; readonly terminals: readonly Terminal[] }
  | { readonly kind: 'remove'; readonly ids: readonly string[] }
  | { readonly kind: 'learn'; readonly learned: Learned }
  | {
      readonly kind: 'must-link' | 'cannot-link' | 'unlink';
      readonly name: string;
      readonly terminalId: string;
      readonly scope?: AliasScope;
    };

export function applyChanges(matcher: Matcher, changes: readonly MatchChange[]): void {
  for (const change of changes) {
    if (change.kind === 'put') matcher.putTerminals(change.terminals);
    else if (change.kind === 'remove') for (const id of change.ids) matcher.removeTerminal(id);
    else if (change.kind === 'learn') matcher.learn(change.learned);
    else if (change.kind === 'must-link') matcher.mustLink(change.name, change.terminalId, change.scope);
    else if (change.kind === 'cannot-link') matcher.cannotLink(change.name, change.terminalId, change.scope);
    else matcher.unlink(change.name, change.terminalId, change.scope);
  }
}
