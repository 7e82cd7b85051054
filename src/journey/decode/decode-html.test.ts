import iconv from 'iconv-lite';
import { expect, test } from 'vitest';
import { decodeNotes, decodeParts, decodeRows, refusal } from './decode-samples.js';

const page = (body: string, charset = 'gb2312') =>
  iconv.encode(
    `<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><meta http-equiv=Content-Type content="text/html; charset=${charset}"><title>x</title><style>td{mso-number-format:"\\@"}</style></head><body>${body}</body></html>`,
    'gb18030',
  );

test('a table that a portal saved as .xls, header cells included', async () => {
  const [part] = await decodeParts(
    'a.xls',
    page(
      '<table><tr><th>客户名称</th><th>数量</th></tr><tr><td>仁心&nbsp;大药房\n  二店</td><td>&nbsp;10&nbsp;</td></tr><tr></tr><tr><td>𠮷<b>康</b><br>x</td><td>00123</td></tr></table>',
    ),
  );
  expect(part?.rows).toEqual([
    ['客户名称', '数量'],
    ['仁心 大药房 二店', '10'],
    ['𠮷康 x', '00123'],
  ]);
  expect(part?.rowNos).toEqual([1, 2, 4]);
  expect(part?.part).toMatchObject({ media: 'html', path: 'a.xls', encoding: { encoding: 'gb18030', because: 'declared' } });
});

test('UTF-8 that declares itself as gb2312 is read as what it is', async () => {
  const bytes = iconv.decode(page('<table><tr><td>仁心</td><td>1</td></tr></table>'), 'gb18030');
  expect(await decodeRows('a.xls', Buffer.from(bytes))).toEqual([['仁心', '1']]);
});

test('spanned cells keep their place and hold their text once', async () => {
  const body =
    '<table><tr><th rowspan=2>客户</th><th colspan=2>销售</th></tr><tr><th>数量</th><th>金额</th></tr><tr><td>甲</td><td>1</td><td>2</td></tr></table>';
  expect(await decodeRows('a.xls', page(body))).toEqual([
    ['客户', '销售'],
    ['', '数量', '金额'],
    ['甲', '1', '2'],
  ]);
});

test('several tables are several parts; a frame around them and unclosed tags are not data', async () => {
  const body =
    '<table><tr><td>菜单<table><tr><td>a<td>1<tr><td>b<td>2</table><table><tr><td>c</td><td>3</td></tr></table></td></tr></table>';
  const parts = await decodeParts('a.xls', page(body));
  expect(parts.map(({ part, rows }) => [part.path, rows])).toEqual([
    [
      'a.xls',
      [
        ['a', '1'],
        ['b', '2'],
      ],
    ],
    ['a.xls#table2', [['c', '3']]],
  ]);
});

test('a single column counts when there is nothing else', async () => {
  expect(await decodeRows('a.xls', page('<table><tr><td>客户</td></tr><tr><td>甲</td></tr></table>'))).toEqual([['客户'], ['甲']]);
});

test('a login page named .xls is refused; a table cut short too; a page cut behind its table is not', async () => {
  expect(await refusal('a.xls', page('<form><input name=user></form>请登录'))).toContain('decode.no-table');
  const bytes = page('<table><tr><td>a</td><td>1</td></tr></table>尾');
  expect(await refusal('a.xls', bytes.subarray(0, bytes.indexOf('</table>')))).toContain('decode.half-written');
  expect(await decodeRows('a.xls', bytes.subarray(0, bytes.indexOf('</table>') + 8))).toEqual([['a', '1']]);
});

test('an absurd span is refused', async () => {
  expect(await refusal('a.xls', page('<table><tr><td colspan=99999999>a</td><td>b</td></tr></table>'))).toContain('decode.too-many-cells');
});

test('a large table leaves in batches', async () => {
  const body = `<table>${'<tr><td>a</td><td>b</td></tr>'.repeat(20_000)}</table>`;
  expect(await decodeRows('a.xls', page(body))).toHaveLength(20_000);
  expect(await decodeNotes('a.xls', page(body))).toEqual([]);
});
