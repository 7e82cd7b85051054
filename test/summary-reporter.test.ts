import { expect, test } from 'vitest';
import { countTests } from './summary-reporter.js';

type Module = Parameters<typeof countTests>[0][number];
const module = (states: readonly string[], errors: readonly unknown[] = []): Module =>
  ({ children: { allTests: () => states.map((state) => ({ result: () => ({ state }) })) }, errors: () => errors }) as unknown as Module;

test('passed and failed tests are counted, skipped ones are neither', () => {
  expect(countTests([module(['passed', 'failed', 'skipped']), module(['passed'])], [])).toEqual({ passed: 2, failed: 1 });
});

test('a file that cannot be loaded and an error outside of any test count as failed', () => {
  expect(countTests([module([], [new Error('no such module')]), module(['passed'])], [new Error('late')])).toEqual({
    passed: 1,
    failed: 2,
  });
});
