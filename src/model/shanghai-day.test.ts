import { expect, test } from 'vitest';
import { shanghaiDay } from './shanghai-day.js';

test('the day changes at midnight in Shanghai, eight hours before UTC', () => {
  expect(shanghaiDay(new Date('2026-11-21T15:59:59.999Z'))).toBe('2026-11-21');
  expect(shanghaiDay(new Date('2026-11-21T16:00:00Z'))).toBe('2026-11-22');
});
