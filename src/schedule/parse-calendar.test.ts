import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { addDays } from '../model/add-days.js';
import { parseCalendar } from './parse-calendar.js';
import { createWorkCalendar, daysLeft } from './work-calendar.js';

const shipped = parseCalendar(readFileSync('mappings/calendar/cn.yaml', 'utf8'), 'cn.yaml');
const calendar = createWorkCalendar(shipped);

test('the calendar that ships knows 2025 and 2026, holidays and the weekends worked in exchange', () => {
  expect(calendar.validUntil).toBe('2026-12-31');
  for (const day of ['2026-02-14', '2026-10-10', '2025-01-26', '2026-11-20']) expect([day, calendar.isWorkday(day)]).toEqual([day, true]);
  for (const day of ['2026-02-23', '2026-10-01', '2025-10-08', '2026-11-22']) expect([day, calendar.isWorkday(day)]).toEqual([day, false]);
});

test.each([
  [2025, 248],
  [2026, 248],
])('%i has %i workdays, as the notices leave it', (year, count) => {
  let workdays = 0;
  for (let day = `${year}-01-01`; day.startsWith(`${year}`); day = addDays(day, 1)) if (calendar.isWorkday(day)) workdays += 1;
  expect(workdays).toBe(count);
});

test('days that nobody has told are workdays from Monday to Friday, and the end is known', () => {
  expect([calendar.isWorkday('2027-01-04'), calendar.isWorkday('2027-01-03')]).toEqual([true, false]);
  expect([daysLeft(calendar, '2026-12-01'), daysLeft(calendar, '2027-01-01'), daysLeft({ validUntil: null }, '2026-12-01')]).toEqual([
    30, -1, -1,
  ]);
});

test('all mistakes of a calendar are told together', () => {
  const wrong = `years:\n  - { year: 2027, origin: x, rest: [{ from: 2027-01-01 }, { from: 2027-01-01 }, { from: 2026-12-31 }, { from: 2027-05-05, to: 2027-05-01 }], work: [2027-01-04] }\n`;
  try {
    parseCalendar(wrong, 'wrong.yaml');
    expect.unreachable();
  } catch (error) {
    for (const told of [
      '"2027-01-01" is there twice',
      '2026-12-31 is not of that year',
      '2027-05-05 to 2027-05-01',
      '2027-01-04 is a workday',
    ])
      expect((error as Error).message).toContain(told);
  }
});

test('a calendar that is no YAML, or has something else in it, is told with its lines', () => {
  expect(() => parseCalendar('years:\n  - year: 2027\n   origin: x\n', 'wrong.yaml')).toThrow(
    /line 3, column \d: the indentation is wrong/u,
  );
  expect(() => parseCalendar('years:\n  - year: 27\n    origin: x\n', 'wrong.yaml')).toThrow(/line 2, years\[0\]\.year/u);
});
