import { expected } from './expected.js';

/** The value of an option that is the number of a change: 0 stands before the first one. */
export function parseChangeNumber(given: string): number {
  if (!/^\d{1,15}$/u.test(given)) throw expected('expected.number', { least: 0, most: '999999999999999', example: 1200 });
  return Number(given);
}
