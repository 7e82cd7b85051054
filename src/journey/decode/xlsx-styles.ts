import { type FormatKind, formatKind } from './number-format.js';
import { attributeOf, XmlScanner } from './xml-scanner.js';

/** What the number format of each cell style (`s` of a cell) makes of a number. */
export async function readStyles(chunks: AsyncIterable<string>): Promise<FormatKind[]> {
  const codes = new Map<number, string>();
  const formatIds: number[] = [];
  let inCellStyles = false;
  const scanner = new XmlScanner({
    open: (name, attributes) => {
      if (name === 'cellXfs') inCellStyles = true;
      else if (name === 'numFmt') codes.set(Number(attributeOf(attributes, 'numFmtId')), attributeOf(attributes, 'formatCode') ?? '');
      else if (name === 'xf' && inCellStyles) formatIds.push(Number(attributeOf(attributes, 'numFmtId') ?? 0));
    },
    close: (name) => {
      if (name === 'cellXfs') inCellStyles = false;
    },
    text: () => {},
  });
  for await (const chunk of chunks) scanner.write(chunk);
  return formatIds.map((id) => formatKind(id, codes.get(id)));
}
