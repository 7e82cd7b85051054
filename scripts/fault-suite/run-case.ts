import { CannotTry } from './cannot-try.js';
import type { FaultCase } from './fault-case.js';
import type { Driver, Lab } from './lab.js';
import type { LabRoom } from './open-lab.js';

export interface Tried {
  readonly id: string;
  readonly driver: Driver;
  readonly state: 'passed' | 'failed' | 'not tried' | 'does not apply';
  readonly seconds: number;
  readonly note: string;
}

/** Tries one case with one driver; a failure is an answer, not an exception. */
export async function runCase(room: LabRoom, one: FaultCase, driver: Driver): Promise<Tried> {
  const startedAt = performance.now();
  const answer = (state: Tried['state'], note: string): Tried => ({
    id: one.id,
    driver,
    state,
    note,
    seconds: (performance.now() - startedAt) / 1_000,
  });
  if (!one.drivers.includes(driver)) return answer('does not apply', '');
  const { lab, close } = await room.open(driver);
  try {
    const note = (await withinLimit(one, lab)) ?? '';
    const mixes = lab.watches.flatMap((watch) => watch.mixes());
    if (mixes.length > 0) throw new Error(`I5 ${mixes.slice(0, 5).join('; ')}`);
    return answer('passed', note);
  } catch (error) {
    if (error instanceof CannotTry) return answer('not tried', error.message);
    return answer(
      'failed',
      error instanceof Error ? (process.env['HUILIU_DEBUG'] ? (error.stack ?? error.message) : error.message) : String(error),
    );
  } finally {
    await close();
  }
}

// Whatever a case waits for, the suite goes on; what still runs ends when its plants are closed.
async function withinLimit({ run, limitSeconds = 600 }: FaultCase, lab: Lab): Promise<string | undefined> {
  const work = Promise.resolve(run(lab)).then((note) => note ?? undefined);
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not over after ${limitSeconds} s`)), limitSeconds * 1_000);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
    work.catch(() => undefined);
  }
}
