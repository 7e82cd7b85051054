import { hashText } from '../retrieve/hash-text.js';
import type { Terminal } from '../terminal.js';
import { findRewrites, type Rewrite } from './find-rewrites.js';
import { findSpellings, type Spelling } from './find-spellings.js';
import type { TaughtLink } from './taught-link.js';

/**
 * What the links of people teach beyond themselves. Plain data: it may be stored, compared and sent to a thread. It is a
 * function of the set of links in force and of nothing else, so taking a link back gives exactly what was known before it.
 */
export interface Learned {
  /** Equal for equal content. */
  readonly version: string;
  readonly spellings: readonly Spelling[];
  readonly rewrites: readonly Rewrite[];
  /** Kinds of link whose audit failed: they are suggested, not made. */
  readonly demoted: readonly string[];
}

export const nothingLearned: Learned = describe([], [], []);

export function learnFrom(links: readonly TaughtLink[], demoted: readonly string[] = []): Learned {
  return describe(findSpellings(links), findRewrites(links), [...new Set(demoted)].toSorted());
}

/** Adds to a terminal the spellings people taught, among its former names, where search and comparison find them. */
export function spellingsIn({ spellings }: Learned): (terminal: Terminal) => Terminal {
  const taught = new Map<string, string[]>();
  for (const { terminalId, name } of spellings) taught.set(terminalId, [...(taught.get(terminalId) ?? []), name]);
  return (terminal) => {
    const more = taught.get(terminal.id);
    return more ? { ...terminal, formerNames: [...(terminal.formerNames ?? []), ...more] } : terminal;
  };
}

/** The terminals whose spellings differ between the two. */
export function spelledAnew(before: Learned, after: Learned): string[] {
  const keys = ({ spellings }: Learned) => new Set(spellings.map(({ terminalId, name }) => `${terminalId}\u0000${name}`));
  const [old, now] = [keys(before), keys(after)];
  const changed = [...old].filter((key) => !now.has(key)).concat([...now].filter((key) => !old.has(key)));
  return [...new Set(changed.map((key) => key.split('\u0000')[0]!))].toSorted();
}

function describe(spellings: Spelling[], rewrites: Rewrite[], demoted: string[]): Learned {
  const text = JSON.stringify([spellings, rewrites, demoted]);
  const version = text === '[[],[],[]]' ? '0' : `${hashText(text).toString(16)}-${spellings.length}-${rewrites.length}-${demoted.length}`;
  return { version, spellings, rewrites, demoted };
}
