import { expected } from '../../expected.js';
import { parseDay } from '../../parse-day.js';

/** A day, or `always`. */
export function parseSince(given: string): string {
  if (given === 'always') return given;
  try {
    return parseDay(given);
  } catch {
    throw expected('expected.day-or-always');
  }
}
