import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { steps } from './steps.js';

test('every folder of the journey is a step and every step a folder', () => {
  const folders = readdirSync(import.meta.dirname, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
  expect(folders.toSorted()).toEqual([...steps].toSorted());
});
