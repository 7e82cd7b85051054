import { expect, test } from 'vitest';
import { isAllowedHour } from './allowed-hours.js';

test.each([
  [[], '2026-03-21T04:00:00Z', true],
  [['20:00-07:00'], '2026-03-21T12:00:00Z', true],
  [['20:00-07:00'], '2026-03-21T22:59:00Z', true],
  [['20:00-07:00'], '2026-03-21T23:00:00Z', false],
  [['12:00-13:00', '20:00-21:00'], '2026-03-21T04:30:00Z', true],
  [['12:00-13:00'], '2026-03-21T05:00:00Z', false],
] as const)('spans %j allow %s: %s', (spans, at, expected) => {
  expect(isAllowedHour(spans, new Date(at))).toBe(expected);
});
