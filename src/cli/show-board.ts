import type { Board, BoardLine } from '../db/read-arrivals.js';
import { renderMessage } from '../model/message.js';
import { shanghaiDay } from '../model/shanghai-day.js';
import { shanghaiMoment } from '../model/shanghai-moment.js';
import { type ArrivalState, openStates } from '../schedule/judge-arrival.js';
import { calendarWarningDays, daysLeft } from '../schedule/work-calendar.js';
import type { Screen } from './screen.js';
import { wrapTo } from './text-width.js';

type OpenState = 'missing' | 'empty' | 'held' | 'failed';

const order: readonly ArrivalState[] = ['missing', 'failed', 'held', 'empty', 'late', 'awaited', 'excused'];

/** The missing board as lines: what is wrong first, each with reason, whom to call, since when and what to do; what arrived is a count. */
export function showBoard({ businessDate, isWorkday, validUntil, lines, now }: Board, { text, language, width }: Screen): string[] {
  const of = (state: ArrivalState) => lines.filter((line) => line.state === state);
  const shown = [text('board.title', { day: businessDate, kind: text(isWorkday ? 'board.workday' : 'board.day-off') })];
  const counts = (['arrived', ...order] as const)
    .filter((state) => of(state).length > 0)
    .map((state) => `${text(`arrival.${state}`)} ${of(state).length}`);
  shown.push(lines.length === 0 ? text('board.nothing-expected') : counts.join(' · '));
  for (const state of order) {
    if (of(state).length === 0) continue;
    shown.push('', text(`arrival.${state}`));
    for (const line of of(state)) shown.push(...showLine(line));
  }
  const left = daysLeft({ validUntil }, shanghaiDay(now));
  if (left < calendarWarningDays) shown.push('', text('calendar.ends', { day: validUntil ?? '-' }), text('calendar.todo'));
  return shown;

  function showLine(line: BoardLine): string[] {
    const name = [line.title, line.distributor].filter((one, at, all) => one && all.indexOf(one) === at).join(' · ');
    const head = `  ${line.source}  ${text('status.missing-line', { title: name, connector: line.connector, by: '' })}`.trimEnd();
    const facts: string[] = [];
    if (line.state === 'late') facts.push(text('board.came', { at: shanghaiMoment(line.firstSeenAt!), due: shanghaiMoment(line.dueAt) }));
    else if (line.state === 'awaited' || line.state === 'missing') facts.push(text('board.due', { due: shanghaiMoment(line.dueAt) }));
    if (openStates.has(line.state)) facts.push(line.lastDay ? text('board.last-day', { day: line.lastDay }) : text('board.never'));
    if (line.reason) {
      const said = line.saidBy === 'person' ? text('board.said-by', { by: line.excusedBy ?? '' }) : text('board.supposed');
      facts.push(text('board.reason', { reason: text(`reason.${line.reason}`), said }) + (line.note ? `  ${line.note}` : ''));
    }
    for (const one of line.told) facts.push(renderMessage(one, language));
    if (openStates.has(line.state)) {
      const { name: person, phone, mail, note } = line.contact;
      const contact = [person, phone, mail, note].filter(Boolean).join(' ');
      facts.push(contact ? text('board.call', { contact }) : text('board.no-contact', { source: line.source }));
      facts.push(`→ ${text(`board.todo-${line.state as OpenState}`)}`);
    }
    return [
      head,
      ...facts.flatMap((fact) => wrapTo(fact, width - 4).map((one) => `    ${one}`)),
      ...(openStates.has(line.state) ? commandsFor(line).map((command) => `      ${command}`) : []),
    ];
  }

  /** Never wrapped: they are copied. */
  function commandsFor({ source, state, held }: BoardLine): string[] {
    if (state === 'failed') return [`huiliu sources test ${source}`, `huiliu run nightly --source ${source} --date ${businessDate}`];
    if (state === 'held' && held[0]) return [`huiliu deliveries show ${held[0].deliveryId}`];
    return [`huiliu missing excuse ${source} --date ${businessDate} --reason no-sales`];
  }
}
