import { execFileSync } from 'node:child_process';
import { Command, Option } from 'commander';
import { allCases } from './fault-suite/all-cases.js';
import { type Driver, drivers } from './fault-suite/lab.js';
import { openLabRoom } from './fault-suite/open-lab.js';
import { randomKills } from './fault-suite/random-kills.js';
import { runCase, type Tried } from './fault-suite/run-case.js';
import { writeTable } from './fault-suite/write-table.js';

// The fault suite: `npm run test:faults -- --help`. The last line is `N passed, N failed, N not tried`.
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
  .option('--report <file>', 'write the table of results here')
  .parse()
  .opts<Options>();

const chosen = allCases.filter(({ id, quick }) => (options.only ? options.only.includes(id) : !options.quick || quick));
const room = await openLabRoom();
const tried: Tried[] = [];
const commit = commitNow();
const wanted = drivers.filter((driver) => options.driver === 'both' || driver === options.driver);
if (options.random) {
  let failed = 0;
  for (const driver of wanted) {
    const result = await randomKills(room, driver, Number(options.random), Number(options.seed), console.log);
    failed += result.failures.length;
    console.log(JSON.stringify({ driver, seed: Number(options.seed), ...result }));
  }
  await room.close();
  process.exit(failed === 0 ? 0 : 1);
}
try {
  for (const one of chosen) {
    for (const driver of wanted) {
      const result = await runCase(room, one, driver);
      tried.push(result);
      const kept = { ...result, seconds: Math.round(result.seconds), commit, at: new Date().toISOString().slice(0, 16) };
      if (options.report) writeTable(options.report, allCases, [kept]);
      const { state, seconds, note } = result;
      console.log(
        `${state.padEnd(9)} ${one.id.padEnd(5)} ${driver.padEnd(9)} ${seconds.toFixed(1).padStart(6)} s  ${one.injects}${note ? `\n          ${note.replaceAll('\n', '\n          ')}` : ''}`,
      );
    }
  }
} finally {
  await room.close();
}
const count = (state: Tried['state']) => tried.filter((one) => one.state === state).length;
console.log(`${count('passed')} passed, ${count('failed')} failed, ${count('not tried')} not tried`);
process.exit(count('failed') === 0 ? 0 : 1);

function commitNow(): string {
  try {
    const git = (...args: string[]) => execFileSync('git', args, { encoding: 'utf8' }).trim();
    return git('rev-parse', '--short', 'HEAD') + (git('status', '--porcelain', 'src', 'connectors', 'migrations') === '' ? '' : '+');
  } catch {
    return 'unknown';
  }
}
