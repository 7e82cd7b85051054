import type { ChangeRequest } from '../../../db/master/change-requests.js';
import type { Language } from '../../../model/message.js';
import { shanghaiMoment } from '../../../model/shanghai-moment.js';
import type { Text } from '../../text.js';
import { wrapTo } from '../../text-width.js';
import { fieldTitle, valueWord } from './field-words.js';

/** A request: what it is about and in which state, what it would change, who asked when and why, who answered. */
export function requestLines(
  request: ChangeRequest,
  { text, language, width }: { readonly text: Text; readonly language: Language; readonly width: number },
): string[] {
  const { id, kind, state, no, name, askedBy, askedAt, reason, answeredBy, answer } = request;
  const details = [
    ...changedValues(request, language),
    `${askedBy} ${shanghaiMoment(new Date(askedAt)).slice(0, 16)}：${reason}`,
    ...(answeredBy === null ? [] : [`${answeredBy}：${answer || '—'}`]),
  ];
  return [
    [id, text(`customer.change-${kind}`), [no, name].filter(Boolean).join(' '), text(`customer.request-${state}`)].join('  '),
    ...details.flatMap((detail) => wrapTo(detail, width - 4).map((line) => `    ${line}`)),
  ];
}

/** `地址: 旧 → 新`; of closing the state, of merging what goes on, of a new one what it would have. */
export function changedValues({ kind, fields, before }: ChangeRequest, language: Language): string[] {
  const word = (field: string, value: string) => (value === '' ? '—' : valueWord('customer', field, value, language));
  if (kind === 'close') return [`${fieldTitle('customer', 'status', language)} → ${word('status', 'closed')}`];
  const isChange = kind === 'rename' || kind === 'move';
  return Object.entries(fields).map(
    ([field, value]) =>
      `${fieldTitle('customer', field, language)}: ${isChange ? `${word(field, before[field] ?? '')} → ` : ''}${word(field, value)}`,
  );
}
