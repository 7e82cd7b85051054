import type { LinkImpact } from '../../../db/names/link-impact.js';
import { grouped } from '../../grouped.js';
import { showTable } from '../../show-table.js';
import type { Text } from '../../text.js';
import { wordOf } from '../../word-of.js';

/** What a change of links moves, as a table; no line when it moves nothing. */
export function showImpact({ moves, names, rows, amount }: LinkImpact, text: Text, width: number): string[] {
  if (names === 0) return [];
  const columns = [
    { title: text('names.col-from') },
    { title: text('names.col-to') },
    ...(['names.col-names', 'desk.rows', 'desk.amount'] as const).map((key) => ({ title: text(key), align: 'right' as const })),
  ];
  const shown = moves.map((move) => [
    ...[wordOf('verdict', move.from, text), wordOf('verdict', move.to, text)],
    ...[move.names, move.rows, grouped(move.amount)],
  ]);
  return showTable(columns, [...shown, [text('desk.total'), '', names, rows, grouped(amount)]], { width, hasTotal: true });
}
