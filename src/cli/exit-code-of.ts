import type { RunReport } from '../model/run-report.js';
import { type ExitCode, exitCode } from './exit-code.js';

/** A run is well only if nothing is held and nothing failed. */
export function exitCodeOf({ state, held, failed }: Pick<RunReport, 'state' | 'held' | 'failed'>): ExitCode {
  return state === 'succeeded' && held.length === 0 && failed.length === 0 ? exitCode.ok : exitCode.attention;
}
