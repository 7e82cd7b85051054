import type { Command } from 'commander';
import { answerPortal } from '../../../app/answer-portal.js';
import { type AskedQuestion, findQuestion, listQuestions } from '../../../db/portal-store.js';
import { HubError } from '../../../model/hub-error.js';
import { message } from '../../../model/message.js';
import { shanghaiMoment } from '../../../model/shanghai-moment.js';
import { type ExitCode, exitCode } from '../../exit-code.js';
import { exitCodeOf } from '../../exit-code-of.js';
import type { Invocation } from '../../invocation.js';
import { actor } from '../../open-command-context.js';
import { saveFile } from '../../save-file.js';
import { showProgress } from '../../show-progress.js';
import { showReport } from '../../show-report.js';
import { showTable } from '../../show-table.js';
import type { TextKey } from '../../text.js';
import { askNow } from './ask-now.js';
import { portalSource } from './portal-source.js';

/** `portal questions|show|answer|login`: pictures and codes that only a person can read. */
export function registerQuestions(portal: Command, invocation: Invocation, finish: (code: ExitCode) => void): void {
  const { screen, openHub, signal } = invocation;
  const { text } = screen;

  portal
    .command('questions')
    .description(text('portal.questions.about'))
    .option('--all', text('portal.opt-all'), false)
    .action(async ({ all }: { all: boolean }) => {
      const list = await listQuestions((await openHub()).database, { all });
      if (list.some(({ state }) => state === 'open')) finish(exitCode.attention);
      screen.answer({ questions: list }, () => (list.length === 0 ? [text('portal.none')] : table(list)));
    });

  portal
    .command('show')
    .description(text('portal.show.about'))
    .argument('<id>', text('portal.arg-id'))
    .option('--out <file>', text('portal.opt-image'))
    .action(async (id: string, { out }: { out?: string }) => {
      const found = await findQuestion((await openHub()).database, id);
      if (!found) throw new HubError('config', message('portal.no-answer-of-that-id', { id }));
      const { image, ...question } = found;
      if (out !== undefined && image) await saveFile(out, image, { force: true });
      const saved = out !== undefined && image ? out : null;
      screen.answer({ ...question, saved }, () => [
        ...table([question]),
        ...(question.prompt ? [question.prompt] : []),
        image === null
          ? text('portal.no-image')
          : saved === null
            ? text('portal.image-there')
            : text('portal.image-saved', { path: saved }),
      ]);
    });

  portal
    .command('answer')
    .description(text('portal.answer.about'))
    .argument('<id>', text('portal.arg-id'))
    .argument('<text>', text('portal.arg-answer'))
    .option('--no-run', text('portal.opt-no-run'))
    .action(async (id: string, answer: string, { run }: { run: boolean }) => {
      const hub = await openHub();
      const { source, order } = await answerPortal(hub, { id, answer, by: actor() });
      if (!run) {
        await hub.startRun(order);
        return screen.answer({ answered: id, source }, () => [text('portal.answered', { id, source })]);
      }
      const { businessDate, occasion } = order;
      const progress = showProgress(hub, screen);
      try {
        const report = await hub.runNightly({ businessDate, sources: [source], occasion, signal });
        progress.stop();
        const next = (await listQuestions(hub.database)).find((one) => one.source === source);
        finish(next ? exitCode.attention : exitCodeOf(report));
        screen.answer({ answered: id, source, run: report, waitsAgain: next?.id ?? null }, () => [
          ...showReport(report, screen),
          ...(next ? ['', text('portal.waits-again', { id: next.id, source })] : []),
        ]);
      } finally {
        progress.stop();
      }
    });

  portal
    .command('login')
    .description(text('portal.login.about'))
    .argument('<source>', text('sources.arg-code'))
    .option('--out <file>', text('portal.opt-image'))
    .action(async (code: string, { out }: { out?: string }) => {
      const hub = await openHub();
      const { source, connector, settings } = await portalSource(hub, code);
      const io = { ...hub.ioOf(source, signal), askNow: askNow(screen, out, signal) };
      try {
        await connector.check(settings, io);
      } finally {
        await connector.close?.(settings, io);
      }
      screen.answer({ source: code, loggedIn: true }, () => [text('portal.logged-in', { source: code })]);
    });

  function table(list: readonly AskedQuestion[]): string[] {
    const columns = (['id', 'source', 'kind', 'state', 'asked', 'until', 'by'] as const).map((name) => ({
      title: text(`portal.col-${name}`),
    }));
    const rows = list.map((one) => [
      ...[one.id, one.source, text(`portal.kind-${one.kind}` as TextKey), text(`portal.state-${one.state}` as TextKey)],
      ...[shanghaiMoment(one.askedAt), shanghaiMoment(one.expiresAt), one.answeredBy ?? ''],
    ]);
    return showTable(columns, rows, screen);
  }
}
