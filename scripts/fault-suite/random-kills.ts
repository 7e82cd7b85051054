import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Plant } from '../../src/app/drill/open-plant.js';
import { seededRandom } from '../sample-night/seeded-random.js';
import type { Driver, Lab } from './lab.js';
import type { LabRoom } from './open-lab.js';
import { until } from './until.js';

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
  while (kills < count && failures.length < 5) {
    nights += 1;
    const { lab, close } = await room.open(driver);
    try {
      const told: string[] = [];
      const plant = await lab.plant({ size });
      await lab.control(size);
      for (let shot = 0; shot < killsPerNight && kills < count; shot++) {
        const victim = await shoot(plant, lab, random, shot);
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

/** Named places that a small night passes, about. */
const places = 120;

/**
 * One kill; null when the night was over before it came. Moments are counted in places passed and not in seconds, so that they fall
 * into the work on a slow machine too; most come some milliseconds after one, where nobody has named anything.
 */
async function shoot(plant: Plant, lab: Lab, random: () => number, shot: number): Promise<string | null> {
  const choice = random();
  const place = 1 + Math.floor(random() * places * 0.7 ** shot);
  const delay = Math.floor(random() * 150);
  if (choice > 0.93) {
    const mark = `${plant.folder}/mark-${shot}`;
    const night = await lab.begin(plant, { HUILIU_FAILPOINT: `*:${place}=block/1`, HUILIU_FAILPOINT_MARK: mark });
    let isOver = false;
    const over = night.over().finally(() => (isOver = true));
    await until('a place in the night', () => isOver || existsSync(mark));
    await sleep(delay);
    await lab.postgres.crash();
    await lab.postgres.start();
    await over;
    await night.stop();
    return 'postgres';
  }
  // The child passes places of its own, two or three a file.
  const isChild = choice < 0.1;
  const failpoint = isChild ? `child-decode:${1 + (place % 3)}` : choice < 0.4 ? `*:${place}` : `*:${place}=later/${delay}`;
  const night = await lab.begin(plant, {
    HUILIU_FAILPOINT: failpoint,
    ...(isChild && { HUILIU_FAILPOINT_MARK: `${plant.folder}/mark-${shot}` }),
  });
  const { signal } = await night.over();
  await night.stop();
  if (isChild) return existsSync(`${plant.folder}/mark-${shot}`) ? 'child' : null;
  return signal === 'SIGKILL' ? 'hub' : null;
}
