import type { Command } from 'commander';
import { type DescribedDelivery, describeDelivery, type ListedDelivery, listDeliveries } from '../../db/list-deliveries.js';
import { shanghaiMoment } from '../../model/shanghai-moment.js';
import type { ExitCode } from '../exit-code.js';
import { exitCodeOf } from '../exit-code-of.js';
import type { Invocation } from '../invocation.js';
import { actor } from '../open-command-context.js';
import { parseCount } from '../parse-count.js';
import { showFacts } from '../show-facts.js';
import { showProgress } from '../show-progress.js';
import { showFindings, showRelease, showReport } from '../show-report.js';
import { showTable } from '../show-table.js';
import { wordOf } from '../word-of.js';
import { WrongUsage } from '../wrong-usage.js';

/** `huiliu deliveries ...`: what arrived, and the release of what is held. */
export function registerDeliveriesCommand(
  program: Command,
  { screen, openHub, signal }: Invocation,
  finish: (code: ExitCode) => void,
): void {
  const { text, width } = screen;
  const deliveries = program.command('deliveries').description(text('deliveries.about'));

  deliveries
    .command('list')
    .description(text('deliveries.list.about'))
    .option('--held', text('deliveries.opt-held'))
    .option('--source <code>', text('deliveries.opt-source'))
    .option('--limit <count>', text('deliveries.opt-limit'), parseCount, 50)
    .action(async ({ held = false, source = null, limit }: { held?: boolean; source?: string | null; limit: number }) => {
      const list = await listDeliveries((await openHub()).database, { held, source, limit });
      screen.answer({ deliveries: list }, () => (list.length === 0 ? [text('deliveries.none')] : table(list)));
    });

  deliveries
    .command('show')
    .description(text('deliveries.show.about'))
    .argument('<id>', text('deliveries.arg-id'))
    .action(async (id: string) => {
      expectId(id);
      const delivery = await describeDelivery((await openHub()).database, id);
      if (!delivery) throw new WrongUsage('deliveries.unknown', { id });
      screen.answer(delivery, () => describe(delivery));
    });

  deliveries
    .command('release')
    .description(text('deliveries.release.about'))
    .argument('<id>', text('deliveries.arg-id'))
    .option('--waive <gate...>', text('deliveries.opt-waive'))
    .option('--why <text>', text('deliveries.opt-why'))
    .action(async (id: string, { waive = [], why = '' }: { waive?: string[]; why?: string }) => {
      expectId(id);
      if (waive.length > 0 && why.trim() === '') throw new WrongUsage('deliveries.why-missing');
      const hub = await openHub();
      if (!(await describeDelivery(hub.database, id))) throw new WrongUsage('deliveries.unknown', { id });
      const progress = showProgress(hub, screen);
      try {
        const report = await hub.releaseDelivery({ deliveryId: id, waive, by: actor(), why, signal });
        progress.stop();
        finish(exitCodeOf(report));
        screen.answer(report, () => showReport(report, screen));
      } finally {
        progress.stop();
      }
    });

  function table(list: readonly ListedDelivery[]): string[] {
    const columns = [
      { title: text('deliveries.col-id'), align: 'right' as const },
      { title: text('deliveries.col-source') },
      { title: text('deliveries.col-name'), shrinks: true },
      { title: text('deliveries.col-sent') },
      { title: text('deliveries.col-rows'), align: 'right' as const },
      { title: text('deliveries.col-state') },
    ];
    return showTable(
      columns,
      list.map((one) => [one.id, one.source, one.name, shanghaiMoment(one.sentAt), one.decoded, stateOf(one)]),
      { width },
    );
  }

  function stateOf({ state, isManual }: ListedDelivery): string {
    return `${text(`deliveries.state-${state}`)}${isManual ? ` · ${text('deliveries.manual')}` : ''}`;
  }

  function handedIn({ by, reason }: Readonly<Record<string, string>>): string {
    return by === undefined ? '' : `  ${by}: ${reason ?? ''}`;
  }

  function describe(one: DescribedDelivery): string[] {
    const lines = [
      `#${one.id}  ${one.name}`,
      '',
      ...showFacts([
        [text('deliveries.col-source'), `${one.source} (${one.sender})`],
        [text('deliveries.col-state'), stateOf(one)],
        [text('deliveries.col-sent'), shanghaiMoment(one.sentAt)],
        [text('deliveries.bytes'), Number(one.byteCount).toLocaleString('en-US')],
        [text('deliveries.sha256'), one.sha256],
        ...one.sightings.map((seen) => [text('deliveries.sightings'), `${seen.source}  ${seen.locator}${handedIn(seen.about)}`] as const),
        ...Object.entries(one.waived).map(([gate, { by, why }]) => [text('deliveries.waived'), `${gate}  ${by}: ${why}`] as const),
      ]),
    ];
    if (one.parts.length > 0) lines.push('', text('deliveries.parts'), ...partTable(one));
    if (one.findings.length > 0) {
      const told = [...showFindings(one.findings, screen), ...(one.state === 'held' ? showRelease(one.id, one.findings, screen) : [])];
      lines.push('', text('deliveries.why-held'), ...told.map((line) => `  ${line}`));
    }
    for (const { part, attachment } of one.findings) {
      const yaml = (attachment as { yaml?: unknown } | null | undefined)?.yaml;
      if (typeof yaml === 'string')
        lines.push(
          '',
          text('deliveries.proposal', { part }),
          ...yaml
            .trimEnd()
            .split('\n')
            .map((line) => `  ${line}`),
        );
    }
    return lines;
  }

  function partTable({ parts }: DescribedDelivery): string[] {
    const columns = [
      { title: text('layout.part'), shrinks: true },
      { title: text('layout.col-code'), shrinks: true },
      { title: text('layout.col-kind') },
      ...(['decoded', 'loaded', 'quarantined', 'dropped'] as const).map((key) => ({
        title: text(`report.col-${key}`),
        align: 'right' as const,
      })),
    ];
    return showTable(
      columns,
      parts.map((part) => [
        part.path,
        part.layout ?? '',
        part.kind === null ? '' : wordOf('kind', part.kind, text),
        part.decoded,
        part.loaded,
        part.quarantined,
        part.dropped,
      ]),
      { width },
    );
  }
}

function expectId(id: string): void {
  if (!/^\d{1,18}$/u.test(id)) throw new WrongUsage('deliveries.bad-id', { id });
}
