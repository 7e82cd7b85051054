import { expected } from './expected.js';

/** The value of an option that names a day, `yyyy-MM-dd`. */
export function parseDay(given: string): string {
  const moment = new Date(`${given}T00:00:00Z`);
  if (!/^\d{4}-\d{2}-\d{2}$/u.test(given) || Number.isNaN(moment.getTime()) || moment.toISOString().slice(0, 10) !== given)
    throw expected('expected.day');
  return given;
}
