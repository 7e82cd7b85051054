import { fork } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import JSZip from 'jszip';
import XLSX from 'xlsx';
import { readLayouts } from '../src/app/read-layouts.js';
import { readSettings } from '../src/app/settings.js';
import type { DeliveryJob } from '../src/delivery-child.js';
import type { ChildAnswer } from '../src/jobs/child-pool.js';
import { defaultDecodeLimits } from '../src/journey/decode/decode.js';
import { benchLayoutText, project } from './bench-hub.js';
import type { BenchOptions, BenchResult } from './bench-result.js';
import { daysFrom, flowRows, titles } from './flow-rows.js';
import { round } from './measure-night.js';
import { scratchFolder } from './scratch-folder.js';

/** The largest resident size of the decoding child on inputs at or beyond its limits, each in a child of its own with the usual caps. */
export async function benchMemory({ scale, say }: BenchOptions): Promise<BenchResult> {
  const folder = scratchFolder('memory');
  const startedAt = performance.now();
  try {
    const mappings = join(folder, 'mappings');
    mkdirSync(mappings);
    writeFileSync(join(mappings, 'bench-sales.yaml'), benchLayoutText);
    const { layouts, dictionary } = await readLayouts([join(project, 'mappings'), mappings]);
    const inputs: Record<string, (path: string) => void | Promise<void>> = {
      'ordinary csv, 2,000,000 rows': (path) => writeCsv(path, Math.round(2_000_000 * scale), (row, at) => row.with(1, `XS${at}`)),
      'csv of 10,000,000 rows': (path) =>
        writeCsv(path, Math.round(10_000_000 * scale), (_, at) => ['2026-08-01', `${at}`, ...'1,c,n,a,p,q,s,m,l,,u,1,1,1,,'.split(',')]),
      'csv whose every name is new': (path) =>
        writeCsv(path, Math.round(1_000_000 * scale), (row, at) => row.with(3, `C${at}`).with(4, `第${at}号客户`)),
      'csv of one line without end': (path) => writeLongLine(path, Math.round(200 * scale)),
      'xlsx, 60 million characters of shared strings': (path) => writeStrings(path, Math.round(2_000_000 * scale)),
      'xls of 65,536 rows': (path) => writeXls(path, Math.round(65_535 * scale)),
    };
    const found: Record<string, { peakRssMb: number; seconds: number; ended: string }> = {};
    for (const [what, write] of Object.entries(inputs)) {
      const path = join(folder, 'input');
      await write(path);
      found[what] = await readInChild(path, what.split(' ')[0]!);
      say(`${what}: ${JSON.stringify(found[what])}`);
      rmSync(path, { force: true });
    }
    return {
      bench: 'memory',
      ratio: null,
      rowsPerSecond: 0,
      peakRssMb: Math.max(...Object.values(found).map((one) => one.peakRssMb)),
      seconds: round((performance.now() - startedAt) / 1000),
      inputs: found,
    };

    function readInChild(path: string, kind: string): Promise<{ peakRssMb: number; seconds: number; ended: string }> {
      const spoolFolder = join(folder, 'spool');
      rmSync(spoolFolder, { recursive: true, force: true });
      mkdirSync(spoolFolder);
      const job: DeliveryJob = {
        file: { path, name: `销售.${kind === 'ordinary' ? 'csv' : kind}` },
        hints: {},
        limits: defaultDecodeLimits,
        layouts: [layouts.get('bench-sales')!],
        dictionary: dictionary.sections,
        constants: {},
        sentOn: '2026-12-01',
        sender: 'b0001',
        distributorId: 1,
        deliveryId: '1',
        ids: { firstPartId: 1n, firstGenerationId: 1n, limit: 16_384, partIds: {} },
        spoolFolder,
      };
      const child = fork(join(project, 'dist/src/delivery-child.js'), [], {
        serialization: 'advanced',
        execArgv: [`--max-old-space-size=${readSettings({}, project).childMegabytes}`],
        stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      });
      const from = performance.now();
      let peak = 0;
      const look = () => {
        try {
          peak = Math.max(peak, Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1] ?? 0));
        } catch {
          // Gone between two looks.
        }
      };
      const watch = setInterval(look, 100);
      return new Promise((done) => {
        const end = (ended: string) => {
          look();
          clearInterval(watch);
          child.kill('SIGKILL');
          done({ peakRssMb: Math.round(peak / 1024), seconds: round((performance.now() - from) / 1000), ended });
        };
        child.once('exit', (code, signal) => end(`died: ${code ?? signal}`));
        child.on('message', (answer: ChildAnswer<{ output: { parts: { counts: { loaded: number } }[] } }>) => {
          if (answer.type === 'done') end(`${answer.result.output.parts[0]?.counts.loaded ?? 0} lines`);
          else if (answer.type === 'fault') end(answer.told.code);
        });
        child.send(job as never);
      });
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function writeCsv(path: string, rows: number, change: (row: readonly string[], at: number) => readonly string[]): void {
  const sample = [...flowRows(1, 2_000, daysFrom('2026-08-01', 90))];
  const file = openSync(path, 'w');
  let text = `${titles.join(',')}\n`;
  for (let at = 0; at < rows; at++) {
    text += `${change(sample[at % sample.length]!, at).join(',')}\n`;
    if (text.length > 4_000_000) {
      writeSync(file, text);
      text = '';
    }
  }
  writeSync(file, text);
  closeSync(file);
}

function writeLongLine(path: string, megabytes: number): void {
  const file = openSync(path, 'w');
  writeSync(file, `${titles.join(',')}\n"`);
  for (let at = 0; at < megabytes; at++) writeSync(file, 'x'.repeat(1024 * 1024));
  closeSync(file);
}

function writeXls(path: string, rows: number): void {
  const book = XLSX.utils.book_new();
  XLSX.utils.book_append_sheet(
    book,
    XLSX.utils.aoa_to_sheet([[...titles], ...flowRows(1, rows, daysFrom('2026-08-01', 90))], { dense: true }),
    '销售',
  );
  writeFileSync(path, XLSX.write(book, { type: 'buffer', bookType: 'xls' }) as Buffer);
}

/** A workbook of one row per 1,000 shared strings of 30 characters. Not compressed: making it must not take longer than reading it. */
async function writeStrings(path: string, strings: number): Promise<void> {
  const zip = new JSZip();
  zip.file('[Content_Types].xml', '<Types/>');
  zip.file('xl/workbook.xml', '<workbook><sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>');
  zip.file('xl/_rels/workbook.xml.rels', '<Relationships><Relationship Id="r1" Target="worksheets/sheet1.xml"/></Relationships>');
  const pieces: Buffer[] = [Buffer.from('<sst>')];
  for (let at = 0; at < strings; at++) pieces.push(Buffer.from(`<si><t>${String(at).padStart(30, '名')}</t></si>`));
  zip.file('xl/sharedStrings.xml', Buffer.concat([...pieces, Buffer.from('</sst>')]));
  const rows = Array.from(
    { length: Math.ceil(strings / 1_000) },
    (_, row) => `<row r="${row + 1}"><c r="A${row + 1}" t="s"><v>${row * 1_000}</v></c></row>`,
  );
  zip.file('xl/worksheets/sheet1.xml', `<worksheet><sheetData>${rows.join('')}</sheetData></worksheet>`);
  writeFileSync(path, await zip.generateAsync({ type: 'nodebuffer', compression: 'STORE' }));
}
