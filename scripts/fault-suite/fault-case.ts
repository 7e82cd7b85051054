import { type Driver, drivers, type Lab } from './lab.js';

/** One fault: what is done to a night, and what must hold afterwards. Numbers F1-F54 are those of the list of faults in issue 4. */
export interface FaultCase {
  readonly id: string;
  /** What is injected, one line. */
  readonly injects: string;
  /** The invariants in focus; all of them are checked after every case. */
  readonly proves: readonly string[];
  readonly drivers: readonly Driver[];
  /** Part of the short suite of CI. */
  readonly quick?: true;
  /** After so long it has failed; 10 minutes unless it is known to take longer. */
  readonly limitSeconds?: number;
  /** Does it. Throws when something does not hold; may answer with a note worth keeping. */
  run(lab: Lab): Promise<string | undefined> | Promise<void>;
}

export const both: readonly Driver[] = drivers;
