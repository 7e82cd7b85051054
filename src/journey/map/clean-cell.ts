/** A cell without surrounding white space and control characters; the text `NULL` of database exports is an empty cell. */
export function cleanCell(cell: string | undefined): string {
  if (cell === undefined || cell === '') return '';
  let text = cell;
  if (isEdge(text.charCodeAt(0)) || isEdge(text.charCodeAt(text.length - 1))) text = text.replace(edges, '');
  if (hasControl(text)) text = text.replace(controls, ' ').trim();
  return text.length === 4 && (text === 'NULL' || text === 'null' || text === 'Null') ? '' : text;
}

/** True for what people write into a cell that has nothing to say: `-`, `/`, 无 ... */
export function isPlaceholder(text: string): boolean {
  return text.length <= 3 && placeholders.has(text);
}

const isEdge = (code: number): boolean =>
  code <= 32 || code === 0xa0 || (code >= 0x2000 && code <= 0x200b) || code === 0x3000 || code === 0xfeff;
const edges = /^[\s\u0000-\u001f\u200b]+|[\s\u0000-\u001f\u200b]+$/gu;
const controls = /[\u0000-\u001f\u007f]+/gu;
const placeholders = new Set(['-', '--', '---', '—', '——', '/', '//', '\\', '无', '空', '暂无', '见包装', '*', '.', '\\N']);

/** A loop, because a regular expression costs three times as much on the short cells of a row. */
function hasControl(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code < 32 || code === 127) return true;
  }
  return false;
}
