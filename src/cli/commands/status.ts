import type { Command } from 'commander';
import { type Breaker, listBreakers } from '../../db/breaker-store.js';
import { type AskedQuestion, type HeldLook, listHeldLooks, listQuestions } from '../../db/portal-store.js';
import { readArrivals } from '../../db/read-arrivals.js';
import { type Night, readNight } from '../../db/read-night.js';
import { addDays } from '../../model/add-days.js';
import { renderMessage } from '../../model/message.js';
import { shanghaiDay } from '../../model/shanghai-day.js';
import { shanghaiMoment } from '../../model/shanghai-moment.js';
import { openStates } from '../../schedule/judge-arrival.js';
import { type ExitCode, exitCode } from '../exit-code.js';
import type { Invocation } from '../invocation.js';
import { parseDay } from '../parse-day.js';
import { showBoard } from '../show-board.js';
import { showBalance, showHeld, showNames } from '../show-report.js';
import type { TextKey } from '../text.js';
import { wrapTo } from '../text-width.js';

/** `huiliu status`: what a person wants to know at eight in the morning. */
export function registerStatusCommand(program: Command, { screen, openHub }: Invocation, finish: (code: ExitCode) => void): void {
  const { text, language, width } = screen;
  program
    .command('status')
    .description(text('status.about'))
    .option('--date <yyyy-MM-dd>', text('status.opt-date'), parseDay)
    .option('--missing', text('status.opt-missing'), false)
    .action(async ({ date = null, missing }: { date?: string | null; missing: boolean }) => {
      if (missing) return showMissing(date ?? addDays(shanghaiDay(new Date()), -1));
      const { database } = await openHub();
      const portals = {
        questions: await listQuestions(database),
        pages: (await listHeldLooks(database)).map(({ evidence: _, ...page }) => page),
      };
      const night = { ...(await readNight(database, date)), breakers: await listBreakers(database), portals };
      const needsAttention = needs(night);
      finish(needsAttention ? exitCode.attention : exitCode.ok);
      screen.answer({ ...night, needsAttention }, () => show(night));
    });

  async function showMissing(businessDate: string): Promise<void> {
    const board = await readArrivals((await openHub()).database, businessDate);
    if (board.lines.some(({ state }) => openStates.has(state))) finish(exitCode.attention);
    screen.answer(board, () => showBoard(board, screen));
  }

  function show(night: Shown): string[] {
    const { breakers, portals, report, missing, namesWaiting, quarantineOpen, demotedKinds } = night;
    if (!report) return [text('status.none')];
    const lines = [
      text('status.title', { day: report.businessDate, state: text(`status.${report.state}`) }),
      '',
      ...showBalance(report, screen),
    ];
    if (report.held.length > 0)
      lines.push('', text('report.held', { count: report.held.length }), ...report.held.flatMap((one) => showHeld(one, screen)));
    if (report.failed.length > 0) {
      lines.push('', text('report.failed', { count: report.failed.length }));
      for (const { source, what, told } of report.failed)
        lines.push(`  ${source}  ${what}`, ...wrapTo(renderMessage(told, language), width - 4).map((line) => `    ${line}`));
    }
    if (missing.length > 0) {
      lines.push('', text('report.missing', { count: missing.length }));
      for (const { source, title, connector, by } of missing)
        lines.push(
          `  ${source}  ${text('status.missing-line', { title, connector, by: by ? text('status.missing-by', { by }) : '' })}`.trimEnd(),
        );
    }
    if (breakers.length > 0) {
      lines.push('', text('status.breakers', { count: breakers.length }));
      for (const { name, failures, openUntil, told } of breakers)
        lines.push(
          `  ${text('status.breaker', { name, failures, until: shanghaiMoment(openUntil) })}`,
          ...(told ? wrapTo(renderMessage(told, language), width - 4).map((line) => `    ${line}`) : []),
        );
    }
    const waiting = portals.questions.length + portals.pages.length;
    if (waiting > 0) lines.push('', text('portal.status', { count: waiting }));
    for (const { source, kind, id, state, expiresAt } of portals.questions) {
      const values = { source, id, kind: text(`portal.kind-${kind}` as TextKey), state: text(`portal.state-${state}` as TextKey) };
      lines.push(`  ${text('portal.status-question', { ...values, until: shanghaiMoment(expiresAt) })}`);
    }
    for (const source of new Set(portals.pages.map((page) => page.source))) lines.push(`  ${text('portal.status-page', { source })}`);
    const names = showNames(report.names, screen);
    lines.push('');
    if (names) lines.push(`${text('report.names')}  ${names}`);
    if (namesWaiting > 0) lines.push(text('status.names-waiting', { count: namesWaiting.toLocaleString('en-US') }));
    if (quarantineOpen > 0) lines.push(text('status.quarantine-open', { count: quarantineOpen.toLocaleString('en-US') }));
    if (demotedKinds.length > 0) lines.push(...wrapTo(text('status.demoted', { kinds: demotedKinds.join(text('audit.and')) }), width));
    if (!needs(night) && namesWaiting + quarantineOpen === 0) lines.push(text('status.all-clear'));
    return lines;
  }
}

interface Shown extends Night {
  readonly breakers: readonly Breaker[];
  readonly portals: { readonly questions: readonly AskedQuestion[]; readonly pages: readonly Omit<HeldLook, 'evidence'>[] };
}

/** Open names and quarantined rows are everyday work; held, failed, missing or unfinished needs somebody now. */
function needs({ report, missing, portals }: Shown): boolean {
  if (portals.questions.length + portals.pages.length > 0) return true;
  return report !== null && (report.state !== 'succeeded' || report.held.length + report.failed.length + missing.length > 0);
}
