import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import type { Hub } from '../src/app/hub.js';
import { openHub } from '../src/app/open-hub.js';
import { readSettings } from '../src/app/settings.js';
import { seededRandom } from './sample-night/seeded-random.js';
import { type HubProcess, startHubProcess } from './worker-night/hub-process.js';
import { outcomeOf, type PreparedNight, prepareNight } from './worker-night/prepare-night.js';
import { type RedisServer, startRedis } from './worker-night/redis-server.js';

// Three workers and two schedulers, on a real PostgreSQL and a real Redis, do the demo night while one of them is killed with SIGKILL
// every few seconds and started again; now and then Redis is killed too and comes back empty. What the hub then knows is compared
// with an undisturbed night. `node dist/scripts/kill-workers.js --help`; ends with `N passed, N failed`.
const options = new Command('kill-workers')
  .option('--rounds <n>', 'nights', Number, 1)
  .option('--seed <n>', 'of the choice of victims and moments', Number, 1)
  .option('--every <seconds>', 'a kill, give or take half of it', Number, 4)
  .option('--limit <minutes>', 'a night that is not over then has failed', Number, 20)
  .option('--no-redis', 'embedded driver')
  .parse()
  .opts<{ rounds: number; seed: number; every: number; limit: number; redis: boolean }>();
const random = seededRandom(options.seed).next;
const root = resolve('.huiliu/kill-workers');
rmSync(root, { recursive: true, force: true });
mkdirSync(root, { recursive: true });

const control = await inHub(async (hub, night) => {
  await hub.runNightly({ businessDate: night.businessDate, sources: night.senders.sources.map(({ code }) => code) });
  return outcomeOf(hub);
});
console.log(`undisturbed: ${JSON.stringify(control)}`);
let failed = 0;
for (let round = 1; round <= options.rounds; round++) {
  const { outcome, kills, seconds } = await inHub(disturbed);
  const isEqual = JSON.stringify(outcome) === JSON.stringify(control);
  if (!isEqual) failed += 1;
  const victims = [...new Set(kills)].map((victim) => `${victim} ${kills.filter((one) => one === victim).length}`).join(', ');
  console.log(
    `round ${round}: ${kills.length} kills (${victims}) in ${seconds} s: ${isEqual ? 'digest equal' : `DIGEST UNEQUAL ${JSON.stringify(outcome)}`}`,
  );
}
console.log(`${options.rounds - failed} passed, ${failed} failed`);
rmSync(root, { recursive: true, force: true });
process.exit(failed === 0 ? 0 : 1);

async function disturbed(hub: Hub, night: PreparedNight, environment: NodeJS.ProcessEnv) {
  const redis = options.redis ? await startRedis() : null;
  const given = { ...environment, ...(redis && { REDIS_URL: redis.url }) };
  const roles = ['worker', 'worker', 'worker', 'scheduler', 'scheduler'];
  const processes = await Promise.all(roles.map((role) => startHubProcess([role], given)));
  const startedAt = performance.now();
  const kills: string[] = [];
  try {
    const run = await night.start(hub);
    while (await isOpen(hub, run)) {
      await sleep(1000 * options.every * (0.5 + random()));
      if (!(await isOpen(hub, run))) break;
      if (performance.now() - startedAt > options.limit * 60_000) throw new Error(`the night is not over after ${options.limit} minutes`);
      kills.push(await killOne(processes, roles, given, redis));
    }
    const seconds = Math.round((performance.now() - startedAt) / 1000);
    return { outcome: await outcomeOf(hub), kills, seconds };
  } finally {
    for (const one of processes) await one.end('SIGTERM');
    await redis?.stop();
  }
}

/** Says what was killed: the role of a process, or `redis`. */
async function killOne(
  processes: HubProcess[],
  roles: readonly string[],
  given: NodeJS.ProcessEnv,
  redis: RedisServer | null,
): Promise<string> {
  if (redis && random() < 0.2) {
    await redis.kill();
    await sleep(1000);
    await redis.start();
    return 'redis';
  }
  const at = Math.floor(random() * processes.length);
  await processes[at]!.end('SIGKILL');
  processes[at] = await startHubProcess([roles[at]!], given);
  return roles[at]!;
}

async function isOpen(hub: Hub, run: string): Promise<boolean> {
  return (await hub.database('ledger.run').where({ id: run }).first('state')).state === 'running';
}

async function inHub<Result>(work: (hub: Hub, night: PreparedNight, environment: NodeJS.ProcessEnv) => Promise<Result>): Promise<Result> {
  const home = mkdtempSync(join(root, 'home-'));
  const settings = readSettings({ HUILIU_HOME: home }, resolve(import.meta.dirname, '../..'));
  const preparing = await openHub(settings);
  const night = await prepareNight(preparing);
  const hub = await openHub(settings);
  await preparing.close();
  try {
    return await work(hub, night, { HUILIU_HOME: home, DATABASE_URL: hub.databaseUrl });
  } finally {
    await night.senders.stop();
    await hub.close();
    rmSync(home, { recursive: true, force: true });
  }
}
