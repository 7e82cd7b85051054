import type { ComparedDay, UploadComparison } from '../db/compare-upload.js';
import type { Upload } from '../db/upload-store.js';
import { renderMessage } from '../model/message.js';
import { shanghaiMoment } from '../model/shanghai-moment.js';
import { columnsIn } from './columns-in.js';
import type { Screen } from './screen.js';
import { showFacts } from './show-facts.js';
import { showFindings } from './show-report.js';
import { showTable } from './show-table.js';
import { wrapTo } from './text-width.js';
import { wordOf } from './word-of.js';

/** An upload as a person decides on it: who and why, what it says beside what is in force, what speaks against it. */
export function showUpload(upload: Upload, screen: Screen): string[] {
  const { text, width } = screen;
  const days = upload.from === null ? [] : [[text('upload.days'), `${upload.from} .. ${upload.to}`] as const];
  const decided =
    upload.decidedAt === null
      ? []
      : [[text('upload.decided'), `${upload.decidedBy} ${shanghaiMoment(upload.decidedAt)} ${upload.why}`.trim()] as const];
  const delivery = upload.deliveryId === null ? [] : [[text('upload.delivery'), `#${upload.deliveryId}`] as const];
  const lines = [
    `${upload.id}  ${upload.name}`,
    '',
    ...showFacts([
      [text('report.col-source'), upload.source],
      [text('upload.by'), `${upload.by}  ${shanghaiMoment(upload.uploadedAt)}`],
      [text('upload.reason'), upload.reason],
      [text('upload.way'), `${text(`upload.way-${upload.way}`)}  ${upload.address}`.trim()],
      ...days,
      [text('upload.state'), text(`upload.state-${upload.state}`)],
      ...decided,
      ...delivery,
    ]),
    '',
    ...showComparison(upload.comparison, screen),
  ];
  const { signals, findings, quarantined } = upload.comparison;
  if (signals.length > 0)
    lines.push('', text('upload.signals'), ...signals.flatMap((one) => indented(renderMessage(one, screen.language), width)));
  if (quarantined > 0) lines.push('', text('upload.quarantined', { count: quarantined }));
  if (findings.length > 0) lines.push('', text('upload.would-hold'), ...showFindings(findings, screen).map((line) => `  ${line}`));
  return lines;
}

function showComparison({ days, differences }: UploadComparison, { text, width }: Screen): string[] {
  const { left, long, right } = columnsIn(text);
  if (days.length === 0) return [];
  const table = showTable(
    [
      left('upload.col-day'),
      left('upload.col-kind'),
      ...(['rows', 'quantity', 'amount', 'same', 'changed', 'added', 'removed'] as const).map((key) => right(`upload.col-${key}`)),
    ],
    days.map((day) => [
      ...[day.day, wordOf('kind', day.kind, text), pair(day, 'rows'), pair(day, 'quantity'), pair(day, 'amount')],
      ...[day.same, day.changed, day.added, day.removed],
    ]),
    { width },
  );
  if (days.every(({ inForce }) => inForce === null)) return [...table, '', text('upload.nothing-there')];
  const lines = [text('upload.comparison'), ...table];
  if (differences.length === 0) return lines;
  const shown = showTable(
    [
      left('upload.col-day'),
      { title: '' },
      long('upload.col-party'),
      long('upload.col-product'),
      long('upload.col-doc'),
      right('upload.col-quantity'),
      right('upload.col-amount'),
    ],
    differences.map((one) => [
      ...[one.day, text(`upload.col-${one.what}`), one.party, one.product, [one.docNo, one.lot].filter(Boolean).join('/')],
      ...[`${one.before?.quantity ?? '—'}→${one.after?.quantity ?? '—'}`, `${one.before?.amount ?? '—'}→${one.after?.amount ?? '—'}`],
    ]),
    { width },
  );
  return [...lines, '', text('upload.differences', { count: differences.length }), ...shown];
}

function pair({ offered, inForce }: ComparedDay, key: 'rows' | 'quantity' | 'amount'): string {
  return `${inForce?.[key] ?? '—'}→${offered[key]}`;
}

function indented(line: string, width: number): string[] {
  return wrapTo(line, width - 4).map((part, at) => `  ${at === 0 ? '· ' : '  '}${part}`);
}
