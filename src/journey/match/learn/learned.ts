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

/** The master with the spellings people taught among the former names, where search and comparison find them. */
export function* withSpellings(terminals: Iterable<Terminal>, { spellings }: Learned): Iterable<Terminal> {
  const taught = new Map<string, string[]>();
  for (const { terminalId, name } of spellings) taught.set(terminalId, [...(taught.get(terminalId) ?? []), name]);
  for (const terminal of terminals) {
    const more = taught.get(terminal.id);
    yield more ? { ...terminal, formerNames: [...(terminal.formerNames ?? []), ...more] } : terminal;
  }
}

function describe(spellings: Spelling[], rewrites: Rewrite[], demoted: string[]): Learned {
  const text = JSON.stringify([spellings, rewrites, demoted]);
  const version = text === '[[],[],[]]' ? '0' : `${hashText(text).toString(16)}-${spellings.length}-${rewrites.length}-${demoted.length}`;
  return { version, spellings, rewrites, demoted };
}
