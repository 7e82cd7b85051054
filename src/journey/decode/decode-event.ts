import type { Day } from '../../model/line.js';
import type { Message } from '../../model/message.js';
import type { Row } from '../../model/row.js';
import type { LineDoor } from './byte-line.js';

export type Media = 'csv' | 'xlsx' | 'xls' | 'html' | 'dbf' | 'mdb' | 'xml' | 'json' | 'ndjson' | 'fixed';

/** Which encoding the text was read in, and why we are sure; null for formats that carry their own. */
export interface EncodingEvidence {
  readonly encoding: 'utf-8' | 'utf-16le' | 'utf-16be' | 'gb18030' | 'big5';
  readonly because: 'bom' | 'strict-utf-8' | 'declared' | 'source' | 'strict-gb18030';
}

/**
 * One table of a delivery: a sheet, an archive member, or the file itself. `path` is unique within the delivery and stable
 * (it is part of row identity): members joined by '/', a sheet as '#name', e.g. `5月.zip/销售.xlsx#Sheet1`, '' never.
 */
export interface PartStart {
  readonly path: string;
  readonly fileName: string;
  readonly sheet: string | null;
  readonly media: Media;
  readonly encoding: EncodingEvidence | null;
  /** The days this part speaks for in full, first and last: a day without lines had none. Absent: it speaks for the days it names. */
  readonly covers?: Covers;
  /** A workbook that counts days from 1904 on: numbers that no format shows as days are to be read so too. */
  readonly is1904?: boolean;
}

export interface Covers {
  readonly from: Day;
  readonly to: Day;
}

/** What a decoder tells, in order: a part begins, batches of its rows follow, it ends. `skipped` names what is no table. */
export type DecodeEvent =
  | { readonly type: 'part'; readonly part: PartStart }
  | { readonly type: 'rows'; readonly rows: readonly Row[] }
  | { readonly type: 'end' }
  | { readonly type: 'skipped'; readonly path: string; readonly reason: Message };

/** Caps on what a file may cost; beyond one of them decoding stops with a `source-data` HubError. */
export interface DecodeLimits {
  readonly fileBytes: number;
  readonly unpackedBytes: number;
  readonly ratio: number;
  readonly entries: number;
  readonly depth: number;
  readonly rows: number;
  readonly cellsPerRow: number;
  readonly cellChars: number;
}

/** What the source's settings say about its files; everything has a sensible default. */
export interface DecodeHints {
  readonly encoding?: 'gb18030' | 'utf-8' | 'big5' | 'utf-16le';
  readonly delimiter?: string;
  /** Column widths in bytes of the source's encoding, for fixed-width text. Given = the file is fixed width. */
  readonly fixedWidths?: readonly number[];
  /** The path of the record element (xml) or array (json), where it cannot be found by itself. */
  readonly recordPath?: string;
  /** Globs of sheets that are not wanted; their rows are left out by name. */
  readonly skipSheets?: readonly string[];
}

/** A file to decode: where its bytes are and what the sender called it (never used as a path). */
export interface StoredFile {
  readonly path: string;
  readonly name: string;
}

/** With a door, lines that it takes as bytes are not among the rows. */
export type Decode = (file: StoredFile, hints: DecodeHints, limits: DecodeLimits, door?: LineDoor) => AsyncIterable<DecodeEvent>;
