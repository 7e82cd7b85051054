import type { ChangeRequest } from '../../../db/master/change-requests.js';
import type { Language } from '../../../model/message.js';
import { shanghaiMoment } from '../../../model/shanghai-moment.js';
import type { Text } from '../../text.js';
import { textWidth, wrapTo } from '../../text-width.js';
import { fieldTitle, valueWord } from './field-words.js';

/** A request: what it is about and in which state, what it would change, who asked when and why, who answered. */
export function requestLines(
  request: ChangeRequest,
  { text, language, width }: { readonly text: Text; readonly language: Language; readonly width: number },
): string[] {
  const { id, kind, state, no, name, mergedNo, askedBy, askedAt, answeredBy, answer } = request;
  const record = [no, name, ...(mergedNo === null ? [] : [text('customer.request-was', { no: mergedNo })])].filter(Boolean).join(' ');
  const details = [
    ...changedValues(request, language),
    `${askedBy} ${shanghaiMoment(new Date(askedAt))}：${reasonOf(request, text)}`,
    ...(answeredBy === null ? [] : [`${answeredBy}：${answer || '—'}`]),
  ];
  return [
    [id, text(`customer.change-${kind}`), record, text(`customer.request-${state}`)].join('  '),
    ...packed(details, width - 4).map((line) => `    ${line}`),
  ].map(plain);
}

/** As many in a line as fit; one that is longer than a line is wrapped. */
function packed(details: readonly string[], width: number): string[] {
  const lines: string[] = [];
  for (const detail of details) {
    const both = `${lines.at(-1) ?? ''}  ${detail}`;
    if (lines.length > 0 && textWidth(both) <= width) lines[lines.length - 1] = both;
    else lines.push(...wrapTo(detail, width));
  }
  return lines;
}

/** What programs and files say must not drive the terminal. */
const plain = (line: string): string => line.replace(/\p{Cc}+/gu, ' ');

/** An import gives `import #3 FILE` as its reason, in whatever language it is read. */
function reasonOf({ import: of, reason }: ChangeRequest, text: Text): string {
  const head = `import #${of} `;
  return of !== null && reason.startsWith(head)
    ? text('customer.asked-by-import', { import: of, file: reason.slice(head.length) })
    : reason;
}

/** `地址: 旧 → 新`; of closing the state, of merging what goes on, of a new one what it would have. */
export function changedValues({ kind, state, fields, before }: ChangeRequest, language: Language): string[] {
  const word = (field: string, value: string) => (value === '' ? '—' : valueWord('customer', field, value, language));
  if (kind === 'close') return [`${fieldTitle('customer', 'status', language)} → ${word('status', 'closed')}`];
  // Of one that is done what it was before is not what the record has today.
  const isChange = (kind === 'rename' || kind === 'move') && state !== 'approved';
  return Object.entries(fields).map(
    ([field, value]) =>
      `${fieldTitle('customer', field, language)}: ${isChange ? `${word(field, before[field] ?? '')} → ` : ''}${word(field, value)}`,
  );
}
