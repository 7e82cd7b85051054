import type { MasterImpact } from '../../../db/master/change-master.js';
import type { Language } from '../../../model/message.js';
import { grouped } from '../../grouped.js';
import type { Text } from '../../text.js';
import { fieldTitle, valueWord } from './field-words.js';

/** What a change of the master moves, record by record, and the lines behind redirected terminals. */
export function showMasterImpact(
  {
    records,
    changes,
    terminals,
    names,
    rows,
    amount,
    cameIn,
  }: Pick<MasterImpact, 'records' | 'changes' | 'terminals' | 'names' | 'rows' | 'amount' | 'cameIn'>,
  text: Text,
  language: Language,
): string[] {
  const lines = changes.flatMap(({ no, entity, name, kinds, values }) => [
    `${no}  ${name}  ${kinds.map((kind) => text(`customer.kind-${kind as 'created'}`)).join('、')}`,
    ...values.map(({ attribute, before, after }) => {
      const word = (value: string | null) => (value === null ? '—' : valueWord(entity, attribute, value, language));
      return `    ${fieldTitle(entity, attribute, language)}: ${word(before)} → ${word(after)}`;
    }),
  ]);
  return [
    ...(cameIn > 0 ? [text('customer.came-in', { count: grouped(cameIn) })] : []),
    ...(records === 0 && cameIn === 0 ? [text('customer.no-change')] : lines),
    ...(records > changes.length ? [text('customer.more-records', { count: grouped(records - changes.length) })] : []),
    ...(terminals > 0 ? [text('names.redirected', { terminals, names, rows: grouped(rows), amount: grouped(amount) })] : []),
  ];
}
