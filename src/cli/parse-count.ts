import { InvalidArgumentError } from 'commander';

/** The value of an option that counts something. */
export function parseCount(given: string): number {
  if (!/^[1-9]\d{0,5}$/u.test(given)) throw new InvalidArgumentError('1-999999');
  return Number(given);
}
