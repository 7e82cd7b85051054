import { isDeepStrictEqual } from 'node:util';
import type { Program } from '../../../src/app/drill/open-plant.js';
import { openClockPlant } from '../clock-plant.js';
import type { FaultCase } from '../fault-case.js';
import { until } from '../until.js';

/**
 * Clocks that jump and schedulers that die. The database's clock (libfaketime under PostgreSQL) decides; those of the schedulers are wrong
 * by a day or an hour, and must not matter. A scheduler knows no driver: it opens runs in the ledger, whoever works on them.
 */
export const schedules: readonly FaultCase[] = [
  {
    id: 'F38',
    injects:
      'the clock runs ahead a day, falls back an hour and a day, crosses both ends of summer time, a leap day and the ends of months; the schedulers believe in other times',
    proves: ['I2', 'I4'],
    drivers: ['embedded'],
    async run(lab) {
      const clock = await openClockPlant(lab, '2026-03-08T06:00:00Z');
      const newYork = { zone: 'America/New_York', catch_up: 'latest' };
      await clock.schedule({
        d1: { ...newYork, cron: ['30 1 * * *'] },
        d2: { ...newYork, cron: ['30 2 * * *'] },
        d3: { cron: ['0 2 29 2 *'], catch_up: 'none' },
        d4: { cron: ['0 12 31 * *'], catch_up: 'none' },
      });
      clock.startScheduler('+1d');
      clock.startScheduler('-3600');
      const moments = [
        // The spring night has no 02:30 in New York: it starts at 03:30. Then back by an hour, and by a day after a day ahead.
        ...['2026-03-08T06:01:00Z', '2026-03-08T06:30:05Z', '2026-03-08T07:30:05Z', '2026-03-08T06:29:00Z', '2026-03-08T07:31:00Z'],
        ...['2026-03-09T07:31:00Z', '2026-03-08T07:32:00Z', '2026-03-09T06:31:00Z', '2026-03-10T05:30:05Z', '2026-03-10T06:30:05Z'],
        // The autumn night has 01:30 twice: it starts once.
        ...['2026-11-01T05:00:00Z', '2026-11-01T05:30:05Z', '2026-11-01T06:30:05Z', '2026-11-01T07:30:05Z'],
        ...[
          '2028-02-28T23:59:59Z',
          '2028-02-29T02:00:05Z',
          '2028-02-29T23:59:59Z',
          '2028-03-31T12:00:05Z',
          '2028-03-31T11:00:00Z',
          '2028-03-31T12:01:00Z',
        ],
      ];
      for (const moment of moments) {
        await clock.goTo(moment);
        await clock.endRuns();
      }
      const started = async (source: string, month: string) =>
        (await clock.slots(source)).filter(({ at, state }) => state === 'started' && at.startsWith(month)).map(({ at }) => at.slice(8));
      expectEqual('01:30 in March', await started('d1', '2026-03'), ['08T06:30', '09T05:30', '10T05:30']);
      expectEqual('02:30 in March', await started('d2', '2026-03'), ['08T07:30', '09T06:30', '10T06:30']);
      expectEqual(
        '01:30 on 1 November',
        (await started('d1', '2026-11')).filter((at) => at.startsWith('01')),
        ['01T05:30'],
      );
      expectEqual('the leap day', await started('d3', '2028'), ['29T02:00']);
      expectEqual('the 31st of March', await started('d4', '2028-03'), ['31T12:00']);
      return `${await clock.expectOnce()} starts after ${moments.length} jumps`;
    },
  },
  {
    id: 'F39',
    injects:
      '10 schedulers started together, a third of them with wrong clocks; each is killed or stopped and started again while 100 slots pass',
    proves: ['I2', 'I4'],
    drivers: ['embedded'],
    limitSeconds: 1_800,
    async run(lab) {
      const clock = await openClockPlant(lab, '2026-03-20T00:01:00Z');
      await clock.schedule({ d1: { cron: ['*/5 * * * *'], catch_up: 'all' } });
      const clocks = ['', '+1d', '-3600'];
      const start = (at: number) => clock.startScheduler(clocks[at % clocks.length] || undefined);
      const schedulers: Program[] = Array.from({ length: 10 }, (_, at) => start(at));
      await clock.goTo('2026-03-20T00:02:00Z');
      const first = Date.parse('2026-03-20T00:05:00Z');
      for (let slot = 0; slot < 100; slot++) {
        const at = slot % 10;
        if (slot % 5 === 2) {
          schedulers[at]!.child.kill(slot % 2 === 0 ? 'SIGKILL' : 'SIGTERM');
          schedulers[at] = start(at);
        }
        await clock.goTo(new Date(first + slot * 300_000 + 100).toISOString());
        await until('the slot has started', async () => (await clock.slots('d1')).length > slot);
        await clock.endRuns();
      }
      const slots = await clock.slots('d1');
      const once = await clock.expectOnce();
      if (slots.length !== 100 || once !== 100) throw new Error(`${slots.length} slots, ${once} starts`);
      return `${once} of 100 slots exactly once, 20 restarts`;
    },
  },
  {
    id: 'F40',
    injects: 'the scheduler that looked last dies before the next slot',
    proves: ['I4'],
    drivers: ['embedded'],
    async run(lab) {
      const clock = await openClockPlant(lab, '2026-03-20T00:01:00Z');
      await clock.schedule({ d1: { cron: ['0 * * * *'], catch_up: 'none' } });
      const living = [clock.startScheduler(), clock.startScheduler()];
      await clock.goTo('2026-03-20T00:02:00Z');
      for (let hour = 1; hour <= 4; hour++) {
        const { looked_by: by } = await clock.plant.database('ledger.schedule_mark').first('looked_by');
        const last = living.findIndex(({ pid }) => String(by).includes(`:${pid}:`));
        if (last < 0) throw new Error(`${by} is none of ${living.map(({ pid }) => pid).join(', ')}`);
        living[last]!.child.kill('SIGKILL');
        living.splice(last, 1, clock.startScheduler());
        await clock.goTo(`2026-03-20T0${hour}:00:01Z`);
        await clock.endRuns();
      }
      expectEqual(
        'slots',
        (await clock.slots('d1')).map(({ at, state }) => `${at.slice(11)} ${state}`),
        [1, 2, 3, 4].map((hour) => `0${hour}:00 started`),
      );
      return `${await clock.expectOnce()} of 4 slots after as many deaths`;
    },
  },
  {
    id: 'F41',
    injects: 'the whole hub is down for three nights; the policy of each source decides, and every night is on record',
    proves: ['I4', 'I6'],
    drivers: ['embedded'],
    async run(lab) {
      const clock = await openClockPlant(lab, '2026-03-20T01:00:00Z');
      const nightly = (policy: string) => ({ cron: ['0 2 * * *'], catch_up: policy });
      await clock.schedule({ d1: nightly('none'), d2: nightly('latest'), d3: nightly('all') });
      const before = clock.startScheduler();
      await clock.goTo('2026-03-20T01:00:30Z');
      before.child.kill('SIGKILL');
      await before.ended;
      clock.setClock('2026-03-22T09:00:00Z');
      clock.startScheduler();
      for (let night = 0; night < 3; night++) {
        await clock.goTo(`2026-03-22T09:0${night}:10Z`);
        await clock.endRuns();
      }
      await clock.goTo('2026-03-22T09:04:00Z');
      const states = async (source: string) => (await clock.slots(source)).map(({ at, state }) => `${at.slice(8, 10)} ${state}`);
      expectEqual('none', await states('d1'), ['20 catch-up', '21 catch-up', '22 catch-up']);
      expectEqual('latest', await states('d2'), ['20 catch-up', '21 catch-up', '22 started']);
      expectEqual('all', await states('d3'), ['20 started', '21 started', '22 started']);
      const gaps = await clock.plant.database('ledger.event').where({ verb: 'scheduler-gap' });
      if (gaps.length === 0) throw new Error('the outage is not on record');
      await clock.expectOnce();
      return 'none: 0 of 3 started, latest: 1, all: 3, one after the other; the outage is an event';
    },
  },
];

function expectEqual(what: string, found: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(found, expected)) throw new Error(`${what}: ${JSON.stringify(found)}, expected ${JSON.stringify(expected)}`);
}
