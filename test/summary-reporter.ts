import { writeFileSync } from 'node:fs';
import type { Reporter, SerializedError, TestModule } from 'vitest/node';

/** Writes `passed failed` to the file of HUILIU_TEST_SUMMARY, for the last line of scripts/test. */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly SerializedError[]): void {
    const path = process.env['HUILIU_TEST_SUMMARY'];
    const { passed, failed } = countTests(modules, errors);
    if (path) writeFileSync(path, `${passed} ${failed}\n`);
  }
}

/** A file that cannot be loaded or whose hooks fail counts as one failed test, and so does an error outside of any test. */
export function countTests(
  modules: readonly Pick<TestModule, 'children' | 'errors'>[],
  errors: readonly unknown[],
): { passed: number; failed: number } {
  let passed = 0;
  let failed = errors.length;
  for (const module of modules) {
    const states = [...module.children.allTests()].map((test) => test.result().state);
    passed += states.filter((state) => state === 'passed').length;
    failed += states.filter((state) => state === 'failed').length + (module.errors().length > 0 ? 1 : 0);
  }
  return { passed, failed };
}
