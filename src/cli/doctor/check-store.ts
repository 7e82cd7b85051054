import { randomUUID } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { landingOf } from '../../app/landing-of.js';
import type { Settings } from '../../app/settings.js';
import { sampleRawObjects } from '../../db/check-database.js';
import type { Database } from '../../db/database.js';
import type { Text } from '../text.js';
import { type Check, fail, ok } from './check.js';

const sampleSize = 20;

/** The raw store can be written to, and a sample of what it holds still is what it was (I3). */
export async function checkStore(settings: Settings, database: Database, text: Text): Promise<Check> {
  const folder = join(settings.home, 'raw');
  const check = text('doctor.store');
  const probe = join(folder, `.doctor-${randomUUID()}`);
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(probe, 'huiliu');
    await rm(probe);
  } catch (error) {
    return fail(check, text('doctor.store-closed', { folder, cause: (error as Error).message }), text('doctor.store-closed-todo'));
  }
  const landing = landingOf(settings);
  const { count, sample } = await sampleRawObjects(database, sampleSize);
  const bad: string[] = [];
  for (const sha256 of sample) if (!(await landing.verify(sha256).catch(() => false))) bad.push(sha256);
  if (bad.length === 0) return ok(check, text('doctor.store-found', { sampled: sample.length, count }));
  return fail(
    check,
    text('doctor.store-bad', { count: bad.length, hashes: bad.map((one) => one.slice(0, 12)).join(', ') }),
    text('doctor.store-bad-todo'),
  );
}
