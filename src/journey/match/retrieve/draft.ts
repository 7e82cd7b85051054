import { normalise } from '../normalise/normalise.js';
import { parseName } from '../parse/parse-name.js';
import { splitSegments } from '../parse/segments.js';
import { findPlaces } from '../region/find-places.js';
import { cityOf, contains, resolvePlace } from '../region/gazetteer.js';
import type { Terminal } from '../terminal.js';
import { type CharArrays, GrowingChars } from './char-column.js';
import { hashText } from './hash-text.js';
import { shareBytes } from './share-bytes.js';

export const variantKinds = { name: 0, bracket: 1, former: 2 } as const;

/** Columns of a draft's rows: one row of 32-bit numbers per spelling, and one per terminal. */
export const docColumns = {
  variant: 0,
  type: 1,
  specialityLow: 2,
  specialityHigh: 3,
  ordinal: 4,
  scope: 5,
  branch: 6,
  keyHash: 7,
  coreHash: 8,
  county: 9,
} as const;
export const docWidth = 10;
export const terminalColumns = { place: 0, tier: 1, closed: 2, firstDoc: 3, row: 4 } as const;
export const terminalWidth = 5;

/** Terminals read and parsed, in the order they came, not yet in the order of the index. Lies in shared memory. */
export interface DraftArrays {
  readonly terminals: number;
  readonly docs: number;
  readonly ids: CharArrays;
  readonly names: CharArrays;
  readonly addresses: CharArrays;
  readonly texts: CharArrays;
  /** Role * 64 + class for each code unit of `texts`. */
  readonly tags: Uint16Array;
  readonly docRows: Uint32Array;
  readonly terminalRows: Uint32Array;
}

/** Parses terminals one by one. Several drafts, each of a part of the master, make one index. Used again after `clear`. */
export class Draft {
  private readonly ids = new GrowingChars();
  private readonly names = new GrowingChars();
  private readonly addresses = new GrowingChars();
  private readonly texts = new GrowingChars();
  private readonly tags = new GrowingChars();
  private readonly docs = new GrowingRows(docWidth);
  private readonly terminals = new GrowingRows(terminalWidth);
  private readonly tagBuffer = new Uint16Array(512);

  clear(): void {
    for (const column of [this.ids, this.names, this.addresses, this.texts, this.tags, this.docs, this.terminals]) column.clear();
  }

  /** `row` counts the rows of the whole master: of two rows with one id the later counts. */
  add(terminal: Terminal, row: number): void {
    const firstDoc = this.docs.count;
    const { text } = normalise(terminal.name);
    let place = codeOf(terminal);
    const seen = new Set<string>();
    for (const { text: spelling, kind } of splitSegments(text, false)) {
      if (kind === 'joined' || kind === 'first' || seen.has(spelling)) continue;
      seen.add(spelling);
      place = this.addSpelling(spelling, kind === 'main' ? variantKinds.name : variantKinds.bracket, place);
    }
    for (const former of terminal.formerNames ?? []) {
      for (const { text: spelling, kind } of splitSegments(normalise(former).text, false)) {
        if (kind === 'joined' || kind === 'first' || seen.has(spelling)) continue;
        seen.add(spelling);
        this.addSpelling(spelling, variantKinds.former, place);
      }
    }
    const address = normalise(terminal.address ?? '').text;
    if (cityOf(place) === 0 && address !== '') place = refine(place, address);
    this.ids.push(terminal.id);
    this.names.push(terminal.name);
    this.addresses.push(address);
    const at = this.terminals.next();
    const { rows } = this.terminals;
    rows[at + terminalColumns.place] = place;
    rows[at + terminalColumns.tier] = tierOf(terminal.level);
    rows[at + terminalColumns.closed] = /停|撤|注销|关闭|closed/i.test(terminal.status ?? '') ? 1 : 0;
    rows[at + terminalColumns.firstDoc] = firstDoc;
    rows[at + terminalColumns.row] = row;
  }

  share(): DraftArrays {
    const { ids, names, addresses, texts, tags, docs, terminals } = this;
    return {
      terminals: terminals.count,
      docs: docs.count,
      ids: ids.share(),
      names: names.share(),
      addresses: addresses.share(),
      texts: texts.share(),
      tags: tags.share().codes,
      docRows: docs.share(),
      terminalRows: terminals.share(),
    };
  }

  private addSpelling(text: string, variant: number, place: number): number {
    const mentions = findPlaces(text, place);
    const parsed = parseName(text, mentions);
    let deeper = place;
    for (const { codes } of mentions) if (codes.length === 1 && (deeper === 0 || contains(deeper, codes[0]!))) deeper = codes[0]!;
    this.texts.push(text);
    for (let i = 0; i < text.length; i++) this.tagBuffer[i] = parsed.roles[i]! * 64 + parsed.classes[i]!;
    this.tags.pushCodes(this.tagBuffer, text.length);
    const at = this.docs.next();
    const { rows } = this.docs;
    rows[at + docColumns.variant] = variant;
    rows[at + docColumns.type] = parsed.type;
    rows[at + docColumns.specialityLow] = parsed.specialityLow;
    rows[at + docColumns.specialityHigh] = parsed.specialityHigh;
    rows[at + docColumns.ordinal] = parsed.ordinal;
    rows[at + docColumns.scope] = parsed.scope;
    rows[at + docColumns.branch] = parsed.hasBranch ? 1 : 0;
    rows[at + docColumns.keyHash] = hashText(parsed.key);
    rows[at + docColumns.coreHash] = parsed.core === '' ? 0 : hashText(parsed.core);
    rows[at + docColumns.county] = parsed.county;
    return deeper;
  }
}

class GrowingRows {
  rows = new Uint32Array(1024);
  count = 0;

  constructor(private readonly width: number) {}

  clear(): void {
    this.count = 0;
  }

  share(): Uint32Array {
    const rows = new Uint32Array(shareBytes(4 * this.count * this.width));
    rows.set(this.rows.subarray(0, this.count * this.width));
    return rows;
  }

  /** Where the next row begins in `rows`, which it may have replaced by a longer one. */
  next(): number {
    const at = this.count++ * this.width;
    if (at + this.width > this.rows.length) {
      const longer = new Uint32Array(Math.ceil(this.rows.length * 1.5));
      longer.set(this.rows);
      this.rows = longer;
    }
    return at;
  }
}

function codeOf({ province, city, county }: Terminal): number {
  const place = resolvePlace(province, city, county);
  return place.county || place.city || place.province;
}

function refine(place: number, text: string): number {
  let deeper = place;
  for (const { codes } of findPlaces(text, place))
    if (codes.length === 1 && (deeper === 0 || contains(deeper, codes[0]!))) deeper = codes[0]!;
  return deeper;
}

function tierOf(level = ''): number {
  if (level === '') return 0;
  return level.includes('三') || /^3/.test(level)
    ? 3
    : level.includes('二') || /^2/.test(level)
      ? 2
      : level.includes('一') || /^1/.test(level)
        ? 1
        : 0;
}
