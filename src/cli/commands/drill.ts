import type { Command } from 'commander';
import { type DrillReport, runDrill } from '../../app/drill/run-drill.js';
import { type ExitCode, exitCode } from '../exit-code.js';
import type { Invocation } from '../invocation.js';

/** `huiliu drill`: kills a small night of invented distributors in temporary databases and says in plain words what held. */
export function registerDrillCommand(program: Command, { screen, settings, signal }: Invocation, finish: (code: ExitCode) => void): void {
  const { text } = screen;
  program
    .command('drill')
    .description(text('drill.about'))
    .option('--quick', text('drill.opt-quick'))
    .action(async ({ quick }: { quick?: true }) => {
      const report = await runDrill({
        databaseUrl: settings.databaseUrl,
        quick: quick === true,
        signal,
        tell: (progress) => screen.note(text('drill.progress', progress)),
      });
      const isGood = report.invariants.every(({ broken }) => broken.length === 0);
      finish(isGood ? exitCode.ok : exitCode.fault);
      screen.answer({ passed: isGood, ...report }, () => show(report, isGood));
    });

  function show({ on, kills, seconds, lines, lost, twice, invariants }: DrillReport, isGood: boolean): string[] {
    return [
      text('drill.head', { kills: kills.length, seconds: seconds.toFixed(0), on: text(`drill.${on}`) }),
      text('drill.rows', { lines, lost, twice }),
      '',
      ...invariants.flatMap(({ invariant, broken }) => [
        `${broken.length > 0 ? '✗' : '✓'} ${invariant} ${text(`invariant.${invariant}`)}: ${text(`drill.${invariant}`)}`,
        ...broken.slice(0, 5).map((what) => `    ${what}`),
      ]),
      '',
      text(isGood ? 'drill.good' : 'drill.bad'),
    ];
  }
}
