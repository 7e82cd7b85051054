import type { Command } from 'commander';
import { type RawStoreState, readRawStore } from '../../app/read-raw-store.js';
import { type CheckedInvariant, checkInvariants } from '../../db/check-invariants.js';
import { type Balance, readBalance } from '../../db/read-balance.js';
import { checkDatabase } from '../doctor/check-database.js';
import { type ExitCode, exitCode } from '../exit-code.js';
import { grouped } from '../grouped.js';
import type { Invocation } from '../invocation.js';
import { showFacts } from '../show-facts.js';
import { WrongUsage } from '../wrong-usage.js';

/** `huiliu check`: the invariants asked of the real database, and the balance of all nights. Changes nothing. */
export function registerCheckCommand(program: Command, { screen, settings, onEnd }: Invocation, finish: (code: ExitCode) => void): void {
  const { text } = screen;
  program
    .command('check')
    .description(text('check.about'))
    .option('--raw', text('check.opt-raw'))
    .action(async ({ raw }: { raw?: true }) => {
      const found = await checkDatabase(settings, screen);
      onEnd(() => found.close());
      if (!found.database || !found.isMigrated) throw new WrongUsage('check.no-database');
      const invariants = await checkInvariants(found.database);
      const balance = await readBalance(found.database);
      const stored = raw ? await readRawStore(found.database, settings) : null;
      const broken = invariants.filter((one) => one.broken > 0).length + (stored && stored.bad.length > 0 ? 1 : 0);
      finish(broken > 0 ? exitCode.fault : exitCode.ok);
      screen.answer({ broken, invariants, balance, stored }, () => [
        ...invariants.map(showInvariant),
        ...(stored ? showStored(stored) : []),
        '',
        ...showBalance(balance),
        '',
        broken > 0 ? text('check.some-broken', { count: broken }) : text('check.all-hold'),
      ]);
    });

  function showInvariant({ invariant, name, broken, sample }: CheckedInvariant): string {
    const found = broken > 0 ? `: ${text('check.broken', { count: broken, sample: sample.slice(0, 3).join(' · ') })}` : '';
    return `${broken > 0 ? '✗' : '✓'} ${invariant} ${text(`check.${name}`)}${found}`;
  }

  function showStored({ count, bad, unknown }: RawStoreState): string[] {
    const sample = bad
      .slice(0, 3)
      .map((one) => one.slice(0, 12))
      .join(', ');
    return [
      bad.length > 0 ? `✗ I3 ${text('check.raw-bad', { count: bad.length, sample })}` : `✓ I3 ${text('check.raw-good', { count })}`,
      ...(unknown.length > 0 ? [`! I7 ${text('check.raw-extra', { count: unknown.length })}`] : []),
    ];
  }

  function showBalance({ deliveries, rawObjects, rawBytes, active, superseded, ...rows }: Balance): string[] {
    const states = Object.entries(deliveries)
      .map(([state, count]) => `${state} ${grouped(count)}`)
      .join(' · ');
    const { decoded, loaded, quarantined, dropped } = rows;
    const counts = { decoded: grouped(decoded), loaded: grouped(loaded), quarantined: grouped(quarantined), dropped: grouped(dropped) };
    return showFacts([
      [text('check.deliveries'), states],
      [text('check.rows'), text('check.rows-are', counts)],
      [text('check.lines'), text('check.lines-are', { active: grouped(active), superseded: grouped(superseded) })],
      [text('check.stored'), text('check.stored-are', { rawObjects: grouped(rawObjects), megabytes: grouped(Math.round(rawBytes / 1e6)) })],
    ]);
  }
}
