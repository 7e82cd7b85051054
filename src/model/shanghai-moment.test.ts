import { expect, test } from 'vitest';
import { shanghaiMoment, shanghaiTime } from './shanghai-moment.js';

test('a moment is told in the time of China, midnight as 00:00', () => {
  expect(shanghaiMoment(new Date('2026-11-21T15:59:59.999Z'))).toBe('2026-11-21 23:59');
  expect(shanghaiMoment(new Date('2026-11-21T16:00:00Z'))).toBe('2026-11-22 00:00');
  expect(shanghaiTime(new Date('2026-11-21T17:07:00Z'))).toBe('01:07');
});
