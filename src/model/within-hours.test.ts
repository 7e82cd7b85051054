import { expect, test } from 'vitest';
import { isWithinHours } from './within-hours.js';

test.each([
  [{ from: '08:00', to: '18:00' }, '2026-03-21T00:00:00Z', true],
  [{ from: '08:00', to: '18:00' }, '2026-03-21T10:00:00Z', false],
  [{ from: '22:00', to: '06:00' }, '2026-03-21T21:59:00Z', true],
  [{ from: '22:00', to: '06:00' }, '2026-03-21T22:00:00Z', false],
  [{ from: '00:00', to: '00:00' }, '2026-12-31T16:00:00Z', true],
  [{ from: '08:00', to: '08:00' }, '2026-12-31T15:59:59Z', true],
])('%j at %s: %s', (span, at, expected) => {
  expect(isWithinHours(span, new Date(at))).toBe(expected);
});
