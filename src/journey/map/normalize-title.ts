/**
 * The form in which column titles are compared: NFKC, lower case, without white space, without the `*` and `:` that mark a
 * title as required or as a label. Brackets become the narrow ones and `【】〔〕[]` become `()`.
 */
export function normalizeTitle(title: string): string {
  return title
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s\u200b\ufeff"']+/gu, '')
    .replace(/[[【〔〈<]/gu, '(')
    .replace(/[\]】〕〉>]/gu, ')')
    .replace(/^[*★#]+/u, '')
    .replace(/[*★:;,、。]+$/u, '');
}

/**
 * A title without a closing remark that does not change its meaning, and the unit it names: `数量(盒)` → 数量, 盒.
 * Remarks that do change it (万元, 不含税, 件) stay, so such a title is never taken for the plain one.
 */
export function withoutRemark(normalized: string): { readonly title: string; readonly unit: string } | null {
  const found = /^(.+?)[(/]?\(?(盒|瓶|支|袋|片|粒|元|人民币|最小单位|必填|选填)\)$/u.exec(normalized);
  if (!found) return null;
  const [, title = '', remark = ''] = found;
  return { title, unit: saleUnits.has(remark) ? remark : '' };
}

const saleUnits = new Set(['盒', '瓶', '支', '袋', '片', '粒']);
