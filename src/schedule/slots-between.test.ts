import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planSlots } from './plan-slots.js';
import { type ScheduleRule, scheduleSchema } from './schedule-rule.js';
import { nextSlot, slotsBetween } from './slots-between.js';
import { createWorkCalendar } from './work-calendar.js';

const noCalendar = createWorkCalendar([]);
const rule = (given: object): ScheduleRule => scheduleSchema.parse(given) as ScheduleRule;
const times = (given: object, from: string, to: string, calendar = noCalendar) =>
  slotsBetween(rule(given), new Date(from), new Date(to), calendar).map(({ at, businessDate }) => [at.toISOString(), businessDate]);

test('02:00 in Shanghai is 18:00 UTC of the day before and brings the figures of that day', () => {
  expect(times({ cron: '0 2 * * *' }, '2026-11-20T18:00:00Z', '2026-11-22T18:00:00Z')).toEqual([
    ['2026-11-21T18:00:00.000Z', '2026-11-21'],
    ['2026-11-22T18:00:00.000Z', '2026-11-22'],
  ]);
  expect(times({ cron: '0 22 * * *', figures_of: 'same-day' }, '2026-11-21T00:00:00Z', '2026-11-21T23:00:00Z')).toEqual([
    ['2026-11-21T14:00:00.000Z', '2026-11-21'],
  ]);
});

test('several crons are one schedule; the same moment is one slot', () => {
  const given = { cron: ['0 2 * * *', '30 7 * * *', '0 2 1 * *'], zone: 'UTC' };
  expect(times(given, '2026-11-01T00:00:00Z', '2026-11-02T00:00:00Z').map(([at]) => at!.slice(11, 16))).toEqual(['02:00', '07:30']);
});

describe('summer time', () => {
  const newYork = (cron: string | string[], from: string, to: string) =>
    times({ cron, zone: 'America/New_York' }, from, to).map(([at]) => at);

  test('a time that is skipped fires once, as far behind the gap as it lies in it', () => {
    expect(newYork('30 2 * * *', '2026-03-07T12:00:00Z', '2026-03-09T12:00:00Z')).toEqual([
      '2026-03-08T07:30:00.000Z',
      '2026-03-09T06:30:00.000Z',
    ]);
    expect(newYork(['30 2 * * *', '30 3 * * *'], '2026-03-08T00:00:00Z', '2026-03-09T00:00:00Z')).toEqual(['2026-03-08T07:30:00.000Z']);
  });

  test('an hour that comes twice fires its first time only', () => {
    expect(newYork('*/30 1 * * *', '2026-10-31T12:00:00Z', '2026-11-01T12:00:00Z')).toEqual([
      '2026-11-01T05:00:00.000Z',
      '2026-11-01T05:30:00.000Z',
    ]);
    expect(newYork('0 * * * *', '2026-11-01T03:59:00Z', '2026-11-01T08:00:00Z')).toEqual([
      ...['2026-11-01T04:00:00.000Z', '2026-11-01T05:00:00.000Z', '2026-11-01T07:00:00.000Z', '2026-11-01T08:00:00.000Z'],
    ]);
  });

  test('whatever the zone and year, a daily time fires once per local day', () => {
    const zones = [
      'America/New_York',
      'Europe/Berlin',
      'Australia/Lord_Howe',
      'America/Santiago',
      'Africa/Casablanca',
      'Asia/Shanghai',
      'Asia/Tehran',
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.integer({ min: 2024, max: 2035 }),
        fc.integer({ min: 0, max: 1439 }),
        (zone, year, minute) => {
          const cron = `${minute % 60} ${Math.floor(minute / 60)} * * *`;
          const days = times({ cron, zone, figures_of: 'same-day' }, `${year}-01-15T12:00:00Z`, `${year}-12-15T12:00:00Z`).map(
            ([, day]) => day!,
          );
          expect(new Set(days).size).toBe(days.length);
          const span = (Date.parse(days.at(-1)!) - Date.parse(days[0]!)) / 86_400_000;
          expect(days.length).toBe(span + 1);
        },
      ),
      { numRuns: 40 },
    );
  });
});

test('workdays are those of the calendar: of the start, or of the day before it', () => {
  const calendar = createWorkCalendar([
    {
      year: 2026,
      days: [
        ...['2026-10-01', '2026-10-02'].map((day) => ({ day, isWorkday: false, name: '国庆节' })),
        { day: '2026-10-10', isWorkday: true, name: '' },
      ],
    },
  ]);
  const starts = (days: string) =>
    times({ cron: '0 2 * * *', days }, '2026-09-29T20:00:00Z', '2026-10-11T20:00:00Z', calendar).map(([, day]) => day!.slice(5));
  expect(starts('after-workday')).toEqual(['09-30', '10-05', '10-06', '10-07', '10-08', '10-09', '10-10']);
  expect(starts('workday')).toEqual(['10-04', '10-05', '10-06', '10-07', '10-08', '10-09', '10-11']);
});

test('leap days and ends of months are found a year ahead', () => {
  expect(nextSlot(rule({ cron: '0 2 29 2 *', zone: 'UTC' }), new Date('2027-12-01T00:00:00Z'), noCalendar)?.at.toISOString()).toBe(
    '2028-02-29T02:00:00.000Z',
  );
  expect(nextSlot(rule({ cron: '0 2 L * *', zone: 'UTC' }), new Date('2026-02-01T00:00:00Z'), noCalendar)?.at.toISOString()).toBe(
    '2026-02-28T02:00:00.000Z',
  );
});

describe('any sequence of looks', () => {
  const start = Date.parse('2026-03-07T00:00:00Z');
  const minuteMs = 60_000;
  // Each look reads the mark, perhaps before others have moved it, and writes after them: `stale` looks back so many looks.
  const looks = fc.array(fc.record({ minutes: fc.integer({ min: -3000, max: 3000 }), stale: fc.nat({ max: 3 }) }), {
    minLength: 1,
    maxLength: 40,
  });
  const crons = fc.constantFrom('0 2 * * *', '30 2 * * *', '*/45 1-3 * * *', '0 */6 * * *', '15 2,14 * * 1-5');
  const zones = fc.constantFrom('America/New_York', 'Asia/Shanghai', 'Europe/Berlin');

  test('clock back, clock forward, many instances: the same slots, each once', () => {
    fc.assert(
      fc.property(looks, crons, zones, (sequence, cron, zone) => {
        const given = rule({ cron, zone, catch_up: 'all' });
        const fired: string[] = [];
        const known = new Set<string>();
        const marks = [start];
        let clock = start;
        for (const { minutes, stale } of sequence) {
          clock += minutes * minuteMs;
          const mark = marks[Math.max(0, marks.length - 1 - stale)]!;
          for (const { at, skipped } of planSlots(given, new Date(mark), new Date(clock), noCalendar)) {
            if (known.has(at.toISOString())) continue;
            known.add(at.toISOString());
            if (!skipped) fired.push(at.toISOString());
          }
          marks.push(Math.max(clock, marks.at(-1)!));
        }
        const expected = slotsBetween(given, new Date(start), new Date(marks.at(-1)!), noCalendar).map(({ at }) => at.toISOString());
        expect(fired.toSorted()).toEqual(expected);
      }),
      { numRuns: 150 },
    );
  });

  test('missed starts follow the policy: none, the latest, all; what is on time always fires', () => {
    const plan = (catch_up: string, until: string) =>
      planSlots(rule({ cron: '0 2 * * *', catch_up }), new Date('2026-11-18T00:00:00Z'), new Date(until), noCalendar).map(
        ({ businessDate, kind, skipped }) => `${businessDate.slice(8)} ${kind}${skipped ? ' -' : ''}`,
      );
    const morning = '2026-11-21T01:00:00Z';
    expect(plan('none', morning)).toEqual(['18 catchup -', '19 catchup -', '20 catchup -']);
    expect(plan('latest', morning)).toEqual(['18 catchup -', '19 catchup -', '20 catchup']);
    expect(plan('all', morning)).toEqual(['18 catchup', '19 catchup', '20 catchup']);
    expect(plan('latest', '2026-11-20T18:00:20Z')).toEqual(['18 catchup -', '19 catchup -', '20 cron']);
  });

  test('after a year of silence the last month is looked at, no more', () => {
    expect(
      planSlots(
        rule({ cron: '0 2 * * *', catch_up: 'all' }),
        new Date('2025-11-20T00:00:00Z'),
        new Date('2026-11-20T00:00:00Z'),
        noCalendar,
      ),
    ).toHaveLength(31);
  });
});
