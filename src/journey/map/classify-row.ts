import type { Row } from '../../model/row.js';
import type { Header } from './find-header.js';
import { readDecimal } from './read-decimal.js';
import { createTotalsWord, type TotalsWord } from './totals-word.js';

/** What a row under the header is. `perhaps-note`: a lone text that is a note if no more data follows. */
export type RowClass = 'data' | 'blank' | 'repeated-header' | 'totals' | 'subtotal' | 'note' | 'perhaps-note';

/**
 * Tells data from everything else a sheet has under its header. The usual row has all its key cells and is settled by a few cheap
 * tests; a row that lacks one is looked at closely. In doubt it is data: a bad row is quarantined where a person sees it,
 * a dropped one is not.
 */
export function createRowClassifier(header: Header, totalsWords: readonly string[], filledDown: readonly string[]): (row: Row) => RowClass {
  const { fields } = header.binding;
  const at = (field: string): number => fields.indexOf(field);
  const isFlow = at('quantity') >= 0 || at('case_quantity') >= 0;
  const keys = ['date', 'product_name', 'name_and_spec', 'party_name', 'code', 'name', 'generic_name']
    .map(at)
    .filter((column) => column >= 0);
  const numbers = ['quantity', 'case_quantity', 'loose_quantity', 'price', 'amount'].map(at);
  const filled = new Set(filledDown.map(at));
  const lastKey = Math.max(...keys, 3);
  const totalsWord = createTotalsWord(totalsWords);
  const headerCells = header.rows.map((row) => row.cells);
  const firstKey = keys[0] ?? 0;
  const keyTitles = headerCells.map((cells) => cells[firstKey] ?? '');

  return ({ cells }) => {
    for (const title of keyTitles) if (title !== '' && cells[firstKey] === title && repeatsHeader(cells)) return 'repeated-header';
    let hasAllKeys = true;
    let speaksOfTotals = false;
    for (const column of keys) {
      const cell = cells[column];
      if (cell === undefined || cell === '') hasAllKeys = false;
      else if (mayBeTotals(cell)) speaksOfTotals = true;
    }
    if (hasAllKeys && !speaksOfTotals) return 'data';
    return classifyClosely(cells);
  };

  function repeatsHeader(cells: readonly string[]): boolean {
    return headerCells.some((titles) => cells.every((cell, column) => cell === '' || cell === (titles[column] ?? '')));
  }

  function classifyClosely(cells: readonly string[]): RowClass {
    const texts = [...cells.entries()].filter(([, cell]) => cell.trim() !== '');
    const [first] = texts;
    if (!first) return 'blank';
    const totals = totalsRow(cells);
    if (totals) return totals;
    if (!isFlow) return texts.length <= 2 && noteLike.test(plain(first[1])) ? 'note' : 'data';
    const hasNumber = numbers.some((column) => column >= 0 && readDecimal((cells[column] ?? '').trim()) !== null);
    if (hasNumber) return 'data';
    if (texts.length <= 8 && noteLike.test(plain(first[1]))) return 'note';
    if (texts.length > 1) return 'data';
    const [column, cell] = first;
    if (/\d{4}/u.test(cell) && !/[^\d\-/.年月日:\s]/u.test(cell)) return 'data';
    return keys.includes(column) && column !== 0
      ? 'data'
      : /[::。;,，；]|[（(]|^注/u.test(cell) || !keys.includes(column)
        ? 'perhaps-note'
        : 'data';
  }

  /** A total has its word among the leading cells, and lacks what a line of goods would have. */
  function totalsRow(cells: readonly string[]): 'totals' | 'subtotal' | null {
    let found: TotalsWord | null = null;
    let foundAt = -1;
    for (let column = 0; column <= lastKey && column < cells.length; column++) {
      const word = numbers.includes(column) ? null : totalsWord((cells[column] ?? '').trim());
      if (!word) continue;
      if (found === null || (found.form === 'ending' && word.form === 'exact')) {
        found = word;
        foundAt = column;
      }
    }
    if (!found) return null;
    const keysLeft = keys.filter((column) => column !== foundAt);
    const lacksKey = keysLeft.some((column) => !filled.has(column) && (cells[column] ?? '').trim() === '');
    const isKey = keys.includes(foundAt);
    if (found.form === 'exact' && isKey) return found.rule;
    return lacksKey ? found.rule : null;
  }

  function mayBeTotals(cell: string): boolean {
    return cell.length <= 40 && totalsWord(cell) !== null;
  }
}

const plain = (text: string): string => text.normalize('NFKC').replace(/\s+/gu, '');

const noteLike =
  /^(?:(?:制表|制单|审核|复核|打印|填表|填报|经办|负责|主管|会计|仓管|保管|开票|备注|说明|注|附注|联系|电话|传真|盖章|签字|签名|导出|查询|报表|操作|业务)[^:]{0,6}:|第\d+页|共\d+[页条行笔张]|--?第?\d+页?--?$|\d+\/\d+页|以下空白|此表|本表|本报表)/u;
