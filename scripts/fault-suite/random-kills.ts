import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { seededRandom } from '../sample-night/seeded-random.js';
import type { Driver, Lab } from './lab.js';
import type { LabRoom } from './open-lab.js';

export interface RandomKills {
  readonly kills: number;
  readonly nights: number;
  /** What was killed, how often. */
  readonly victims: Readonly<Record<string, number>>;
  /** Nights that did not end like an undisturbed one, with what differed. */
  readonly failures: readonly string[];
  readonly seconds: number;
}

const size = { senders: 2, rows: 8 };
const killsPerNight = 5;

/**
 * Kills processes of small nights at moments nobody chose: the hub, its decoding child, PostgreSQL. After some kills the night is
 * finished and compared. The seed gives victims and moments; where exactly they hit depends on the machine.
 */
export async function randomKills(
  room: LabRoom,
  driver: Driver,
  count: number,
  seed: number,
  say: (line: string) => void,
): Promise<RandomKills> {
  const random = seededRandom(seed).next;
  const victims: Record<string, number> = {};
  const failures: string[] = [];
  const startedAt = performance.now();
  let [kills, nights] = [0, 0];
  while (kills < count) {
    nights += 1;
    const { lab, close } = await room.open(driver);
    try {
      const told: string[] = [];
      const plant = await lab.plant({ size });
      const usual = await usualSeconds(lab);
      for (let shot = 0; shot < killsPerNight && kills < count; shot++) {
        const victim = await shoot(lab, plant, random, usual);
        if (!victim) continue;
        kills += 1;
        victims[victim] = (victims[victim] ?? 0) + 1;
        told.push(victim);
      }
      await lab.finish(plant);
      await lab.expectConverged(plant, size);
      say(`night ${nights}: ${told.join(', ')}; same digest. ${kills} kills so far`);
    } catch (error) {
      failures.push(`night ${nights}: ${error instanceof Error ? error.message : String(error)}`);
      say(`FAILED ${failures.at(-1)}`);
    } finally {
      await close();
    }
  }
  return { kills, nights, victims, failures, seconds: (performance.now() - startedAt) / 1_000 };
}

let measured: number | null = null;

/** How long an undisturbed night takes here and now. */
async function usualSeconds(lab: Lab): Promise<number> {
  if (measured !== null) return measured;
  await lab.control(size);
  const plant = await lab.plant({ size });
  const since = performance.now();
  await lab.finish(plant);
  measured = (performance.now() - since) / 1_000;
  return measured;
}

/** One kill; null when the night was over before it came. */
async function shoot(lab: Lab, plant: Awaited<ReturnType<Lab['plant']>>, random: () => number, usual: number): Promise<string | null> {
  const choice = random();
  const wait = (0.25 + 0.75 * random()) * usual * 1_000;
  const night = await lab.begin(plant);
  try {
    const over = night.over().then(() => 'over' as const);
    if ((await Promise.race([over, sleep(wait)])) === 'over') return null;
    if (choice < 0.15) {
      const child = childOf(night.worker.pid);
      if (child !== null) {
        process.kill(child, 'SIGKILL');
        return 'child';
      }
    }
    if (choice > 0.9) {
      await lab.postgres.crash();
      await lab.postgres.start();
      return 'postgres';
    }
    return night.worker.child.kill('SIGKILL') ? 'hub' : null;
  } finally {
    await night.stop();
  }
}

function childOf(pid: number): number | null {
  try {
    const [first] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
    return first ? Number(first) : null;
  } catch {
    return null;
  }
}
