import { join } from 'node:path';
import { openPlant, type Plant, type Program } from '../../src/app/drill/open-plant.js';
import { openScratchDatabases } from '../../src/app/drill/scratch-databases.js';
import { writeDrillNight } from '../../src/app/drill/write-drill-night.js';
import { startServerWithClock, withClockOff } from './faked-clock.js';
import type { Lab } from './lab.js';
import { until } from './until.js';

/** A plant whose database has a clock that the case puts where it likes. */
export interface ClockPlant {
  readonly plant: Plant;
  /** Gives these sources these schedules, from now on; all others are switched off. */
  schedule(rules: Readonly<Record<string, object>>): Promise<void>;
  /** Starts a scheduler that looks twice a second; `clockOff` is how wrong its own clock is, such as `+1d`. */
  startScheduler(clockOff?: string): Program;
  /** Puts the clock of the database there and waits until a scheduler has looked since. */
  goTo(moment: string): Promise<void>;
  setClock(moment: string): void;
  /** Ends all runs, as workers would. */
  endRuns(): Promise<void>;
  slots(source: string): Promise<SlotSeen[]>;
  /** Throws when a slot is on record twice, or has not collected exactly once what it started. */
  expectOnce(): Promise<number>;
}

interface SlotSeen {
  readonly at: string;
  readonly kind: string;
  readonly state: string;
}

export async function openClockPlant(lab: Lab, now: string): Promise<ClockPlant> {
  const server = await startServerWithClock(join(lab.folder, 'clock'), now);
  lab.onEnd(() => server.stop());
  const databases = await openScratchDatabases(server.url);
  lab.onEnd(() => databases.close());
  const nightFolder = join(lab.folder, 'night');
  const night = await writeDrillNight(nightFolder, { senders: 4, rows: 1 });
  const environment = { HUILIU_LOOK_SECONDS: '0.5', HUILIU_DATABASE_POOL: '3' };
  const plant = await openPlant({ nightFolder, night, root: lab.folder, databases, environment });
  lab.onEnd(() => plant.close());
  const { database } = plant;

  const clockPlant: ClockPlant = {
    plant,
    async schedule(rules) {
      await database('ledger.source').update({ enabled: false });
      for (const [code, rule] of Object.entries(rules)) {
        const schedule = JSON.stringify({
          zone: 'UTC',
          days: 'all',
          figures_of: 'day-before',
          jitter_seconds: 0,
          overlap: 'skip',
          ...rule,
        });
        await database('ledger.source').where({ code }).update({ enabled: true, schedule, scheduled_since: database.fn.now() });
      }
    },
    startScheduler: (clockOff) => plant.startModule('../scripts/fault-suite/schedule-program.js', clockOff ? withClockOff(clockOff) : {}),
    setClock: server.setClock,
    async goTo(moment) {
      server.setClock(moment);
      await until(
        `a scheduler looks at ${moment}`,
        async () => {
          const { rows } = await database.raw<{ rows: { ago: number }[] }>(
            'select extract(epoch from looked_at - ?::timestamptz)::float8 as ago from ledger.schedule_mark',
            [moment],
          );
          return rows[0] !== undefined && rows[0].ago >= 0 && rows[0].ago < 3_000;
        },
        120,
      );
    },
    async endRuns() {
      await database.raw(`update ledger.stage_exec set state = 'done', result = '{"listed":0}', ended_at = now() where state = 'ready'`);
      await database.raw(`update ledger.run set state = 'succeeded', ended_at = now() where state = 'running'`);
    },
    async slots(source) {
      const { rows } = await database.raw<{ rows: SlotSeen[] }>(
        `select to_char(w.slot_ts at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI') as at, w.kind, coalesce(w.why, w.state) as state
           from ledger.schedule_slot w join ledger.source s on s.id = w.source_id where s.code = ? order by w.slot_ts`,
        [source],
      );
      return rows;
    },
    async expectOnce() {
      const { rows } = await database.raw<{
        rows: { source: string; slots: number; moments: number; started: number; collects: number }[];
      }>(
        `select s.code as source, count(*)::int as slots, count(distinct w.slot_ts)::int as moments,
                count(*) filter (where w.state = 'started')::int as started,
                (select count(*)::int from ledger.stage_exec e where e.stage = 'collect' and e.source_id = s.id) as collects
           from ledger.schedule_slot w join ledger.source s on s.id = w.source_id group by s.id, s.code`,
      );
      const wrong = rows.filter(({ slots, moments, started, collects }) => slots !== moments || started !== collects);
      if (wrong.length > 0) throw new Error(`not exactly once: ${JSON.stringify(wrong)}`);
      return rows.reduce((sum, { started }) => sum + started, 0);
    },
  };
  return clockPlant;
}
