import iconv from 'iconv-lite';
import type { Table } from '../table.js';

/** The HTML table that web reports hand out as `.xls`, in GBK; what GBK lacks becomes a character reference. */
export function writeHtml({ rows, name }: Table): Buffer {
  const lines = rows.map(({ role, cells }) => {
    if (role === 'title') return `<tr><td colspan="${cells.length}" align="center"><b>${escapeText(cells[0]!)}</b></td></tr>`;
    const tag = role === 'header' || role === 'repeated-header' ? 'th' : 'td';
    return `<tr>${cells.map((cell) => `<${tag}>${escapeText(cell) || '&nbsp;'}</${tag}>`).join('')}</tr>`;
  });
  const head = `<head><meta http-equiv="Content-Type" content="text/html; charset=gb2312"><title>${name}</title></head>`;
  return iconv.encode(
    `<html xmlns:x="urn:schemas-microsoft-com:office:excel">${head}<body><table border="1">\r\n${lines.join('\r\n')}\r\n</table></body></html>\r\n`,
    'gbk',
  );
}

function escapeText(text: string): string {
  const safe = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return [...safe].map((sign) => (isInGbk(sign) ? sign : `&#${sign.codePointAt(0)};`)).join('');
}

const isInGbk = (sign: string): boolean => sign.charCodeAt(0) < 0x80 || iconv.decode(iconv.encode(sign, 'gbk'), 'gbk') === sign;
