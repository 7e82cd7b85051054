import { appendFileSync, mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import exceljs from 'exceljs';
import iconv from 'iconv-lite';
import JSZip from 'jszip';
import type { Plant } from '../../../src/app/drill/open-plant.js';
import { expectSound } from '../expect-converged.js';
import { both, type FaultCase } from '../fault-case.js';
import type { Lab } from '../lab.js';

const head = '销售日期,客户名称,品名,规格,数量,单位,金额';
const line = (on: string, quantity: number) => `${on},丙诊所,某片,0.3g*30片,${quantity},盒,${quantity * 10}`;
const csv = (on: string, quantities: readonly number[]) => Buffer.from(`${[head, ...quantities.map((one) => line(on, one))].join('\n')}\n`);

/** Files that are late, replaced, poisoned or odd. */
export const files: readonly FaultCase[] = [
  {
    id: 'F25',
    injects: 'a file is written slowly, with pauses, while nights run over it',
    proves: ['I2', 'I7'],
    drivers: both,
    async run(lab) {
      const plant = await lab.plant();
      await plant.database.raw(`update ledger.source set settings = jsonb_set(settings, '{stable_seconds}', '2') where code = 'd1'`);
      const path = join(plant.drops, 'd1/销售_20260320.csv');
      const whole = readFileSync(path);
      rmSync(path);
      const written = (async () => {
        for (let at = 0; at < whole.length; at += Math.ceil(whole.length / 6)) {
          appendFileSync(path, whole.subarray(at, at + Math.ceil(whole.length / 6)));
          await sleep(1_500);
        }
        utimesSync(path, new Date('2026-03-22T01:00:00Z'), new Date('2026-03-22T01:00:00Z'));
      })();
      for (let night = 0; night < 2; night++) await lab.finish(plant);
      await written;
      await lab.finish(plant);
      await sleep(2_500);
      await lab.finish(plant);
      await lab.expectConverged(plant);
    },
  },
  {
    id: 'F30',
    injects: 'the correction arrives first, the older file of the same day a night later',
    proves: ['I7'],
    drivers: both,
    async run(lab) {
      const plant = await lab.plant();
      const put = plantFiles(plant);
      const late = ['d1', 'd2', 'd3'].map((sender) => [sender, readFileSync(join(plant.drops, sender, '销售_20260320.csv'))] as const);
      for (const [sender] of late) rmSync(join(plant.drops, sender, '销售_20260320.csv'));
      await lab.finish(plant);
      for (const [sender, bytes] of late) put(`${sender}/销售_20260320.csv`, bytes, 1);
      await lab.finish(plant);
      await lab.expectConverged(plant);
    },
  },
  {
    id: 'F42',
    injects: 'files that kill the decoding child each time (memory); the others of the night go on',
    proves: ['I6', 'I7'],
    drivers: both,
    async run(lab) {
      const plant = await lab.plant({ environment: { HUILIU_CHILD_MB: '96' } });
      const rows = Array.from({ length: 300_000 }, (_, at) => `{"销售日期":"2026-03-20","客户名称":"客户${at}","数量":"1"}`);
      plantFiles(plant)('d1/销售_毒.json', Buffer.from(`[${rows.join(',')}]`), 5);
      await lab.finish(plant);
      const held = await heldOf(plant, '销售_毒.json');
      if (held !== 'hub.child-died') throw new Error(`the poison is ${held}`);
      await expectOthers(lab, plant, ['销售_毒.json']);
      return `held: ${held}`;
    },
  },
  {
    id: 'F43',
    injects: 'bombs and traps: gz of 3 GB zeros, zips in zips, paths that climb out, an encrypted zip, a million-cell sheet of nothing',
    proves: ['I6', 'I7'],
    drivers: both,
    async run(lab) {
      const plant = await lab.plant();
      const put = plantFiles(plant);
      const zeros = gzipSync(Buffer.alloc(64 * 1024 * 1024));
      put('d1/销售_零.csv.gz', Buffer.concat(Array.from({ length: 48 }, () => zeros)), 5);
      put('d1/销售_套娃.zip', await nested(6), 6);
      put('d1/销售_越界.zip', await zipOf({ '../../../越界.csv': csv('2026-03-10', [1]) }), 7);
      const encrypted = await zipOf({ '密.csv': csv('2026-03-11', [1]) });
      encrypted.writeUInt16LE(1, 6);
      encrypted.writeUInt16LE(1, encrypted.indexOf('PK\x01\x02') + 8);
      put('d1/销售_加密.zip', encrypted, 8);
      put('d1/销售_空格.xlsx', await sheetOfNothing(1_000, 1_000), 9);
      await lab.finish(plant);
      const names = ['销售_零.csv.gz', '销售_套娃.zip', '销售_加密.zip', '销售_空格.xlsx'];
      const fates = [];
      for (const name of names) fates.push(await heldOf(plant, name));
      if (fates.some((fate) => fate === 'loaded')) throw new Error(`${names.join(', ')}: ${fates.join(', ')}`);
      if (readdirSync(join(plant.folder, '..')).some((name) => name.includes('越界'))) throw new Error('a member climbed out');
      await expectOthers(lab, plant, [...names, '销售_越界.zip']);
      return fates.join(', ');
    },
  },
  {
    id: 'F44',
    injects: 'encodings: GB18030 with four bytes, BOM, UTF-16, mixed in one file, NUL bytes, full-width digits',
    proves: ['I1', 'I6'],
    drivers: both,
    async run(lab) {
      const plant = await lab.plant();
      const put = plantFiles(plant);
      const text = (on: string) => csv(on, [1, 2]).toString('utf8').replaceAll('丙诊所', '𠮷镇诊所');
      put('d1/销售_a.csv', iconv.encode(text('2026-02-01'), 'gb18030'), 5);
      put('d1/销售_b.csv', iconv.encode(text('2026-02-02'), 'utf8', { addBOM: true }), 5);
      put('d1/销售_c.csv', iconv.encode(text('2026-02-03'), 'utf-16', { addBOM: true }), 5);
      put('d1/销售_d.csv', Buffer.concat([iconv.encode(text('2026-02-04'), 'gb18030'), Buffer.from(`${line('2026-02-04', 3)}\n`)]), 5);
      put('d1/销售_e.csv', Buffer.from(`${head}\n${line('2026-02-05', 1)}\n2026-02-05,丙\0诊所,某片,0.3g*30片,1,盒,10\n`), 5);
      put('d1/销售_f.csv', Buffer.from(`${head}\n2026-02-06,丙诊所,某片,0.3g*30片,１２,盒,10\n`), 5);
      await lab.finish(plant);
      const fates: string[] = [];
      for (const letter of 'abcdef') fates.push(`${letter} ${await heldOf(plant, `销售_${letter}.csv`)}`);
      if (!fates.slice(0, 3).every((fate) => fate.endsWith('loaded'))) throw new Error(fates.join(', '));
      const { rows } = await plant.database.raw<{ rows: { count: number }[] }>(
        "select count(*)::int as count from matching.raw_name where name like '%' || chr(65533) || '%' or name like '%锟%'",
      );
      if (rows[0]!.count > 0) throw new Error('a replacement character got in');
      await expectSound(plant);
      return fates.join(', ');
    },
  },
  {
    id: 'F45',
    injects: 'workbooks: hidden rows, formulas without result, dates of 1904, an HTML table called .xls',
    proves: ['I1', 'I6'],
    drivers: both,
    async run(lab) {
      const plant = await lab.plant();
      const put = plantFiles(plant);
      const book = new exceljs.Workbook();
      book.properties.date1904 = true;
      const sheet = book.addWorksheet('销售');
      sheet.addRow(head.split(','));
      sheet.addRow([new Date('2026-02-10T00:00:00Z'), '丙诊所', '某片', '0.3g*30片', 3, '盒', 30]);
      sheet.addRow([
        new Date('2026-02-10T00:00:00Z'),
        '丁大药房',
        '某片',
        '0.3g*30片',
        { formula: 'E2*2', result: undefined as never },
        '盒',
        60,
      ]);
      sheet.getRow(3).hidden = true;
      sheet.addRow([new Date('2026-02-10T00:00:00Z'), '戊镇卫生院', '某片', '0.3g*30片', 4, '盒', 40]);
      put('d1/销售_簿.xlsx', Buffer.from(await book.xlsx.writeBuffer()), 5);
      const cells = (row: string, tag: string) =>
        `<tr>${row
          .split(',')
          .map((cell) => `<${tag}>${cell}</${tag}>`)
          .join('')}</tr>`;
      put(
        'd1/销售_网页.xls',
        Buffer.from(`<html><meta charset="utf-8"><table>${cells(head, 'th')}${cells(line('2026-02-11', 6), 'td')}</table></html>`),
        5,
      );
      await lab.finish(plant);
      const fates = [await heldOf(plant, '销售_簿.xlsx'), await heldOf(plant, '销售_网页.xls')];
      if (fates.some((fate) => fate !== 'loaded')) throw new Error(fates.join(', '));
      const { rows } = await plant.database.raw<{ rows: { loaded: number; quarantined: number }[] }>(
        "select p.loaded, p.quarantined from ledger.part p join ledger.delivery d on d.id = p.delivery_id where d.name = '销售_簿.xlsx' and p.decoded > 0",
      );
      if (rows[0]!.loaded + rows[0]!.quarantined !== 3) throw new Error(`rows of the workbook: ${JSON.stringify(rows)}`);
      const { rows: dated } = await plant.database.raw<{ rows: { day: string }[] }>(
        "select distinct l.business_date::text as day from pub_v1.flow_line l join ledger.part p on p.id = l.part_id where p.file_name = '销售_簿.xlsx'",
      );
      if (dated.some(({ day }) => day !== '2026-02-10')) throw new Error(`1904: ${JSON.stringify(dated)}`);
      await expectSound(plant);
      return `${rows[0]!.loaded} rows loaded, ${rows[0]!.quarantined} wait`;
    },
  },
  {
    id: 'F46',
    injects: 'headers: reordered, renamed, a key column gone, the same title twice, a column nobody knows',
    proves: ['I6'],
    drivers: both,
    async run(lab) {
      const plant = await lab.plant();
      const put = plantFiles(plant);
      put('d1/销售_换序.csv', Buffer.from('数量,客户名称,销售日期,单位,品名,规格\n3,丙诊所,2026-01-10,盒,某片,1g\n'), 5);
      put('d1/销售_改名.csv', Buffer.from('甲,乙,丙,丁\n3,丙诊所,2026-01-11,某片\n'), 5);
      put('d1/销售_缺列.csv', Buffer.from('销售日期,品名,规格,单位\n2026-01-12,某片,1g,盒\n'), 5);
      put('d1/销售_重复.csv', Buffer.from('销售日期,客户名称,品名,规格,数量,数量,单位\n2026-01-13,丙诊所,某片,1g,3,4,盒\n'), 5);
      put('d1/销售_加列.csv', Buffer.from('销售日期,客户名称,品名,规格,数量,单位,神秘列\n2026-01-14,丙诊所,某片,1g,3,盒,?\n'), 5);
      await lab.finish(plant);
      const fates: Record<string, string> = {};
      for (const name of ['换序', '改名', '缺列', '重复', '加列']) fates[name] = await heldOf(plant, `销售_${name}.csv`);
      if (fates['换序'] !== 'loaded' || fates['改名'] === 'loaded' || fates['缺列'] === 'loaded' || fates['重复'] === 'loaded')
        throw new Error(JSON.stringify(fates));
      await expectSound(plant);
      return JSON.stringify(fates);
    },
  },
  {
    id: 'F47',
    injects: 'an empty file, a header alone, ten times and a tenth of the usual rows',
    proves: ['I4', 'I6'],
    drivers: both,
    async run(lab) {
      const plant = await lab.plant();
      const put = plantFiles(plant);
      const many = Array.from({ length: 30 }, (_, at) => at + 1);
      for (let day = 1; day <= 4; day++) put(`d1/销售_2026010${day}.csv`, csv(`2026-01-0${day}`, many), 5);
      await lab.finish(plant);
      put('d1/销售_空.csv', Buffer.alloc(0), 6);
      put('d1/销售_表头.csv', Buffer.from(`${head}\n`), 6);
      put(
        'd1/销售_20260105.csv',
        csv(
          '2026-01-05',
          Array.from({ length: 400 }, (_, at) => at + 1),
        ),
        7,
      );
      put('d1/销售_20260106.csv', csv('2026-01-06', [1, 2]), 8);
      const { code } = await lab.finish(plant);
      const fates: string[] = [];
      for (const name of ['空', '表头', '20260105', '20260106']) fates.push(await heldOf(plant, `销售_${name}.csv`));
      if (fates.includes('loaded') || code !== 3) throw new Error(`${fates.join(', ')}, code ${code}`);
      await expectSound(plant);
      return fates.join(', ');
    },
  },
  {
    id: 'F48',
    injects: 'a stated total that is not the sum of the rows',
    proves: ['I1', 'I6'],
    drivers: both,
    async run(lab) {
      const plant = await lab.plant();
      plantFiles(plant)('d1/销售_合计.csv', Buffer.from(`${head}\n${line('2026-01-20', 3)}\n${line('2026-01-20', 4)}\n合计,,,,9,,90\n`), 5);
      await lab.finish(plant);
      const fate = await heldOf(plant, '销售_合计.csv');
      if (fate === 'loaded') throw new Error('it was loaded');
      await expectOthers(lab, plant, ['销售_合计.csv']);
      return fate;
    },
  },
];

/** Puts a file into a drop folder, as if sent in that hour of the night. */
function plantFiles(plant: Plant) {
  return (path: string, bytes: Uint8Array, hour: number) => {
    const file = join(plant.drops, path);
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, bytes);
    const at = new Date(`2026-03-22T0${hour}:00:00Z`);
    utimesSync(file, at, at);
  };
}

/** `loaded`, or why it is held. */
async function heldOf({ database }: Plant, name: string): Promise<string> {
  const found = await database('ledger.delivery').where({ name }).first('state', 'findings');
  if (!found) return 'not there';
  return found.state === 'held' ? (found.findings[0]?.told?.code ?? 'held without a reason') : found.state;
}

/** Everything but these files is as in an undisturbed night. */
async function expectOthers(lab: Lab, plant: Plant, but: readonly string[]): Promise<void> {
  await expectSound(plant);
  const { deliveries } = (await lab.control()).ledger as { deliveries: { name: string; state: string }[] };
  const now = (await plant.outcome()).ledger as { deliveries: { name: string; state: string }[] };
  const others = now.deliveries.filter(({ name }) => !but.includes(name));
  if (JSON.stringify(others) !== JSON.stringify(deliveries)) throw new Error('other deliveries did not end as they do without these files');
}

/** A workbook whose only sheet is so many cells without anything in them. */
async function sheetOfNothing(rows: number, columns: number): Promise<Buffer> {
  const book = new exceljs.Workbook();
  book.addWorksheet('明细').addRow(['']);
  const zip = await JSZip.loadAsync(new Uint8Array(await book.xlsx.writeBuffer()));
  const path = 'xl/worksheets/sheet1.xml';
  const cells = '<c/>'.repeat(columns);
  const data = Array.from({ length: rows }, (_, at) => `<row r="${at + 1}">${cells}</row>`).join('');
  const sheet = (await zip.file(path)!.async('string')).replace(
    /<sheetData>.*<\/sheetData>|<sheetData\/>/s,
    `<sheetData>${data}</sheetData>`,
  );
  zip.file(path, sheet);
  return zip.generateAsync({ type: 'nodebuffer', compression: 'DEFLATE' });
}

async function zipOf(members: Record<string, Uint8Array>): Promise<Buffer> {
  const zip = new JSZip();
  for (const [name, bytes] of Object.entries(members)) zip.file(name, bytes, { createFolders: false });
  return zip.generateAsync({ type: 'nodebuffer' });
}

async function nested(depth: number): Promise<Buffer> {
  let inner: Buffer = csv('2026-03-09', [1]);
  for (let level = 0; level < depth; level++) inner = await zipOf({ [level === 0 ? '里.csv' : '里.zip']: inner });
  return inner;
}
