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
    ['connectors/portal/connector.test.ts'],
  ),
  byTests(
    'F34',
    'the database of a distributor: rows that change or arrive late between two looks, equal keys, a lost connection',
    ['I2', 'I6'],
    ['connectors/database/connector.test.ts', 'test/connectors.test.ts'],
  ),
  byTests(
    'F35',
    'an agent that is killed at random, offline for three days, its clock a day ahead, its batches out of order and twice',
    ['I2', 'I7'],
    ['test/agent.test.ts'],
  ),
];

function byTests(id: string, injects: string, proves: readonly string[], files: readonly string[]): FaultCase {
  return {
    ...{ id, injects, proves, drivers: ['embedded'] },
    async run() {
      const { code, text } = await vitest(files);
      const { numPassedTests: passed = 0, numFailedTests: failed = 0 } = (
        /\{"numTotalTestSuites".*/.exec(text)?.[0] ? JSON.parse(/\{"numTotalTestSuites".*/.exec(text)![0]) : {}
      ) as Counts;
      if (code !== 0 || passed === 0) throw new Error(`${failed} tests failed, ${passed} passed: ${text.slice(-1_500)}`);
      return `${passed} tests of ${files.join(', ')}`;
    },
  };
}

interface Counts {
  readonly numPassedTests?: number;
  readonly numFailedTests?: number;
}

function vitest(files: readonly string[]): Promise<{ code: number | null; text: string }> {
  const child = spawn('npx', ['vitest', 'run', '--reporter=json', ...files], { cwd: projectFolder(), stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  for (const stream of [child.stderr, child.stdout]) stream.setEncoding('utf8').on('data', (more: string) => (text += more));
  return new Promise((resolve, reject) => child.once('error', reject).once('close', (code) => resolve({ code, text })));
}
