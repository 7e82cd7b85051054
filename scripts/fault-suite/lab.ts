import type { Ended, Outcome, Plant, Program } from '../../src/app/drill/open-plant.js';
import type { DrillSize } from '../../src/app/drill/write-drill-night.js';
import type { PostgresServer } from './postgres-server.js';
import type { RedisServer } from './redis-server.js';
import type { TotalsWatch } from './watch-totals.js';

export type Driver = 'embedded' | 'bullmq';
/** How long a process may be silent in the plants of the suite. */
export const testLeaseSeconds = 3;
export const drivers: readonly Driver[] = ['embedded', 'bullmq'];

/** Everything a case needs. What it opens is closed when the case is over. */
export interface Lab {
  readonly driver: Driver;
  readonly postgres: PostgresServer;
  /** Null with the embedded driver. */
  readonly redis: RedisServer | null;
  /** A scratch folder of this case. */
  readonly folder: string;
  plant(options?: { size?: DrillSize; environment?: NodeJS.ProcessEnv }): Promise<Plant>;
  /** What an undisturbed night of that size ends with; run once, always with the embedded driver. */
  control(size?: DrillSize): Promise<Outcome>;
  /** The hashes of the lines such a night publishes. */
  controlLines(size?: DrillSize): Promise<readonly string[]>;
  /**
   * Begins the night of a plant; `environment` goes to the process that works on its steps. `isWhole`: by the command line, as an operator
   * does (`huiliu run nightly`, `huiliu worker`), which costs a second more to load.
   */
  begin(plant: Plant, environment?: NodeJS.ProcessEnv, isWhole?: boolean): Promise<Night>;
  /** Runs the night of a plant to its end, as the next start would, and expects it to end well. */
  finish(plant: Plant, environment?: NodeJS.ProcessEnv): Promise<Ended>;
  expectConverged(plant: Plant, size?: DrillSize): Promise<void>;
  /** The readers that look at the published totals of every plant opened so far, ten times a second. */
  readonly watches: readonly TotalsWatch[];
  /** Lets a reader look at a plant whose own one was stopped. */
  watch(plant: Plant): void;
  /** Called when the case is over, last first. */
  onEnd(close: () => Promise<unknown> | unknown): void;
}

/** A night under way. */
export interface Night {
  /** The process that works on its steps. */
  readonly worker: Program;
  /** Comes back when the night is over, or when its worker has died. */
  over(): Promise<Ended>;
  /** Ends whatever runs for it. */
  stop(): Promise<void>;
}
