import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { readIfThere, writeDurably } from './durable-file.js';

const taskState = z.object({
  /** Titles of the last answer, for a server that does not tell them for an empty one. */
  columns: z.array(z.string()).default([]),
  branches: z.array(z.string()).default([]),
  /** Days before the window that were read once. */
  settled: z.record(z.string(), z.literal(1)).default({}),
  /** What the hub was given of each unit: a hash of everything in it, and the version. */
  units: z.record(z.string(), z.object({ hash: z.string(), version: z.number() })).default({}),
});
type TaskState = z.output<typeof taskState>;

/** What was read and spooled, by task. It only saves work: lost, everything is read and sent again and changes nothing at the hub. */
export interface SentState {
  of(task: string): TaskState;
  save(task: string): void;
  /** This unit has to be read and sent again. */
  forget(task: string, locator: string): void;
  /** The hub does not know of versions above this one (it was put back to an older state): what has them is sent again. */
  forgetAbove(floor: number, except: ReadonlySet<string>): number;
}

export function openSentState(folder: string): SentState {
  const tasks = new Map<string, TaskState>();

  return {
    of,
    save: (task) => writeDurably(pathOf(task), JSON.stringify(of(task))),
    forget(task, locator) {
      delete of(task).units[locator];
      delete of(task).settled[locator.split('/')[1] ?? ''];
      writeDurably(pathOf(task), JSON.stringify(of(task)));
    },
    forgetAbove(floor, except) {
      let count = 0;
      for (const task of known()) {
        const { units, settled } = of(task);
        const lost = Object.entries(units).filter(([locator, { version }]) => version > floor && !except.has(locator));
        for (const [locator] of lost) {
          delete units[locator];
          delete settled[locator.split('/')[1] ?? ''];
        }
        if (lost.length > 0) writeDurably(pathOf(task), JSON.stringify(of(task)));
        count += lost.length;
      }
      return count;
    },
  };

  function of(task: string): TaskState {
    const found = tasks.get(task) ?? taskState.catch(() => taskState.parse({})).parse(parsed(readIfThere(pathOf(task))));
    tasks.set(task, found);
    return found;
  }

  function known(): string[] {
    try {
      return readdirSync(folder).flatMap((name) => (name.endsWith('.json') ? [name.slice(0, -5)] : []));
    } catch {
      return [];
    }
  }

  function pathOf(task: string): string {
    return join(folder, `${task}.json`);
  }
}

function parsed(text: string | null): unknown {
  try {
    return JSON.parse(text ?? '{}');
  } catch {
    return {};
  }
}
