import { describe, expect, test } from 'vitest';
import { checkValue } from '../model/check-value.js';
import { jitterOf } from './jitter-of.js';
import { builtInRule, ruleOf, scheduleSchema } from './schedule-rule.js';
import { mayStartAt } from './start-window.js';

test('a schedule is a cron, a rule, off, or nothing; what it was stored as reads back the same', () => {
  for (const given of ['0 2 * * *', { cron: ['0 2 * * *', '0 8 * * *'], window: { from: '22:00', to: '06:00' } }, 'off', undefined, {}]) {
    const stored = scheduleSchema.parse(given);
    expect(scheduleSchema.parse(JSON.parse(JSON.stringify(stored)))).toEqual(stored);
  }
  expect(scheduleSchema.parse('off')).toEqual({ off: true });
});

test.each([
  ['99 2 * * *', 'mistake.cron'],
  ['0 0 2 * * *', 'mistake.cron'],
  ['H 2 * * *', 'mistake.cron'],
  ['@daily', 'mistake.cron'],
  ['0 0 31 2 *', 'mistake.cron'],
  [{ cron: '0 2 * * *', zone: 'Asia/Peking' }, 'mistake.zone'],
  [{ cron: '0 2 * * *', window: { from: '25:00', to: '06:00' } }, 'mistake.time'],
])('%j is refused', (given, told) => {
  expect(JSON.stringify(checkValue(scheduleSchema, given).problems)).toContain(told);
});

test('a source goes before the hub, and off means off', () => {
  const own = scheduleSchema.parse('0 5 * * *');
  expect(ruleOf(own, builtInRule)?.cron).toEqual(['0 5 * * *']);
  expect(ruleOf({}, builtInRule)).toBe(builtInRule);
  expect(ruleOf({ off: true }, builtInRule)).toBeNull();
  expect(ruleOf({}, { off: true })).toBeNull();
});

test('jitter is the same for a source every night, and spread over many', () => {
  expect(jitterOf('d01-ftp', 600)).toBe(jitterOf('d01-ftp', 600));
  const seconds = Array.from({ length: 1000 }, (_, at) => jitterOf(`d${at}`, 599));
  const perMinute = Array.from({ length: 10 }, (_, minute) => seconds.filter((one) => Math.floor(one / 60) === minute).length);
  expect(Math.min(...perMinute)).toBeGreaterThan(60);
  expect(Math.max(...perMinute)).toBeLessThan(140);
});

describe('a window', () => {
  const at = (window: { from: string; to: string }, now: string, zone = 'Asia/Shanghai') =>
    mayStartAt({ window, zone }, new Date(now)).toISOString();

  test('lets a start pass inside and moves it to the next opening outside, over midnight too', () => {
    expect(at({ from: '01:00', to: '06:00' }, '2026-11-20T18:00:00Z')).toBe('2026-11-20T18:00:00.000Z');
    expect(at({ from: '01:00', to: '06:00' }, '2026-11-20T22:00:00Z')).toBe('2026-11-21T17:00:00.000Z');
    expect(at({ from: '22:00', to: '05:00' }, '2026-11-20T16:30:00Z')).toBe('2026-11-20T16:30:00.000Z');
    expect(at({ from: '22:00', to: '05:00' }, '2026-11-20T23:00:00Z')).toBe('2026-11-21T14:00:00.000Z');
  });

  test('that ends when it begins is always open: it put every start off by a day, for ever', () => {
    for (const now of ['2026-12-31T15:59:00.000Z', '2026-12-31T16:00:00.000Z', '2026-12-31T16:01:00.000Z'])
      expect(at({ from: '00:00', to: '00:00' }, now)).toBe(now);
  });

  test('that opens in a skipped hour opens behind it', () => {
    expect(at({ from: '02:30', to: '05:00' }, '2026-03-08T06:00:00Z', 'America/New_York')).toBe('2026-03-08T07:30:00.000Z');
  });
});
