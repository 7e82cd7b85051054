import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import iconv from 'iconv-lite';
import { expect, test } from 'vitest';
import xlsx from 'xlsx';
import { matchFiles } from '../src/journey/match/match-files.js';

const folder = mkdtempSync(join(tmpdir(), 'match-'));
const path = (name: string) => join(folder, name);
const write = (name: string, text: string) => {
  writeFileSync(path(name), text);
  return path(name);
};
const rowsOf = (file: string) => parse(readFileSync(file), { columns: true, bom: true }) as Record<string, string>[];
const master = write(
  'master.csv',
  'address,name,id,city,province\n解放大道1号,武汉市第一医院,T1,武汉市,湖北省\n,武汉市第三医院,T3,武汉市,湖北省\n',
);

test('columns come in any order, some are missing, and every name gets one line in the order asked', async () => {
  const names = write('names.csv', 'city,name,key\n武汉市,武汉市第1医院,a\n武汉市,武汉市第二医院,b\n,个人,c\n');
  const result = await matchFiles({ master, names, out: path('out.csv'), candidates: 50 });
  const rows = rowsOf(path('out.csv'));
  expect(Object.keys(rows[0]!)).toEqual([
    'key',
    'name',
    'decision',
    'terminal_id',
    'terminal_name',
    'probability',
    'candidates',
    'reasons',
    'why_not_auto',
  ]);
  expect(rows.map(({ key, decision, terminal_id: id }) => [key, decision, id])).toEqual([
    ['a', 'auto', 'T1'],
    ['b', expect.not.stringMatching('auto'), expect.anything()],
    ['c', 'noise', ''],
  ]);
  expect(JSON.parse(rows[0]!['candidates']!)).toEqual([
    { id: 'T1', p: expect.any(Number) },
    { id: 'T3', p: expect.any(Number) },
  ]);
  expect(result.names).toBe(3);
});

test('Excel in, Excel out; Chinese titles and GB18030 are understood', async () => {
  const book = xlsx.utils.book_new();
  xlsx.utils.book_append_sheet(
    book,
    xlsx.utils.aoa_to_sheet([
      ['终端名称', '终端编码'],
      ['武汉市第一医院', 'T1'],
    ]),
    '主数据',
  );
  writeFileSync(path('master.xlsx'), xlsx.write(book, { type: 'buffer', bookType: 'xlsx' }) as Buffer);
  writeFileSync(path('gb.csv'), iconv.encode('序号,原始名称,城市\n1,武汉市第壹醫院,武汉\n', 'gb18030'));
  await matchFiles({ master: path('master.xlsx'), names: path('gb.csv'), out: path('out.xlsx') });
  const sheet = xlsx.read(readFileSync(path('out.xlsx'))).Sheets['matches']!;
  expect(xlsx.utils.sheet_to_json(sheet)[0]).toMatchObject({ key: '1', terminal_id: 'T1' });
});

test('with the truth it prints the table of measures', async () => {
  const names = write('n2.csv', 'key,name,city\n1,武汉市第1医院,武汉市\n2,武汉市第九医院,武汉市\n');
  const truth = write('t2.csv', 'key,terminal_id\n1,T1\n2,\n');
  const { measures, printed } = await matchFiles({ master, names, truth, out: path('o2.csv') });
  expect(measures![0]).toMatchObject({ names: 2, linkable: 1, top1: 1, auto: 1, autoRight: 1, wrongAutoAbsent: 0 });
  expect(printed).toContain('top1');
});

test('a file without names says which column is missing and what it found', async () => {
  const names = write('bad.csv', 'key,city\n1,武汉市\n');
  await expect(matchFiles({ master, names, out: path('o3.csv') })).rejects.toThrow(/column name is missing; the header has: key, city/);
});

test('names of one customer code are looked at together across the whole file, and its order changes nothing', async () => {
  const filler = Array.from({ length: 4500 }, (_, i) => `f${i},第${i}诊所\u2028,武汉市,,`);
  const coded = ['a,武汉市第1医院,武汉市,D,7', 'b,武汉市第3医院,武汉市,D,7', 'c,武汉市第1医院,武汉市,D,8'];
  const ask = async (lines: readonly string[]) => {
    const names = write('coded.csv', `key,name,city,distributor,code\n${lines.join('\n')}\n`);
    const { decisions } = await matchFiles({ master, names, out: path('coded-out.csv'), workers: 2 });
    const rows = new Map(rowsOf(path('coded-out.csv')).map((row) => [row['key'], row]));
    return { decisions, rows, coded: ['a', 'b', 'c'].map((key) => rows.get(key)!['decision']) };
  };
  const forwards = await ask([coded[0]!, ...filler, coded[1]!, coded[2]!]);
  expect(forwards.coded).toEqual(['suggest', 'suggest', 'auto']);
  expect(forwards.rows.get('a')!['why_not_auto']).toBe('one customer code would mean two terminals');
  expect(forwards.decisions['auto']).toBe(1);
  const backwards = await ask([coded[2]!, ...filler.toReversed(), coded[1]!, coded[0]!]);
  expect(backwards.rows).toEqual(forwards.rows);
  expect(existsSync(path('coded-out.csv.part'))).toBe(false);
}, 90_000);
