import { expected } from './expected.js';

/** The value of an option that counts something. */
export function parseCount(given: string): number {
  if (!/^[1-9]\d{0,5}$/u.test(given)) throw expected('expected.number', { least: 1, most: 999_999, example: 20 });
  return Number(given);
}
