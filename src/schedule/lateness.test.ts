import { expect, test } from 'vitest';
import { latenessOf } from './lateness.js';

const at = (time: string) => new Date(`2026-11-22T${time}:00+08:00`);

test('sources that came late and sources still awaited past their deadline are told apart', () => {
  const lines = [
    { state: 'arrived', dueAt: at('07:30'), firstSeenAt: at('07:00') },
    { state: 'late', dueAt: at('07:30'), firstSeenAt: at('07:40') },
    { state: 'late', dueAt: at('06:00'), firstSeenAt: at('07:00') },
    { state: 'missing', dueAt: at('08:00'), firstSeenAt: null },
    { state: 'awaited', dueAt: at('12:00'), firstSeenAt: null },
    { state: 'excused', dueAt: at('01:00'), firstSeenAt: null },
  ] as const;
  expect(latenessOf(lines, at('08:05'))).toEqual({
    counts: { arrived: 1, late: 2, missing: 1, awaited: 1, excused: 1 },
    arrivedSeconds: 3600,
    waitingSeconds: 300,
  });
});
