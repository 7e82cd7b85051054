import { type Finding, isWaivable } from '../model/finding.js';
import { renderMessage } from '../model/message.js';
import type { RunReport } from '../model/run-report.js';
import { columnsIn } from './columns-in.js';
import { grouped } from './grouped.js';
import type { Screen } from './screen.js';
import { showTable } from './show-table.js';
import { wrapTo } from './text-width.js';
import { wordOf } from './word-of.js';

/** The balance sheet of a run as a person reads it: a line per source, the totals, names, and everything that waits; `help` says what to do about it. */
export function showReport(report: RunReport, screen: Screen, help: typeof showRelease = showRelease): string[] {
  const { text } = screen;
  const { totals, held, failed, manual, unchanged } = report;
  const seconds = text('report.seconds', { seconds: report.seconds.toFixed(1) });
  const names = showNames(report.names, screen);
  const isNew = totals.deliveries + held.length + failed.length > 0;
  const lines = [text('report.title', { day: report.businessDate }), ''];
  if (isNew) lines.push(...showBalance(report, screen), '');
  else lines.push(text('report.nothing-new', { sources: report.sources.length }));
  if (report.resumed) lines.push(text('report.resumed'));
  if (isNew && unchanged > 0) lines.push(text('report.unchanged', { unchanged }));
  if (manual.length > 0) {
    const list = manual.map(({ source, name, by }) => `${source} ${name}${by === '' ? '' : ` (${by})`}`).join(', ');
    lines.push(...wrapTo(text('report.manual', { count: manual.length, list }), screen.width));
  }
  if (totals.decoded > 0) lines.push(text('report.identity', countsOf(totals)));
  if (names) lines.push(`${text('report.names')}  ${names}`);
  const { duplicates } = report;
  if (duplicates && duplicates.customers + duplicates.left > 0)
    lines.push(...wrapTo(text(duplicates.left > 0 ? 'report.duplicates-left' : 'report.duplicates', countsOf(duplicates)), screen.width));
  const rate =
    totals.decoded > 0 && report.seconds > 0
      ? ` · ${text('report.rate', { rate: Math.round(totals.decoded / report.seconds).toLocaleString('en-US') })}`
      : '';
  lines.push(seconds + rate);
  if (held.length > 0) lines.push('', text('report.held', { count: held.length }), ...held.flatMap((one) => showHeld(one, screen, help)));
  if (failed.length > 0)
    lines.push(
      '',
      text('report.failed', { count: failed.length }),
      ...failed.flatMap(({ source, what, told }) =>
        item([source, what].filter(Boolean).join('  '), renderMessage(told, screen.language), screen.width),
      ),
    );
  return lines;
}

export function showBalance({ sources, totals, held }: Pick<RunReport, 'sources' | 'totals' | 'held'>, { text, width }: Screen): string[] {
  const { long, right } = columnsIn(text);
  const columns = [
    long('report.col-source'),
    right('report.col-deliveries'),
    right('report.col-decoded'),
    right('report.col-loaded'),
    right('report.col-quarantined'),
    right('report.col-dropped'),
    right('report.col-held'),
  ];
  const heldOf = (source: string) => held.filter((one) => one.source === source).length || '';
  const rows = sources.map((one) => [
    one.source,
    one.deliveries,
    one.decoded,
    one.loaded,
    one.quarantined,
    one.dropped,
    heldOf(one.source),
  ]);
  const sum = [
    text('report.total'),
    totals.deliveries,
    totals.decoded,
    totals.loaded,
    totals.quarantined,
    totals.dropped,
    held.length || '',
  ];
  return showTable(columns, [...rows, sum], { width, hasTotal: true });
}

export function showNames(names: RunReport['names'], { text }: Screen): string {
  return Object.entries(names)
    .map(([verdict, count]) => `${wordOf('verdict', verdict, text)} ${grouped(count)}`)
    .join(' · ');
}

export function showHeld(
  { source, name, deliveryId, findings }: RunReport['held'][number],
  screen: Screen,
  help: typeof showRelease = showRelease,
): string[] {
  return [`  ${source}  ${name}  #${deliveryId}`, ...indented([...showFindings(findings, screen), ...help(deliveryId, findings, screen)])];
}

/** Each finding after the name of its gate, wrapped with room for an indentation of four. */
export function showFindings(findings: readonly Finding[], { language, width }: Screen): string[] {
  return findings.flatMap(({ gate, told }) => wrapTo(`[${gate}] ${renderMessage(told, language)}`, width - 4));
}

/** What may help a held delivery, as commands to copy; a file that has to come again needs none. */
export function showRelease(deliveryId: string, findings: readonly Finding[], { text }: Screen): string[] {
  const gates = [...new Set(findings.map(({ gate }) => gate))];
  const command = `huiliu deliveries release ${deliveryId}`;
  const waivable = gates.filter(isWaivable).map((gate) => ` --waive ${gate}`);
  if (gates.some((gate) => gate.startsWith('map.'))) return [text('report.try-again'), `  ${command}`];
  if (waivable.length === 0 || waivable.length < gates.length) return [];
  return [text('report.waive'), `  ${command}${waivable.join('')} --why "${text('report.waive-why')}"`];
}

/** What to do next: commands with what they are for. */
export function showNext(commands: readonly (readonly [command: string, why: string])[], { text }: Screen): string[] {
  return [text('report.next'), ...commands.flatMap(([command, why]) => [`  ${why}`, `    ${command}`])];
}

function item(head: string, body: string, width: number): string[] {
  return [`  ${head}`, ...indented(wrapTo(body, width - 4))];
}

const indented = (lines: readonly string[]): string[] => lines.map((line) => `    ${line}`);

const countsOf = (counts: object): Record<string, string> =>
  Object.fromEntries(Object.entries(counts).map(([key, value]: [string, number]) => [key, grouped(value)]));
