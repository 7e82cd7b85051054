import type { ApprovalSight } from '../../../db/master/answer-requests.js';
import type { PairSide } from '../../../db/master/merge-records.js';
import type { Behind } from '../../../db/master/read-behind.js';
import type { Language } from '../../../model/message.js';
import { grouped } from '../../grouped.js';
import type { Text, TextKey } from '../../text.js';
import { differenceLines, otherValueLines } from './difference-lines.js';

/** What whoever merges or closes a record, or approves that, has to see: which two, in what they differ, what hangs on the one that goes. */
export function approvalLines({ pair, behind }: ApprovalSight, text: Text, language: Language): string[] {
  return [
    ...(pair ? [text('customer.merge-of', { from: sideOf(pair.from), to: sideOf(pair.into) })] : []),
    ...(pair ? differenceLines(pair.differences, text, language) : []),
    ...(pair ? otherValueLines(pair.otherValues, text, language) : []),
    ...(pair && pair.challenged > 0 ? [text('customer.challenged', { count: grouped(pair.challenged) })] : []),
    ...(behind ? behindLines(behind, pair !== null, text) : []),
  ];
}

function behindLines({ names, lines, lastDay, related }: Behind, isMerge: boolean, text: Text): string[] {
  const list = [
    ...(names > 0 ? [text('customer.behind-names', { count: grouped(names) })] : []),
    ...(lines > 0 ? [text('customer.behind-lines', { count: grouped(lines), day: lastDay ?? '' })] : []),
    ...related.map(({ entity, records }) => `${text(`customer.entity-${entity}` as TextKey)} ${grouped(records)}`),
  ];
  return list.length === 0
    ? []
    : [text(isMerge ? 'customer.behind-merge' : 'customer.behind-close', { list: list.join(text('customer.behind-and')) })];
}

/** Number, name and place, so that whoever merges sees which two it is about. */
const sideOf = ({ no, name, place }: PairSide): string => [no, name, place].filter((part) => part !== '').join(' ');
