import { expect, test } from 'vitest';
import { nearestName } from './nearest-name.js';

test('a misspelt name leads to the one that is meant, a strange one to none', () => {
  const known = ['after', 'limit', 'entity', 'distributor'];
  expect(['limt', 'Limit', 'afetr', 'distributer', 'entities', 'xyz', ''].map((given) => nearestName(given, known))).toEqual([
    'limit',
    'limit',
    'after',
    'distributor',
    null,
    null,
    null,
  ]);
  expect(nearestName('x'.repeat(100_000), known)).toBeNull();
});
