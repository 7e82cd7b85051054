import iconv from 'iconv-lite';
import { describe, expect, test } from 'vitest';
import { decodeNotes, decodeParts, decodeRows, refusal } from './decode-samples.js';

const orders =
  '<?xml version="1.0" encoding="GBK"?><流向 xmlns="urn:x"><生成>今天</生成><行 id="1"><客户>仁心&amp;康</客户><买方><省>四川</省></买方></行><行 id="2"><客户><![CDATA[康<b>]]></客户><备注> 急 </备注></行></流向>';

describe('xml', () => {
  test('the repeating element is the record; attributes and inner elements are columns', async () => {
    const [part] = await decodeParts('a.xml', iconv.encode(orders, 'gb18030'));
    expect(part?.rows).toEqual([
      ['@id', '客户', '买方/省', '备注'],
      ['1', '仁心&康', '四川', ''],
      ['2', '康<b>', '', '急'],
    ]);
    expect(part?.rowNos).toEqual([1, 2, 3]);
    expect(part?.part.encoding).toEqual({ encoding: 'gb18030', because: 'declared' });
  });

  test('two lists beside each other need the path of the records', async () => {
    const xml = '<d><a><r x="1"/><r x="2"/></a><b><s y="1"/><s y="2"/></b></d>';
    expect(await refusal('a.xml', xml)).toMatch(/decode.record-path .*d\/a\/r, d\/b\/s/);
    expect(await decodeRows('a.xml', xml, { recordPath: 'b/s' })).toEqual([['@y'], ['1'], ['2']]);
  });

  test('a value that comes twice within a record is never dropped silently', async () => {
    const xml = '<d><r><n>1</n><i>a</i><i>b</i></r><r><n>2</n></r></d>';
    expect(await refusal('a.xml', xml)).toContain('decode.record-path');
  });

  test('own entities are not expanded, a cut document is half-written', async () => {
    expect(await refusal('a.xml', '<!DOCTYPE d [<!ENTITY a "x"><!ENTITY b "&a;&a;">]><d><r><n>&b;</n></r><r><n>1</n></r></d>')).toContain(
      'decode.broken',
    );
    expect(await refusal('a.xml', '<d><r><n>1</n></r><r><n>1</n></r>')).toContain('decode.half-written');
    expect(await refusal('a.xml', '<d><r><n>1</x></r></d>')).toContain('decode.broken');
  });
});

test('an XML workbook of Excel 2003 named .xls', async () => {
  const xml = `<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
 <Worksheet ss:Name="销售"><Table ss:ExpandedColumnCount="4"><Row><Cell ss:MergeAcross="1"><Data ss:Type="String">客户</Data></Cell><Cell><Data ss:Type="String">日期</Data></Cell></Row>
 <Row ss:Index="4"><Cell><Data ss:Type="String">仁心</Data><Comment><Data>批注</Data></Comment></Cell><Cell ss:Index="3"><Data ss:Type="DateTime">2024-03-05T00:00:00.000</Data></Cell><Cell><Data ss:Type="Number">0.30000000000000004</Data></Cell><Cell><Data ss:Type="Boolean">1</Data></Cell></Row></Table></Worksheet>
 <Worksheet ss:Name="空"><Table/></Worksheet></Workbook>`;
  const [part] = await decodeParts('a.xls', xml);
  expect(part?.part).toMatchObject({ path: 'a.xls#销售', sheet: '销售', media: 'xml' });
  expect(part?.rows).toEqual([
    ['客户', '', '日期'],
    ['仁心', '', '2024-03-05', '0.3', 'TRUE'],
  ]);
  expect(part?.rowNos).toEqual([1, 4]);
  expect(await decodeNotes('a.xls', xml)).toEqual(['a.xls#空: decode.skipped-no-rows']);
});

describe('json', () => {
  test('numbers keep their digits, all keys become columns, nesting is flattened', async () => {
    const json =
      '{"code":0,"data":{"total":2,"rows":[{"a":110101199001011234,"b":1.50,"c":{"d":true}},{"a":null,"e":["x",1.0],"b":"\\u0000中\\n"}]}}';
    const [part] = await decodeParts('a.json', json);
    expect(part?.rows).toEqual([
      ['a', 'b', 'c.d', 'e'],
      ['110101199001011234', '1.50', 'true', ''],
      ['', '中\n', '', '["x",1.0]'],
    ]);
    expect(part?.part.media).toBe('json');
  });

  test('arrays of arrays are rows, one object is one record, a path picks among lists', async () => {
    expect(await decodeRows('a', '[["a","b"],[1,2]]')).toEqual([
      ['a', 'b'],
      ['1', '2'],
    ]);
    expect(await decodeRows('a', '{"a":1}')).toEqual([['a'], ['1']]);
    expect(await refusal('a', '{"x":[{"a":1}],"y":[{"b":1}]}')).toContain('decode.record-path');
    expect(await decodeRows('a', '{"x":[{"a":1}],"y":[{"b":1}]}', { recordPath: 'y' })).toEqual([['b'], ['1']]);
  });

  test('what is no strict JSON is refused, and a cut file is half-written', async () => {
    expect(await refusal('a', '[{"a":1},{"a":')).toContain('decode.half-written');
    expect(await refusal('a', '[{"a":"x')).toContain('decode.half-written');
    expect(await refusal('a', '[{"a":01}]')).toContain('decode.broken');
    expect(await refusal('a', '[{"a":1,"a":2}]')).toContain('decode.broken');
    expect(await refusal('a', '[{"a":"\\ud800"}]')).toContain('decode.bad-character');
    expect(await refusal('a', `${'['.repeat(5000)}`)).toContain('decode.broken');
  });

  test('one record per line: a key that only the last line has is a column too', async () => {
    const lines = [...Array.from({ length: 1500 }, (_, at) => `{"a":${at}}`), '', '{"a":1,"late":"x"}'].join('\n');
    const [part] = await decodeParts('a.json', lines);
    expect(part?.part.media).toBe('ndjson');
    expect(part?.rows[0]).toEqual(['a', 'late']);
    expect(part?.rows.at(-1)).toEqual(['1', 'x']);
    expect(part?.rowNos.at(-1)).toBe(1503);
    expect(await refusal('a', '{"a":1}\n{"a":2}\n{"a":')).toMatch(/decode.half-written a:3/);
  });
});
