import { expect, test } from 'vitest';
import { isAway } from './is-away.js';

test.each([
  new Error('Connection terminated unexpectedly'),
  new Error('select 1\n from ledger.run - Connection terminated unexpectedly'),
  Object.assign(new Error('the database system is starting up'), { code: '57P03' }),
  Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED' }),
  Object.assign(new Error('could not extend file: No space left on device'), { code: '53100' }),
  new Error('it failed', { cause: Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }) }),
])('%s means that the database is away', (error) => {
  expect(isAway(error)).toBe(true);
});

test.each([
  Object.assign(new Error('deadlock detected'), { code: '40P01' }),
  Object.assign(new Error('duplicate key'), { code: '23505' }),
  new Error('cannot read properties of undefined'),
  'Connection terminated',
])('%s does not', (error) => {
  expect(isAway(error)).toBe(false);
});
