import iconv from 'iconv-lite';
import { isRecord, type Table } from '../table.js';

/** An export with one element per line and one child per column, in declared GB18030. */
export function writeXml({ columns, rows, name }: Table): Buffer {
  const records = rows
    .filter(({ role }) => isRecord(role))
    .map(
      ({ cells }) =>
        `  <明细>${columns.map(({ title }, index) => `<${title}>${escapeText(cells[index]!)}</${title}>`).join('')}</明细>\r\n`,
    );
  return iconv.encode(`<?xml version="1.0" encoding="GB18030"?>\r\n<流向 类型="${name}">\r\n${records.join('')}</流向>\r\n`, 'gb18030');
}

const escapeText = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
