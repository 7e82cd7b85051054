import { InvalidArgumentError } from 'commander';
import type { TextKey } from './text.js';

/**
 * Thrown by a parser of an option or argument: what was expected there, with an example, as a text. Parsers run before a language is
 * known to them and commander passes on nothing but a message, so the text travels as its key; `tellUsage` says it.
 */
export function expected(key: TextKey, values: Readonly<Record<string, string | number>> = {}): InvalidArgumentError {
  return new InvalidArgumentError(JSON.stringify({ key, values }));
}
