import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openContent } from './content.js';
import { decodeGzip, decodeZip } from './decode-archive.js';
import { decodeCsv } from './decode-csv.js';
import { decodeDbf } from './decode-dbf.js';
import type { Decode, DecodeEvent, DecodeLimits } from './decode-event.js';
import { decodeFixedWidth } from './decode-fixed-width.js';
import { decodeHtml } from './decode-html.js';
import { decodeJson, decodeNdjson } from './decode-json.js';
import { decodeSpreadsheetml } from './decode-spreadsheetml.js';
import type { DecodeTask } from './decode-task.js';
import { decodeXlsx } from './decode-xlsx.js';
import { decodeXml } from './decode-xml.js';
import { openZip } from './open-zip.js';
import { refuse } from './refuse.js';
import { sniff, sniffBytes } from './sniff.js';

export const defaultDecodeLimits: DecodeLimits = {
  fileBytes: 512 * 1024 * 1024,
  unpackedBytes: 2 * 1024 * 1024 * 1024,
  ratio: 200,
  entries: 10_000,
  depth: 3,
  rows: 5_000_000,
  cellsPerRow: 2_000,
  cellChars: 32_767,
};

/**
 * Turns a delivered file into rows. What the file is, its bytes say; its name is only a label. Anything that cannot be
 * read exactly ends in a `source-data` HubError, possibly after rows have been yielded: then those do not count either.
 */
export const decode: Decode = async function* (file, hints, limits, door) {
  const { size } = statSync(file.path);
  if (size > limits.fileBytes) throw refuse('decode.file-too-large', { name: file.name, actual: size, limit: limits.fileBytes });
  const scratch = createScratch();
  const spent = { rows: 0, unpackedBytes: 0, entries: 0 };
  const name = file.name || 'file';
  try {
    const content = openContent(file.path);
    let parts = 0;
    for await (const event of decodeContent({
      content,
      path: name,
      fileName: name,
      hints,
      limits,
      door: door ?? null,
      spent,
      depth: 0,
      scratchPath: scratch.path,
    })) {
      if (event.type === 'part') parts += 1;
      yield event;
    }
    if (parts === 0) throw refuse('decode.no-table', { name, detail: '0' });
  } finally {
    scratch.remove();
  }
};

async function* decodeContent(task: DecodeTask): AsyncGenerator<DecodeEvent> {
  const { content, hints, path } = task;
  const head = content.head(sniffBytes);
  const { kind, what } = sniff(head);
  switch (kind) {
    case 'empty':
      throw refuse('decode.empty-file', { name: path });
    case 'foreign':
      throw refuse('decode.not-a-table', { name: path, what });
    case 'unknown':
      throw refuse('decode.unknown-binary', { name: path, bytes: head.toString('hex', 0, 8).toUpperCase() });
    case 'zip':
      return yield* decodeZipOrWorkbook(task);
    case 'gzip':
      return yield* decodeGzip(task, decodeContent);
    case 'ole2':
    case 'biff': {
      // SheetJS takes a while to load, so only those who meet such a file do.
      const { decodeXls } = await import('./decode-xls.js');
      return yield* decodeXls(task, kind === 'ole2');
    }
    case 'text':
      return yield* hints.fixedWidths === undefined ? decodeCsv(task) : decodeFixedWidth(task, hints.fixedWidths);
    case 'html':
      return yield* decodeHtml(task);
    case 'spreadsheetml':
      return yield* decodeSpreadsheetml(task);
    case 'xml':
      return yield* decodeXml(task);
    case 'dbf':
      return yield* decodeDbf(task);
    case 'mdb': {
      const { decodeMdb } = await import('./decode-mdb.js');
      return yield* decodeMdb(task);
    }
    case 'json':
      return yield* decodeJson(task);
    case 'ndjson':
      return yield* decodeNdjson(task);
  }
}

async function* decodeZipOrWorkbook(task: DecodeTask): AsyncGenerator<DecodeEvent> {
  const zip = await openZip(task);
  try {
    const names = new Set(zip.members.map((member) => member.name.toLowerCase().replace(/^\//, '')));
    if (
      names.has('xl/workbook.xml') ||
      (names.has('[content_types].xml') && [...names].some((name) => /worksheets\/sheet\d*\.xml$/.test(name)))
    ) {
      yield* decodeXlsx(task, zip);
    } else {
      const what = officeKind(names);
      if (what !== null) throw refuse('decode.not-a-table', { name: task.path, what });
      yield* decodeZip(task, zip, decodeContent);
    }
  } finally {
    zip.close();
  }
}

/** Office files that are zip archives inside, but no workbook we read. */
function officeKind(names: ReadonlySet<string>): string | null {
  if (names.has('word/document.xml')) return 'a Word document (docx)';
  if (names.has('ppt/presentation.xml')) return 'a PowerPoint presentation (pptx)';
  if (names.has('xl/workbook.bin')) return 'a binary workbook (xlsb)';
  if (names.has('content.xml') && names.has('meta-inf/manifest.xml')) return 'an OpenDocument file (ods/odt)';
  return names.has('androidmanifest.xml') ? 'a program (程序)' : null;
}

/** A folder for members too large for memory, made when the first one comes. */
function createScratch(): { path: () => string; remove: () => void } {
  let folder: string | null = null;
  let count = 0;
  return {
    path: () => {
      folder ??= mkdtempSync(join(tmpdir(), 'huiliu-decode-'));
      count += 1;
      return join(folder, String(count));
    },
    remove: () => {
      if (folder !== null) rmSync(folder, { recursive: true, force: true });
    },
  };
}
