import { mkdir } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import type { Command } from 'commander';
import type { ReadFile } from '../../../app/history/rehearse-import.js';
import { listImports } from '../../../db/import-store.js';
import { readOutcome } from '../../../db/master/read-outcome.js';
import { findSource } from '../../../db/source-store.js';
import { withClient } from '../../../db/with-client.js';
import { shanghaiMoment } from '../../../model/shanghai-moment.js';
import { type ExitCode, exitCode } from '../../exit-code.js';
import { exitCodeOf } from '../../exit-code-of.js';
import type { Invocation } from '../../invocation.js';
import { actor } from '../../open-command-context.js';
import { parseCount } from '../../parse-count.js';
import type { Screen } from '../../screen.js';
import { showFacts } from '../../show-facts.js';
import { showProgress } from '../../show-progress.js';
import { showFindings, showReport } from '../../show-report.js';
import { showTable } from '../../show-table.js';
import { wrapTo } from '../../text-width.js';
import { WrongUsage } from '../../wrong-usage.js';
import { showChanges, showEntities, showNewlyWaiting, showReading, showRules } from './show-import.js';
import { writeResult } from './write-result.js';

type Finish = (code: ExitCode) => void;

export function addPreview(history: Command, { screen, openHub, signal }: Invocation, finish: Finish): void {
  const { text } = screen;
  history
    .command('preview')
    .description(text('history.preview.about'))
    .argument('<file...>', text('history.arg-file'))
    .option('--system <code>', text('history.opt-system'), 'history')
    .option('--layout <code...>', text('history.opt-layout'))
    .option('--skip-sheet <name...>', text('history.opt-skip-sheet'))
    .action(
      async (paths: string[], { system, layout = [], skipSheet = [] }: { system: string; layout?: string[]; skipSheet?: string[] }) => {
        const hub = await openHub();
        const { id } = await hub.history.receive({ paths, system, layouts: layout, skipSheets: skipSheet, by: actor() });
        const files = await hub.history.preview(id, signal);
        if (files.some(({ findings }) => findings.length > 0)) finish(exitCode.attention);
        const next = text('history.next-check', { import: id });
        screen.answer({ import: id, system, files }, () => [
          text('history.received', { import: id, system }),
          '',
          ...showReading(files, screen),
          next,
        ]);
      },
    );
}

export function addCheck(history: Command, { screen, openHub, signal }: Invocation, finish: Finish): void {
  const { text } = screen;
  history
    .command('check')
    .description(text('history.check.about'))
    .argument('<import>', text('history.arg-import'))
    .action(async (id: string) => {
      const { files, outcome } = await (await openHub()).history.rehearse(id, signal);
      const held = files.filter(({ findings }) => findings.length > 0);
      const refused = outcome.entities.some((one) => one.refused + one.waiting > 0);
      if (held.length > 0 || refused) finish(exitCode.attention);
      screen.answer({ import: id, held: held.map(({ file, findings }) => ({ file, findings })), ...outcome }, () => [
        ...showEntities(outcome.entities, screen),
        '',
        ...showRules(outcome, screen),
        ...(outcome.requests > 0 ? [...wrapTo(text('history.requests-asked', { count: outcome.requests }), screen.width), ''] : []),
        ...(outcome.requests > 0 ? [...wrapTo(text('history.would-request', { count: outcome.requests }), screen.width), ''] : []),
        ...held.flatMap(({ file, findings }) => [`${file.name}  ${text('history.held')}`, ...showFindings([...findings], screen), '']),
        ...showLeftOut(files, screen),
        ...(held.length < files.length ? [text('history.next-diff', { import: id })] : []),
      ]);
    });
}

/** Names of the files that cannot be loaded as they are. */
const leftOutOf = (files: readonly ReadFile[]): string[] =>
  files.filter(({ findings }) => findings.length > 0).map(({ file }) => file.name);

/** Which files committing would leave out, and what to do about them; nothing when it would load them all. */
function showLeftOut(files: readonly ReadFile[], { text, width }: Screen): string[] {
  const names = leftOutOf(files);
  if (names.length === 0) return [];
  const values = { files: names.join('、'), others: files.length - names.length };
  return [...wrapTo(text(values.others > 0 ? 'history.some-left-out' : 'history.all-left-out', values), width), ''];
}

export function addDiff(history: Command, { screen, openHub, signal }: Invocation): void {
  const { text } = screen;
  history
    .command('diff')
    .description(text('history.diff.about'))
    .argument('<import>', text('history.arg-import'))
    .action(async (id: string) => {
      const { files, outcome } = await (await openHub()).history.rehearse(id, signal);
      const { entities, changes, replayed } = outcome;
      screen.answer({ import: id, leftOut: leftOutOf(files), entities, changes, replayed }, () => [
        ...showEntities(entities, screen),
        '',
        ...showChanges(outcome, screen),
        ...showLeftOut(files, screen),
        ...(leftOutOf(files).length < files.length ? [text('history.next-commit', { import: id })] : []),
      ]);
    });
}

export function addCommit(history: Command, { screen, openHub, signal }: Invocation, finish: Finish): void {
  const { text } = screen;
  history
    .command('commit')
    .description(text('history.commit.about'))
    .argument('<import>', text('history.arg-import'))
    .option('--yes', text('desk.opt-yes'), false)
    .action(async (id: string, { yes }: { yes: boolean }) => {
      const hub = await openHub();
      if (!yes) {
        const { files, outcome } = await hub.history.rehearse(id, signal);
        const leftOut = leftOutOf(files);
        if (leftOut.length > 0 || outcome.entities.some((one) => one.refused + one.waiting > 0)) finish(exitCode.attention);
        const next = text('desk.preview', { command: `huiliu history commit ${id} --yes` });
        screen.answer({ import: id, committed: false, leftOut, ...outcome }, () => [
          ...showEntities(outcome.entities, screen),
          '',
          ...showLeftOut(files, screen),
          ...(leftOut.length < files.length ? [next] : []),
        ]);
        return;
      }
      const progress = showProgress(hub, screen);
      try {
        const report = await hub.history.commit(id, actor(), signal);
        progress.stop();
        const { files } = await hub.history.find(id);
        const outcome = await withClient(hub.database, (client) =>
          readOutcome(
            client,
            files.flatMap(({ deliveryId }) => deliveryId ?? []),
          ),
        );
        const isWhole = outcome.entities.every(({ refused, waiting }) => refused + waiting === 0);
        finish(isWhole ? exitCodeOf(report) : exitCode.attention);
        screen.answer({ import: id, committed: true, report, ...outcome }, () => [
          ...showReport(report, screen, () => wrapTo(text('history.held-again', { import: id }), screen.width - 4)),
          '',
          ...showEntities(outcome.entities, screen),
          ...(outcome.replayed > 0 ? ['', text('history.replayed', { count: outcome.replayed })] : []),
          ...(outcome.requests > 0 ? ['', ...wrapTo(text('history.requests', { count: outcome.requests, import: id }), screen.width)] : []),
          ...(outcome.entities.length > 0 ? ['', text('history.next-result', { import: id })] : []),
        ]);
      } finally {
        progress.stop();
      }
    });
}

export function addResult(history: Command, { screen, openHub }: Invocation): void {
  const { text } = screen;
  history
    .command('result')
    .description(text('history.result.about'))
    .argument('<import>', text('history.arg-import'))
    .option('--out <folder>', text('history.opt-folder'), '.')
    .action(async (id: string, { out }: { out: string }) => {
      const { database, landing, history: imports } = await openHub();
      const { files, sourceId } = await imports.find(id);
      const source = await findSource(database, { id: sourceId });
      // A folder that cannot be made is told with the file that cannot be written into it.
      await mkdir(out, { recursive: true }).catch(() => undefined);
      const written: { file: string; counts: Record<string, number> }[] = [];
      for (const { sha256, name, deliveryId, place } of files) {
        if (!deliveryId) throw new WrongUsage('history.not-committed', { import: id });
        const stem = basename(name, extname(name));
        const path = join(out, `${stem}-${text('history.result-name')}-${id}${files.length > 1 ? `-${place}` : ''}.xlsx`);
        const order = { file: { path: await landing.path(sha256), name }, deliveryId, hints: source?.hints ?? {}, out: path };
        written.push({ file: path, counts: await writeResult(database, order, text) });
      }
      screen.answer({ import: id, files: written }, () => written.map(({ file }) => text('history.result-written', { file })));
    });
}

export function addUndo(history: Command, { screen, openHub, signal }: Invocation): void {
  const { text } = screen;
  history
    .command('undo')
    .description(text('history.undo.about'))
    .argument('<import>', text('history.arg-import'))
    .option('--yes', text('desk.opt-yes'), false)
    .action(async (id: string, { yes }: { yes: boolean }) => {
      const hub = await openHub();
      const { files, state } = await hub.history.find(id);
      if (!yes) {
        const ids = files.flatMap(({ deliveryId }) => deliveryId ?? []);
        const { waiting, reloads } = await hub.history.foreseeUndo(id, actor(), signal);
        const outcome = await withClient(hub.database, (client) => readOutcome(client, ids));
        const next = text('desk.preview', { command: `huiliu history undo ${id} --yes` });
        screen.answer({ import: id, state, undone: false, ...outcome, waiting, reloads }, () => [
          ...showEntities(outcome.entities, screen),
          '',
          ...showNewlyWaiting(waiting, 'history.undo-would-wait', screen),
          next,
        ]);
        return;
      }
      const { loads, waiting, reloads } = await hub.history.undo(id, actor(), signal);
      const again = reloads === 0 ? null : { deliveries: reloads, waiting: waiting.reduce((sum, { rows }) => sum + rows, 0) };
      screen.answer({ import: id, undone: true, loads, again, waiting }, () => [
        text('history.undone', { import: id }),
        ...(again ? wrapTo(text('history.undo-again', again), screen.width) : []),
        '',
        ...showNewlyWaiting(waiting, 'history.undo-waits', screen),
      ]);
    });
}

export function addList(history: Command, { screen, openHub }: Invocation): void {
  const { text, width } = screen;
  history
    .command('list')
    .description(text('history.list.about'))
    .option('--limit <count>', text('history.opt-limit'), parseCount, 20)
    .action(async ({ limit }: { limit: number }) => {
      const imports = await listImports((await openHub()).database, limit);
      const columns = [
        { title: text('history.col-import'), align: 'right' as const },
        { title: text('history.col-system') },
        { title: text('history.col-files'), shrinks: true },
        { title: text('history.col-at') },
        { title: text('history.col-actor') },
        { title: text('history.col-state') },
      ];
      screen.answer({ imports }, () =>
        imports.length === 0
          ? [text('history.none')]
          : showTable(
              columns,
              imports.map((one) => [
                ...[one.id, one.system, one.files.map(({ name }) => name).join('、'), shanghaiMoment(one.at), one.actor],
                text(`history.state-${one.state}`),
              ]),
              { width },
            ),
      );
    });
}

export function addShow(history: Command, { screen, openHub }: Invocation): void {
  const { text } = screen;
  history
    .command('show')
    .description(text('history.show.about'))
    .argument('<import>', text('history.arg-import'))
    .action(async (id: string) => {
      const hub = await openHub();
      const one = await hub.history.find(id);
      const ids = one.files.flatMap(({ deliveryId }) => deliveryId ?? []);
      const outcome = await withClient(hub.database, (client) => readOutcome(client, ids));
      const held = new Set(await hub.database('ledger.delivery').whereIn('id', ids).where({ state: 'held' }).pluck('id'));
      const fileText = (name: string, id: string | null) =>
        id ? `${name}  #${id}${held.has(id) ? `  ${text('history.held-file', { delivery: id })}` : ''}` : name;
      screen.answer({ ...one, held: [...held], ...outcome }, () => [
        ...showFacts([
          [text('history.col-import'), one.id],
          [text('history.col-system'), one.system],
          [text('history.col-state'), text(`history.state-${one.state}`)],
          [text('history.col-actor'), `${one.actor}  ${shanghaiMoment(one.at)}`],
          ...one.files.map(({ name, deliveryId }) => [text('history.col-files'), fileText(name, deliveryId)] as const),
        ]),
        '',
        ...(one.state === 'undone' ? [...wrapTo(text('history.before-undo', { import: id }), screen.width), ''] : []),
        ...(ids.length > 0
          ? [...showEntities(outcome.entities, screen), '', ...showRules(outcome, screen)]
          : [text('history.next-check', { import: id })]),
      ]);
    });
}
