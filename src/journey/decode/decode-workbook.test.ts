import iconv from 'iconv-lite';
import JSZip from 'jszip';
import { describe, expect, test } from 'vitest';
import * as XLSX from 'xlsx';
import { decodeNotes, decodeParts, decodeRows, refusal } from './decode-samples.js';

const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';
const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const relations = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

/** A workbook of one sheet with exactly the XML we want to see read. */
async function workbook(
  sheet: string,
  more: { strings?: string; styles?: string; workbookPr?: string; prefix?: string } = {},
): Promise<Buffer> {
  const zip = new JSZip();
  const p = more.prefix ?? '';
  const ns = `xmlns${p === '' ? '' : `:${p.slice(0, -1)}`}="${main}" xmlns:r="${relations}"`;
  zip.file('[Content_Types].xml', `${head}<Types/>`);
  zip.file(
    '_rels/.rels',
    `${head}<Relationships><Relationship Id="rId1" Type="${relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
  );
  zip.file(
    'xl/workbook.xml',
    `${head}<${p}workbook ${ns}>${more.workbookPr ?? ''}<${p}sheets><${p}sheet name="销售 &amp; 退货" sheetId="1" r:id="rId1"/></${p}sheets></${p}workbook>`,
  );
  zip.file(
    'xl/_rels/workbook.xml.rels',
    `${head}<Relationships><Relationship Id="rId1" Type="${relations}/worksheet" Target="worksheets/sheet1.xml"/>
     <Relationship Id="rId2" Type="${relations}/sharedStrings" Target="/xl/sharedStrings.xml"/><Relationship Id="rId3" Type="${relations}/styles" Target="styles.xml"/></Relationships>`,
  );
  zip.file(
    'xl/worksheets/sheet1.xml',
    `${head}<${p}worksheet ${ns}><${p}dimension ref="A1:XFD1048576"/><${p}sheetData>${sheet}</${p}sheetData></${p}worksheet>`,
  );
  if (more.strings !== undefined) zip.file('xl/sharedStrings.xml', `${head}<sst xmlns="${main}">${more.strings}</sst>`);
  if (more.styles !== undefined) zip.file('xl/styles.xml', `${head}<styleSheet xmlns="${main}">${more.styles}</styleSheet>`);
  return zip.generateAsync({ type: 'nodebuffer', compression: 'DEFLATE' });
}

const styles = `<numFmts><numFmt numFmtId="176" formatCode="yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;;@"/><numFmt numFmtId="177" formatCode="0.00_);[Red]\\(0.00\\)"/></numFmts>
 <cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>
 <cellXfs><xf numFmtId="0"/><xf numFmtId="176"/><xf numFmtId="177"/><xf numFmtId="22"/><xf numFmtId="31"/><xf numFmtId="20"/><xf numFmtId="46"/></cellXfs>`;

describe('xlsx', () => {
  test('sheet rows keep their numbers, and rows without a value are not emitted', async () => {
    const [part] = await decodeParts(
      'a.xlsx',
      await workbook(
        '<row r="2"><c r="B2"><v>1</v></c></row><row r="3" ht="20"><c r="A3" s="1"/></row><row r="9"><c r="A9"><v>2</v></c></row>',
      ),
    );
    expect(part?.rows).toEqual([['', '1'], ['2']]);
    expect(part?.rowNos).toEqual([2, 9]);
    expect(part?.part).toMatchObject({ path: 'a.xlsx#销售 & 退货', sheet: '销售 & 退货', media: 'xlsx', encoding: null });
  });

  test('shared and inline text: runs joined, phonetic hints left out, spaces and escapes kept', async () => {
    const strings = `<si><t xml:space="preserve"> 仁心&amp;康 </t></si><si><r><rPr><b/></rPr><t>阿莫</t></r><r><t>西林</t></r><rPh sb="0" eb="1"><t>amo</t></rPh></si><si><t>a_x000D_b</t></si><si/>`;
    const sheet = `<row><c t="s"><v>0</v></c><c t="s"><v>1</v></c><c t="s"><v>2</v></c><c t="s"><v>3</v></c>
      <c t="inlineStr"><is><r><t>内</t></r><r><t>联&lt;</t></r></is></c><c t="str"><f>A1&amp;"x"</f><v>公式&#20013;</v></c><c><v><![CDATA[7]]></v></c></row>`;
    expect(await decodeRows('a.xlsx', await workbook(sheet, { strings }))).toEqual([
      [' 仁心&康 ', '阿莫西林', 'a\rb', '', '内联<', '公式中', '7'],
    ]);
  });

  test('booleans, errors, ISO dates and formulas without a value', async () => {
    const sheet =
      '<row r="1"><c r="A1" t="b"><v>1</v></c><c r="B1" t="e"><v>#N/A</v></c><c r="C1" t="d"><v>2024-03-05T08:30:00</v></c><c r="D1"><f>1+1</f></c><c r="E1" t="str"><f>X</f><v></v></c><c r="F1" t="b"><v>0</v></c></row>';
    expect(await decodeRows('a.xlsx', await workbook(sheet))).toEqual([['TRUE', '#N/A', '2024-03-05 08:30:00', '', '', 'FALSE']]);
  });

  test('dates are told by their number format, Chinese formats and built-ins included', async () => {
    const cell = (style: number, value: string) => `<c s="${style}"><v>${value}</v></c>`;
    const sheet = `<row>${cell(1, '45356')}${cell(2, '45356')}${cell(3, '45356.3541666667')}${cell(4, '45356.9999999')}${cell(5, '0.5')}${cell(6, '1.25')}${cell(1, '60')}${cell(1, '59')}${cell(1, '-3')}${cell(1, '0')}</row>`;
    expect(await decodeRows('a.xlsx', await workbook(sheet, { styles }))).toEqual([
      ['2024-03-05', '45356', '2024-03-05 08:30:00', '2024-03-06', '12:00:00', '30:00:00', '1900-02-29', '1900-02-28', '-3', '0'],
    ]);
  });

  test('a code that a format shows with its zeros has them', async () => {
    const zeros =
      '<numFmts><numFmt numFmtId="176" formatCode="000000"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="176"/></cellXfs>';
    const cell = (value: string) => `<c s="1"><v>${value}</v></c>`;
    const sheet = `<row>${['17', '1234567', '2.5', '-3', '0'].map(cell).join('')}<c><v>17</v></c></row>`;
    expect(await decodeRows('a.xlsx', await workbook(sheet, { styles: zeros }))).toEqual([
      ['000017', '1234567', '2.5', '-3', '000000', '17'],
    ]);
  });

  test('a workbook that counts from 1904 gives the same days', async () => {
    const sheet = '<row><c s="1"><v>43894</v></c></row>';
    expect(await decodeRows('a.xlsx', await workbook(sheet, { styles, workbookPr: '<workbookPr date1904="1"/>' }))).toEqual([
      ['2024-03-05'],
    ]);
  });

  test('numbers come with at most 15 digits and without exponents', async () => {
    const values = [
      '0.30000000000000004',
      '1.1010119900101123E+17',
      '1E-7',
      '123456789012345',
      '12345678901234567',
      '-0.5',
      '100',
      '1.10',
      '0',
      '2.5000000000000001E-2',
    ];
    const sheet = `<row>${values.map((value) => `<c><v>${value}</v></c>`).join('')}</row>`;
    expect(await decodeRows('a.xlsx', await workbook(sheet))).toEqual([
      ['0.3', '110101199001011000', '0.0000001', '123456789012345', '12345678901234600', '-0.5', '100', '1.1', '0', '0.025'],
    ]);
  });

  test('namespace prefixes, missing positions and cells out of order', async () => {
    const sheet =
      '<x:row><x:c><x:v>1</x:v></x:c><x:c r="D1"><x:v>4</x:v></x:c><x:c r="B1"><x:v>2</x:v></x:c></x:row><x:row><x:c><x:v>5</x:v></x:c></x:row>';
    const [part] = await decodeParts('a.xlsx', await workbook(sheet, { prefix: 'x:' }));
    expect(part?.rows).toEqual([['1', '2', '', '4'], ['5']]);
    expect(part?.rowNos).toEqual([1, 2]);
  });

  test('faults inside are told, not guessed over', async () => {
    expect(await refusal('a.xlsx', await workbook('<row><c t="s"><v>5</v></c></row>', { strings: '<si><t>a</t></si>' }))).toContain(
      'decode.broken',
    );
    expect(await refusal('a.xlsx', await workbook('<row><c r="XFD1"><v>1</v></c></row>'))).toContain('decode.too-many-cells');
    expect(await refusal('a.xlsx', await workbook('<row><c><v>1</v></c>'))).toContain('decode.broken');
    expect(await refusal('a.xlsx', await workbook(''))).toContain('decode.no-table');
    const bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>';
    expect(await refusal('a.xlsx', await workbook(`<row><c t="str"><v>${bomb}&b;</v></c></row>`))).toContain('decode.broken');
    expect(await refusal('a.xlsx', await workbook('<row><c t="str"><v>&b;</v></c></row>'))).toContain('decode.broken');
  });

  test('a workbook cut short is half-written; a flipped byte is damage', async () => {
    const whole = await workbook(`<row><c><v>1</v></c></row>`);
    expect(await refusal('a.xlsx', whole.subarray(0, whole.length - 300))).toContain('decode.half-written');
    const flipped = Buffer.from(whole);
    const at = flipped.indexOf('xl/worksheets/sheet1.xml') + 60;
    flipped[at] = flipped[at]! ^ 0xff;
    expect(await refusal('a.xlsx', flipped)).toContain('decode.broken');
  });
});

const book = () => {
  const sheet = XLSX.utils.aoa_to_sheet([
    ['客户名称', '编码', '日期', '数量', '是'],
    ['仁心大药房', '00123', 45356, 0.1 + 0.2, true],
    [],
    ['康', '110101199001011234', 45356.5, -2, false],
  ]);
  for (const cell of ['C2', 'C4']) sheet[cell].z = cell === 'C2' ? 'yyyy"年"m"月"d"日"' : 'yyyy-mm-dd hh:mm';
  const hidden = XLSX.utils.aoa_to_sheet([['隐藏', 1]]);
  const workbook = XLSX.utils.book_new();
  XLSX.utils.book_append_sheet(workbook, sheet, '销售');
  XLSX.utils.book_append_sheet(workbook, hidden, '隐藏表');
  XLSX.utils.book_append_sheet(workbook, XLSX.utils.aoa_to_sheet([[]]), 'Sheet3');
  workbook.Workbook = { Sheets: [{ name: '销售' }, { name: '隐藏表', Hidden: 1 }, { name: 'Sheet3' }] };
  return workbook;
};
const expected = [
  ['客户名称', '编码', '日期', '数量', '是'],
  ['仁心大药房', '00123', '2024-03-05', '0.3', 'TRUE'],
  ['康', '110101199001011234', '2024-03-05 12:00:00', '-2', 'FALSE'],
];

test.each(['xlsx', 'biff8'] as const)('%s gives the same cells, by its bytes whatever its name', async (bookType) => {
  const bytes = XLSX.write(book(), { type: 'buffer', bookType, bookSST: true }) as Buffer;
  const parts = await decodeParts('a.csv', bytes);
  expect(parts[0]?.rows).toEqual(expected);
  expect(parts[0]?.rowNos).toEqual([1, 2, 4]);
  expect(parts.map(({ part }) => part.path)).toEqual(['a.csv#销售', 'a.csv#隐藏表']);
  expect(await decodeNotes('a.csv', bytes)).toEqual(['a.csv#Sheet3: decode.skipped-no-rows']);
});

// SheetJS writes no Chinese into these, so names of the same length are written and their bytes replaced.
test.each(['biff5', 'biff4', 'biff3', 'biff2'])('%s in GBK, with and without OLE2 around it', async (bookType) => {
  const names = { NameOfIt: '客户名称', Chemist1Shop: '仁心大药房二' };
  const sheet = XLSX.utils.aoa_to_sheet([
    ['NameOfIt', 'n'],
    ['Chemist1Shop', 12.5],
  ]);
  const written = XLSX.write(XLSX.utils.book_new(sheet, 'a'), {
    type: 'buffer',
    bookType: bookType as XLSX.BookType,
    codepage: 936,
  }) as Buffer;
  let bytes = written.toString('latin1');
  for (const [ascii, name] of Object.entries(names)) bytes = bytes.replace(ascii, iconv.encode(name, 'gbk').toString('latin1'));
  expect(await decodeRows('a.xls', Buffer.from(bytes, 'latin1'))).toEqual([
    ['客户名称', 'n'],
    ['仁心大药房二', '12.5'],
  ]);
});

test('an xls cut short is refused', async () => {
  const rows = Array.from({ length: 500 }, (_, at) => [`药房${at}`, at, at * 2]);
  const workbook = XLSX.utils.book_new(XLSX.utils.aoa_to_sheet(rows), 'a');
  const bytes = XLSX.write(workbook, { type: 'buffer', bookType: 'biff8' }) as Buffer;
  expect(await decodeRows('a.xls', bytes)).toHaveLength(500);
  for (const share of [0.05, 0.3, 0.5, 0.9]) {
    expect(await refusal('a.xls', bytes.subarray(0, Math.floor(bytes.length * share)))).toMatch(/half-written|broken/);
  }
});

test('protected workbooks and other OLE2 files are refused by what they are', async () => {
  const ole = (stream: string) => {
    const container = XLSX.CFB.utils.cfb_new();
    XLSX.CFB.utils.cfb_add(container, `/${stream}`, Buffer.alloc(5000));
    return XLSX.CFB.write(container, { type: 'buffer' }) as Buffer;
  };
  expect(await refusal('a.xlsx', ole('EncryptedPackage'))).toContain('decode.encrypted');
  expect(await refusal('a.xls', ole('WordDocument'))).toContain('a Word document');
  expect(await refusal('a.xls', ole('Other'))).toContain('decode.not-a-table');
});

test('a stream of records that leads nowhere is refused and not read for ever', async () => {
  const bytes = Buffer.from(
    '0908100000060500135c008901fc36a1176e356abc0403000 11bde13f6c00100e82fad8500e0d42df2839828d0'.replace(' ', ''),
    'hex',
  );
  expect(await refusal('a.xls', bytes)).toContain('decode.half-written');
});
