import type { MonthFigure } from '../../../db/figures/read-month.js';
import type { Text } from '../../text.js';

/** What a figure is, in a word: 纯销, 调拨, 未识别, 采购, 库存. */
export function kindWord({ kind, buyerKind }: Pick<MonthFigure, 'kind' | 'buyerKind'>, text: Text): string {
  return kind === 'sale' ? text(`figures.buyer-${buyerKind ?? 'unknown'}`) : text(`figures.kind-${kind}`);
}
