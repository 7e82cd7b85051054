/** `exact`: the cell says nothing but "total". `ending`: a name followed by it, e.g. `岳阳 小计`. */
export interface TotalsWord {
  readonly rule: 'totals' | 'subtotal';
  readonly form: 'exact' | 'ending';
}

/**
 * Whether a cell speaks of a total. Cheap for the usual cell. A name that only begins so (总计大药房) is no total; a name that
 * ends so is one only together with what else the row lacks, which the caller decides.
 */
export function createTotalsWord(extraWords: readonly string[]): (cell: string) => TotalsWord | null {
  const extra = new Set(extraWords.map(plainWord));
  return (cell) => {
    if (cell.length > 40 || cell.length === 0) return null;
    if (extra.size > 0 && extra.has(plainWord(cell))) return { rule: 'totals', form: 'exact' };
    if (!cell.includes('计') && !cell.includes('汇总') && !(isLatin(cell.charCodeAt(0)) && /total|^sum$/iu.test(cell))) return null;
    const plain = plainWord(cell);
    if (exact.test(plain)) return { rule: /小计|本页|当页|每页|subtotal/u.test(plain) ? 'subtotal' : 'totals', form: 'exact' };
    return ending.test(plain) ? { rule: 'subtotal', form: 'ending' } : null;
  };
}

const isLatin = (code: number): boolean => (code | 32) >= 97 && (code | 32) <= 122;

const plainWord = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s*:()【】[\]<>=-]+/gu, '');

const word = '(?:总合计|合计|总计|小计|共计|累计|汇总|subtotal|grandtotal|total|sum)';
const exact = new RegExp(
  String.raw`^(?:本页|当页|每页|本单|本日|当日|本月|当月|全部|销售|采购|库存|数量|金额|数据|单据|页)?${word}(?:数量|金额|行|数|额)?(?:[\d.,]*(?:条|行|笔|张|盒|元)?)$`,
  'u',
);
const ending = /(?:合计|总计|小计|汇总)$/u;
