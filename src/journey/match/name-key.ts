/**
 * The key under which two spellings of an organisation's name are exactly the same: width, case, spaces, punctuation and
 * brackets do not count, `有限公司` and `有限责任公司` are one legal form. Words inside brackets do count. '' for a name without
 * a letter or digit, which equals nothing.
 *
 * Stored in master.terminal.name_key: whoever changes this function has to rewrite that column.
 */
export function nameKey(name: string): string {
  return plain(name)
    .replace(/有限责任公司/gu, '有限公司')
    .replace(/股份有限公司|股份公司/gu, '股份公司');
}

/**
 * The same for a product: name and specification, `0.5g×24片` = `0.5G * 24片/盒`. The separator keeps a number at the end of
 * the name apart from one at the start of the specification; an empty specification gives a key that ends in `|`.
 */
export function productKey(name: string, spec: string): string {
  return `${plain(name)}|${specKey(spec)}`;
}

function plain(text: string): string {
  return text
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
}

/** Signs mean something in a specification (`5mg:1ml`, `0.9%`), so only spaces go and the signs of multiplication become one. */
function specKey(spec: string): string {
  return spec
    .normalize('NFKC')
    .toUpperCase()
    .replace(/\s/gu, '')
    .replace(/[×✕✖╳∗]|(?<=[\p{L}\p{N}%)])X(?=\d)/gu, '*')
    .replace(/[;,]/gu, ':')
    .replace(/\/[盒瓶袋听罐桶]$/u, '');
}
