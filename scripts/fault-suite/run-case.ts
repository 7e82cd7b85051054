import { CannotTry } from './cannot-try.js';
import type { FaultCase } from './fault-case.js';
import type { Driver } from './lab.js';
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
    const note = (await one.run(lab)) ?? '';
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
