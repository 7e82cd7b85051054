import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { allCases } from '../scripts/fault-suite/all-cases.js';
import { type LabRoom, openLabRoom } from '../scripts/fault-suite/open-lab.js';
import { runCase } from '../scripts/fault-suite/run-case.js';
import { ensureBuilt } from './built.js';
import { huiliu } from './run-program.js';

// The short part of the fault suite; all of it, with both drivers: `npm run test:faults`.
let room: LabRoom;

beforeAll(async () => {
  await ensureBuilt();
  room = await openLabRoom();
}, 300_000);
afterAll(() => room.close());

test.for(allCases.filter(({ quick }) => quick))(
  '$id $injects: the night ends like an undisturbed one',
  { timeout: 300_000 },
  async (one) => {
    expect(await runCase(room, one, 'embedded')).toMatchObject({ state: 'passed' });
  },
);

test('the drill of the command line kills four times and finds everything in order', { timeout: 300_000 }, async () => {
  const { code, stdout } = await huiliu(['drill', '--quick', '--json'], {});
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ passed: true, on: 'own-server', lost: 0, twice: 0 });
});

test('every failpoint in the code is in the suite', () => {
  const suite = sources('scripts/fault-suite').join('\n');
  const found = sources('src').flatMap((text) => [...text.matchAll(/ failpoint\('([^']+)'\)/g)].map(([, name]) => name!));
  expect(found.length).toBeGreaterThan(25);
  expect(found.filter((name) => !suite.includes(`'${name}`))).toEqual([]);
});

test('every fault has a number of its own', () => {
  const ids = allCases.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
});

function sources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => readFileSync(join(folder, path), 'utf8'));
}
