import { spawn } from 'node:child_process';
import { projectFolder } from '../../../src/cli/project-folder.js';
import type { FaultCase } from '../fault-case.js';

/**
 * Faults of one far side, proven where that far side is: the row runs those tests of the repository, against the same fakes and real servers,
 * and is green only when each of them ran and passed. They know no driver.
 */
export const proven: readonly FaultCase[] = [
  byTests(
    'F33',
    'a portal whose session ends, that asks for a captcha, answers with an error page called .xls, and gets new rows while pages are turned',
    ['I6'],
    [{ file: 'connectors/portal/connector.test.ts' }],
  ),
  byTests(
    'F34',
    'the database of a distributor: rows that change or arrive late between two looks, equal keys, a lost connection',
    ['I2', 'I6'],
    [{ file: 'connectors/database/connector.test.ts' }, { file: 'test/connectors.test.ts', only: '^database' }],
  ),
  byTests(
    'F35',
    'an agent that is killed at random, offline for three days, its clock a day ahead, its batches out of order and twice',
    ['I2', 'I7'],
    [{ file: 'test/agent.test.ts', only: 'an agent that is hurt' }],
  ),
];

interface TestsOf {
  readonly file: string;
  /** Begin of the full names, when not all of the file are meant. */
  readonly only?: string;
}

function byTests(id: string, injects: string, proves: readonly string[], tests: readonly TestsOf[]): FaultCase {
  return {
    ...{ id, injects, proves, drivers: ['embedded'] },
    async run() {
      const notes: string[] = [];
      for (const { file, only } of tests) {
        const passed = await vitest([...(only ? ['-t', only] : []), file]);
        notes.push(`${passed} tests of ${file}`);
      }
      return notes.join(', ');
    },
  };
}

interface Answer {
  readonly numPassedTests: number;
  readonly testResults: readonly { message: string; assertionResults: readonly { failureMessages: readonly string[] }[] }[];
}

/** Says how many ran and passed; throws with what the failed ones say. */
async function vitest(args: readonly string[]): Promise<number> {
  const child = spawn('npx', ['vitest', 'run', '--reporter=json', ...args], { cwd: projectFolder(), stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  for (const stream of [child.stderr, child.stdout]) stream.setEncoding('utf8').on('data', (more: string) => (text += more));
  const code = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
  const json = /^\{"numTotalTestSuites".*$/m.exec(text)?.[0];
  if (!json) throw new Error(`vitest says no result: ${text.slice(-1_500)}`);
  const { numPassedTests, testResults } = JSON.parse(json) as Answer;
  if (code === 0 && numPassedTests > 0) return numPassedTests;
  const said = testResults.flatMap(({ message, assertionResults }) => [message, ...assertionResults.flatMap((one) => one.failureMessages)]);
  throw new Error(`${numPassedTests} passed; ${said.filter(Boolean).join('\n').slice(0, 1_500)}`);
}
