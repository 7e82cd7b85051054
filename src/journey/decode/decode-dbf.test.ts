import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DBFFile } from 'dbffile';
import iconv from 'iconv-lite';
import { expect, test } from 'vitest';
import { decodeNotes, decodeParts, decodeRows, refusal } from './decode-samples.js';

async function dbf(): Promise<Buffer> {
  const path = join(mkdtempSync(join(tmpdir(), 'huiliu-dbf-')), 'a.dbf');
  const file = await DBFFile.create(
    path,
    [
      { name: '客户', type: 'C', size: 20 },
      { name: 'SL', type: 'N', size: 12, decimalPlaces: 2 },
      { name: 'RQ', type: 'D', size: 8 },
      { name: 'YX', type: 'L', size: 1 },
    ],
    { encoding: 'gbk' },
  );
  await file.appendRecords([
    { 客户: '仁心大药房', SL: 10.5, RQ: new Date('2024-03-05'), YX: true },
    { 客户: '康', SL: -2, RQ: null, YX: null },
    { 客户: '第三', SL: null, RQ: new Date('2024-12-31'), YX: false },
  ]);
  return readFileSync(path);
}
const headerBytes = (bytes: Buffer) => bytes.readUInt16LE(8);
const recordBytes = (bytes: Buffer) => bytes.readUInt16LE(10);

/** A table of one record, made by hand for the types that the library does not write. */
function handmade(fields: readonly [name: string, type: string, bytes: Buffer][], version = 0x03): Buffer {
  const head = Buffer.alloc(32 + fields.length * 32 + 1);
  head[0] = version;
  head.set([124, 3, 5], 1);
  head.writeUInt32LE(1, 4);
  head.writeUInt16LE(head.length, 8);
  head.writeUInt16LE(
    fields.reduce((sum, [, , bytes]) => sum + bytes.length, 1),
    10,
  );
  for (const [at, [name, type, bytes]] of fields.entries()) {
    iconv.encode(name, 'gbk').copy(head, 32 + at * 32);
    head.write(type, 32 + at * 32 + 11);
    head[32 + at * 32 + 16] = bytes.length;
  }
  head[head.length - 1] = 0x0d;
  return Buffer.concat([head, Buffer.from(' '), ...fields.map(([, , bytes]) => bytes), Buffer.from([0x1a])]);
}

test('a GBK table: field names first, numbers as their digits, empty dates empty', async () => {
  const [part] = await decodeParts('销售.dbf', await dbf());
  expect(part?.rows).toEqual([
    ['客户', 'SL', 'RQ', 'YX'],
    ['仁心大药房', '10.5', '2024-03-05', 'TRUE'],
    ['康', '-2', '', ''],
    ['第三', '', '2024-12-31', 'FALSE'],
  ]);
  expect(part?.part).toMatchObject({ media: 'dbf', path: '销售.dbf', encoding: { encoding: 'gb18030' } });
});

test('a deleted record is passed over and keeps its number', async () => {
  const bytes = await dbf();
  bytes[headerBytes(bytes) + recordBytes(bytes)] = 0x2a;
  const [part] = await decodeParts('a.dbf', bytes);
  expect(part?.rowNos).toEqual([1, 2, 4]);
});

test('fewer records than the header says, or more, is a half-written file', async () => {
  const bytes = await dbf();
  expect(await refusal('a.dbf', bytes.subarray(0, bytes.length - 20))).toMatch(/decode.half-written.*2 \/ 3/);
  bytes.writeUInt32LE(2, 4);
  expect(await refusal('a.dbf', bytes)).toMatch(/decode.half-written.*3 \/ 2/);
});

test('binary fields are exact', async () => {
  const money = Buffer.alloc(8);
  money.writeBigInt64LE(-900_719_925_474_099_3001n);
  const moment = Buffer.alloc(8);
  moment.writeInt32LE(2_460_375, 0);
  moment.writeInt32LE(30_599_999, 4);
  const double = Buffer.alloc(8);
  double.writeDoubleLE(0.1 + 0.2);
  const integer = Buffer.alloc(4);
  integer.writeInt32LE(-7);
  const bytes = handmade(
    [
      ['M', 'Y', money],
      ['T', 'T', moment],
      ['B', 'B', double],
      ['I', 'I', integer],
      ['N', 'N', Buffer.from('  110101199001011234')],
    ],
    0x30,
  );
  expect((await decodeRows('a.dbf', bytes))[1]).toEqual([
    '-900719925474099.3001',
    '2024-03-05 08:30:00',
    '0.3',
    '-7',
    '110101199001011234',
  ]);
});

test('a character that the field width cuts in half loses the half, with a note', async () => {
  const bytes = handmade([['名称', 'C', iconv.encode('仁心大', 'gbk').subarray(0, 5)]]);
  expect(await decodeRows('a.dbf', bytes)).toEqual([['名称'], ['仁心']]);
  expect(await decodeNotes('a.dbf', bytes)).toEqual(['a.dbf: decode.half-characters']);
});

test('a memo whose file was not sent is empty, with a note', async () => {
  const bytes = handmade(
    [
      ['名称', 'C', Buffer.from('a ')],
      ['BZ', 'M', Buffer.from('         1')],
    ],
    0x83,
  );
  expect(await decodeRows('a.dbf', bytes)).toEqual([
    ['名称', 'BZ'],
    ['a', ''],
  ]);
  expect(await decodeNotes('a.dbf', bytes)).toEqual(['a.dbf: decode.memo-missing']);
});
