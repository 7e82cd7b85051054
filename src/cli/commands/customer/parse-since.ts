import { InvalidArgumentError } from 'commander';
import { parseDay } from '../../parse-day.js';

/** A day, or `always`. */
export function parseSince(given: string): string {
  if (given === 'always') return given;
  try {
    return parseDay(given);
  } catch {
    throw new InvalidArgumentError('yyyy-MM-dd | always');
  }
}
