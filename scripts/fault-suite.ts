import { execFileSync } from 'node:child_process';
import { Command, Option } from 'commander';
import { allCases } from './fault-suite/all-cases.js';
import type { FaultCase } from './fault-suite/fault-case.js';
import { type Driver, drivers } from './fault-suite/lab.js';
import { openLabRoom } from './fault-suite/open-lab.js';
import { randomKills } from './fault-suite/random-kills.js';
import { runCase, type Tried } from './fault-suite/run-case.js';
import { writeTable } from './fault-suite/write-table.js';

// The fault suite: `npm run test:faults -- --help`. The last line is `N passed, N failed, N not tried`, or for each driver the
// kills at random as JSON.
interface Options {
  readonly driver: Driver | 'both';
  readonly only?: readonly string[];
  readonly quick?: true;
  readonly report?: string;
  readonly random?: string;
  readonly seed: string;
}

const options = new Command('test:faults')
  .description('Hurts small nights in every way we know and compares what they end with to an undisturbed one')
  .addOption(new Option('--driver <driver>').choices([...drivers, 'both']).default('both'))
  .option('--only <id...>', 'only these cases, such as F9')
  .option('--quick', 'only the cases of CI')
  .option('--random <n>', 'instead of cases: so many kills at random moments')
  .option('--seed <s>', 'seed of --random', '1')
  .option('--report <file>', 'write the results here, of cases or of --random; what it does not run stays')
  .parse()
  .opts<Options>();

const chosen = allCases.filter(({ id, quick }) => (options.only ? options.only.includes(id) : !options.quick || quick));
const tried: Tried[] = [];
const commit = commitNow();
const wanted = drivers.filter((driver) => options.driver === 'both' || driver === options.driver);
// Each driver has a PostgreSQL of its own and goes through its cases beside the other.
const failures = await Promise.all(wanted.map((driver) => (options.random ? killAtRandom(driver) : tryCases(driver))));
if (options.random) process.exit(failures.some((count) => count > 0) ? 1 : 0);
const count = (state: Tried['state']) => tried.filter((one) => one.state === state).length;
console.log(`${count('passed')} passed, ${count('failed')} failed, ${count('not tried')} not tried`);
process.exit(count('failed') === 0 ? 0 : 1);

async function killAtRandom(driver: Driver): Promise<number> {
  const room = await openLabRoom();
  try {
    const say = (line: string) => console.log(`${driver}: ${line}`);
    const result = await randomKills(room, driver, Number(options.random), Number(options.seed), say);
    const kept = { driver, seed: Number(options.seed), ...result, ...origin() };
    if (options.report) writeTable(options.report, allCases, { random: [kept] });
    console.log(JSON.stringify(kept));
    return result.failures.length;
  } finally {
    await room.close();
  }
}

async function tryCases(driver: Driver): Promise<number> {
  const room = await openLabRoom();
  try {
    for (const one of chosen) tell(one, await runCase(room, one, driver));
  } finally {
    await room.close();
  }
  return 0;
}

function tell(one: FaultCase, result: Tried): void {
  tried.push(result);
  const { driver, state, seconds, note } = result;
  if (options.report) writeTable(options.report, allCases, { cases: [{ ...result, seconds: Math.round(seconds), ...origin() }] });
  const more = note ? `\n          ${note.replaceAll('\n', '\n          ')}` : '';
  console.log(`${state.padEnd(9)} ${one.id.padEnd(5)} ${driver.padEnd(9)} ${seconds.toFixed(1).padStart(6)} s  ${one.injects}${more}`);
}

function origin(): { commit: string; at: string } {
  return { commit, at: new Date().toISOString().slice(0, 16) };
}

function commitNow(): string {
  try {
    const git = (...args: string[]) => execFileSync('git', args, { encoding: 'utf8', stdio: 'pipe' }).trim();
    return (
      git('rev-parse', '--short', 'HEAD') +
      (git('status', '--porcelain', 'src', 'connectors', 'mappings', 'migrations', 'scripts') === '' ? '' : '+')
    );
  } catch {
    return 'unknown';
  }
}
