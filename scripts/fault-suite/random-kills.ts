import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { countDifferences } from '../../src/app/drill/count-differences.js';
import type { Plant } from '../../src/app/drill/open-plant.js';
import { factHashes } from '../../src/db/content-digest.js';
import { seededRandom } from '../sample-night/seeded-random.js';
import type { Driver, Lab } from './lab.js';
import type { LabRoom } from './open-lab.js';
import { until } from './until.js';

export interface RandomKills {
  readonly kills: number;
  readonly nights: number;
  /** What was killed, how often. */
  readonly victims: Readonly<Record<string, number>>;
  /** Lines missing from and too many in all these nights, told apart line by line. */
  readonly lost: number;
  readonly extra: number;
  /** Nights that did not end like an undisturbed one, with what differed. */
  readonly failures: readonly string[];
  readonly seconds: number;
}

const size = { senders: 2, rows: 8 };
const mostKillsPerNight = 8;

/**
 * Kills processes of small nights at moments nobody chose: the hub, its decoding child, PostgreSQL. What is killed is begun again and
 * killed again, until the night is through; then it is compared. The seed gives victims and moments; where exactly they hit depends on
 * the machine.
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
  let [kills, nights, lost, extra] = [0, 0, 0, 0];
  const { lab: first, close: closeFirst } = await room.open('embedded');
  const expected = await first.controlLines(size);
  await closeFirst();
  while (kills < count && failures.length < 5) {
    nights += 1;
    const { lab, close } = await room.open(driver);
    const told: string[] = [];
    const plant = await lab.plant({ size });
    try {
      let isThrough = false;
      while (!isThrough && told.length < mostKillsPerNight && kills < count) {
        const shot = await shoot(plant, lab, random, told.length);
        isThrough = shot.isThrough;
        if (!shot.victim) continue;
        kills += 1;
        victims[shot.victim] = (victims[shot.victim] ?? 0) + 1;
        told.push(shot.told);
      }
      if (!isThrough) await lab.finish(plant);
      const difference = countDifferences(expected, await factHashes(plant.database));
      lost += difference.lost;
      extra += difference.extra;
      await lab.expectConverged(plant, size);
      const mixes = lab.watches.flatMap((watch) => watch.mixes());
      if (mixes.length > 0) throw new Error(`I5 ${mixes.join('; ')}`);
      say(`night ${nights}: ${told.join(', ')}; ends like an undisturbed one. ${kills} kills so far`);
    } catch (error) {
      failures.push(`night ${nights} (${told.join(', ')}): ${error instanceof Error ? error.message : String(error)}`);
      say(`FAILED ${failures.at(-1)}\n${await story(plant)}`);
    } finally {
      await close();
    }
  }
  return { kills, nights, victims, lost, extra, failures, seconds: Math.round((performance.now() - startedAt) / 1_000) };
}

/** What the ledger tells about a night that went wrong: its steps in the order of their last start, and what was matched with what. */
async function story({ database }: Plant): Promise<string> {
  const { rows } = await database
    .raw<{ rows: { line: string }[] }>(
      `select concat_ws(' ', 'run', run_id, stage, object_key, state, 'attempt', attempt, started_at::time, ended_at::time, told->>'code') as line
         from ledger.stage_exec
        union all select concat_ws(' ', 'batch', id, kind, 'master', master_seq, at::time) from matching.batch
        union all select concat_ws(' ', 'links', verdict, count(*)) from matching.link group by verdict`,
    )
    .catch((error: Error) => ({ rows: [{ line: error.message }] }));
  return rows.map(({ line }) => `  ${line}`).join('\n');
}

interface Shot {
  /** Null when nothing was hit. */
  readonly victim: 'hub' | 'child' | 'postgres' | null;
  /** What was hit and where: so many places passed, so many ms after it. */
  readonly told: string;
  /** The night has come to its end. */
  readonly isThrough: boolean;
}

/** A small night passes some 150 named places; a kill comes after a few of those that are left, so that one night takes many. */
const places = 40;

/**
 * One shot. Moments are counted in places passed and not in seconds, so that they fall into the work on a slow machine too; most come
 * some milliseconds after one, where nobody has named anything.
 */
async function shoot(plant: Plant, lab: Lab, random: () => number, shot: number): Promise<Shot> {
  const choice = random();
  const place = 1 + Math.floor(random() * places);
  const delay = Math.floor(random() * 150);
  const mark = `${plant.folder}/mark-${shot}-${place}-${delay}`;
  if (choice > 0.93) {
    const night = await lab.begin(plant, { HUILIU_FAILPOINT: `*:${place}=block/1`, HUILIU_FAILPOINT_MARK: mark });
    let isOver = false;
    const over = night.over().finally(() => (isOver = true));
    await until('a place in the night', () => isOver || existsSync(mark));
    if (!isOver) {
      await sleep(delay);
      await lab.postgres.crash();
      await lab.postgres.start();
    }
    const victim = existsSync(mark) ? 'postgres' : null;
    const { code } = await over;
    await night.stop();
    return { victim, told: `postgres ${place}+${delay}`, isThrough: code === 0 || code === 3 };
  }
  // The child passes places of its own, two or three a file.
  const isChild = choice < 0.1;
  const failpoint = isChild ? `child-decode:${1 + (place % 3)}` : choice < 0.4 ? `*:${place}` : `*:${place}=later/${delay}`;
  const night = await lab.begin(plant, { HUILIU_FAILPOINT: failpoint, ...(isChild && { HUILIU_FAILPOINT_MARK: mark }) });
  const { code, signal } = await night.over();
  await night.stop();
  const isThrough = code === 0 || code === 3;
  if (isChild) return { victim: existsSync(mark) ? 'child' : null, told: failpoint, isThrough };
  return { victim: signal === 'SIGKILL' ? 'hub' : null, told: failpoint, isThrough };
}
