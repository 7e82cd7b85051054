import { gzipSync } from 'node:zlib';
import iconv from 'iconv-lite';
import JSZip from 'jszip';
import { expect, test } from 'vitest';
import { decodeNotes, decodeParts, refusal } from './decode-samples.js';

const sale = '客户名称,数量\n仁心大药房,10\n';
const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');

async function zipOf(files: Record<string, Buffer | string>, options: { gbk?: boolean; unixPermissions?: number } = {}): Promise<Buffer> {
  const zip = new JSZip();
  for (const [name, bytes] of Object.entries(files)) {
    zip.file(name, bytes, {
      createFolders: false,
      ...(options.unixPermissions === undefined ? {} : { unixPermissions: options.unixPermissions }),
    });
  }
  return zip.generateAsync({
    type: 'nodebuffer',
    compression: 'DEFLATE',
    platform: options.unixPermissions === undefined ? 'DOS' : 'UNIX',
    ...(options.gbk ? { encodeFileName: (name: string) => iconv.encode(name, 'gbk') as unknown as string } : {}),
  });
}
const paths = async (...args: Parameters<typeof decodeParts>) => (await decodeParts(...args)).map(({ part }) => part.path);

test.each([true, false])('members with Chinese names (GBK: %s) become parts', async (gbk) => {
  const bytes = await zipOf({ '五月/销售.csv': iconv.encode(sale, 'gbk'), '库存.csv': sale }, { gbk });
  expect(await paths('流向.zip', bytes)).toEqual(['流向.zip/五月/销售.csv', '流向.zip/库存.csv']);
});

test('what is no table is passed over with a reason, noise without', async () => {
  const bytes = await zipOf({
    'a.csv': sale,
    '照片.png': png,
    '说明.txt': '您好，请查收本月流向。',
    '__MACOSX/a.csv': 'x',
    'Thumbs.db': 'x',
    '.DS_Store': 'x',
    '~$a.xlsx': 'x',
    'd/': '',
  });
  expect(await paths('a.zip', bytes)).toEqual(['a.zip/a.csv']);
  expect(await decodeNotes('a.zip', bytes)).toEqual([
    'a.zip/照片.png: decode.skipped-not-a-table',
    'a.zip/说明.txt: decode.skipped-not-a-table',
  ]);
});

test('an archive without a table is refused, and so is one whose table is broken, empty or locked away', async () => {
  expect(await refusal('a.zip', await zipOf({ 'a.png': png }))).toMatch(/decode.no-table .*a.png/);
  const broken = await refusal(
    'a.zip',
    await zipOf({ 'a.csv': sale, 'b.xlsx': (await zipOf({ 'xl/workbook.xml': 'x' })).subarray(0, 60) }),
  );
  expect(broken).toMatch(/decode.half-written a.zip\/b.xlsx/);
  expect(await refusal('a.zip', await zipOf({ 'a.csv': sale, 'b.csv': '' }))).toMatch(/decode.empty-file a.zip\/b.csv/);
  expect(await refusal('a.zip', await zipOf({ 'a.csv': sale, 'b.rar': Buffer.from('526172211a0700', 'hex') }))).toMatch(/RAR/);
});

test('an encrypted member refuses the archive', async () => {
  const bytes = await zipOf({ 'a.csv': sale });
  bytes[6] = bytes[6]! | 1;
  const directory = bytes.indexOf(Buffer.from('504b0102', 'hex'));
  bytes[directory + 8] = bytes[directory + 8]! | 1;
  expect(await refusal('a.zip', bytes)).toMatch(/decode.encrypted a.zip\/a.csv/);
});

test('archives nest to the limit and no deeper', async () => {
  const two = await zipOf({ '内.zip': await zipOf({ 'a.csv.gz': gzipSync(sale) }) });
  expect(await paths('外.zip', two)).toEqual(['外.zip/内.zip/a.csv.gz/a.csv']);
  expect(await refusal('外.zip', await zipOf({ '更外.zip': two }))).toContain('decode.too-deep');
});

test('a name that climbs out of the archive is only a label, and a link is not followed', async () => {
  expect(await paths('a.zip', await zipOf({ '../../etc/passwd.csv': sale }))).toEqual(['a.zip/../../etc/passwd.csv']);
  const linked = await zipOf({ 'link.csv': '/etc/passwd' }, { unixPermissions: 0o120777 });
  expect(await refusal('a.zip', linked)).toContain('decode.no-table');
});

test('members of one name become parts of their own', async () => {
  const bytes = await zipOf({ 'a1.csv': sale, 'a2.csv': sale });
  const same = Buffer.from(bytes.toString('latin1').replaceAll('a2.csv', 'a1.csv'), 'latin1');
  expect(await paths('a.zip', same)).toEqual(['a.zip/a1.csv', 'a.zip/a1.csv (2)']);
});

test('bombs are refused before they unpack', async () => {
  const zeros = Buffer.alloc(30_000_000);
  expect(await refusal('a.zip', await zipOf({ 'a.csv': zeros }))).toContain('decode.bomb');
  expect(await refusal('a.csv.gz', gzipSync(zeros))).toContain('decode.bomb');
  const many = await zipOf(Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`${at}.csv`, sale])));
  expect(await refusal('a.zip', many, {}, { entries: 20 })).toContain('decode.too-many-entries');
  expect(await refusal('a.zip', many, {}, { unpackedBytes: 500 })).toContain('decode.unpacked-too-large');
  expect(await refusal('a.csv.gz', gzipSync(sale), {}, { unpackedBytes: 20 })).toContain('decode.unpacked-too-large');
});

test('a member that unpacks to more than it declares is refused', async () => {
  const bytes = await zipOf({ 'a.csv': sale.repeat(100) });
  const directory = bytes.indexOf(Buffer.from('504b0102', 'hex'));
  bytes.writeUInt32LE(10, directory + 24);
  expect(await refusal('a.zip', bytes)).toContain('decode.broken');
});

test('archives cut short are half-written', async () => {
  const bytes = await zipOf({ 'a.csv': sale });
  expect(await refusal('a.zip', bytes.subarray(0, bytes.length - 10))).toContain('decode.half-written');
  const gz = gzipSync(sale.repeat(1000));
  expect(await refusal('a.csv.gz', gz.subarray(0, gz.length - 9))).toContain('decode.half-written');
});

test('a large member goes through a file and leaves none behind', async () => {
  const text = Array.from({ length: 600_000 }, (_, at) => `药房${at},${Math.imul(at, 2654435761) >>> 0}`).join('\n');
  const [part] = await decodeParts('a.zip', await zipOf({ 'a.csv': text }));
  expect(part?.rows).toHaveLength(600_000);
});
