/** One record of a delimited text; `line` is the physical line (from 1) on which it begins. */
export type TakeRecord = (line: number, cells: string[]) => void;

const maxQuotedChars = 10_000;
const maxQuotedLines = 100;

/**
 * Cuts delimited text into records, chunk by chunk. Lines without a quote, nearly all of them, are cut by `split`.
 *
 * A field that opens with a quote goes on to the closing one, over line ends if need be. Quotes that do not pair up (text
 * after the closing quote, no closing quote within 10,000 characters or 100 lines or before the end, or a record over
 * several lines whose cells do not fit where its first line alone does) are ordinary characters: that line is read
 * literally and counted in `strayLines`, so one stray quote never swallows its neighbours.
 * Cells that Excel escaped as ="00123" come out as 00123.
 */
export class RecordSplitter {
  private rest = '';
  /** The physical line on which the next record begins. */
  line = 1;
  private usualWidth = 0;
  strayLines = 0;
  firstStrayLine = 0;

  constructor(
    private readonly delimiter: string,
    private readonly lineEnd: '\n' | '\r',
    private readonly take: TakeRecord,
  ) {}

  write(chunk: string): void {
    this.cut(this.rest + chunk, false);
  }

  end(): void {
    const last = this.rest.endsWith('\x1A') ? this.rest.slice(0, -1) : this.rest;
    this.cut(last, true);
  }

  /** A line was cut elsewhere, between two records, into so many cells. */
  pass(cellCount: number): void {
    this.line += 1;
    if (cellCount > 1) this.usualWidth = cellCount;
  }

  /** Characters of the unfinished record. */
  get openChars(): number {
    return this.rest.length;
  }

  /** Takes all whole records out of the text; the unfinished last one waits in `rest`. */
  private cut(text: string, atEnd: boolean): void {
    let at = 0;
    while (at < text.length) {
      let end = text.indexOf(this.lineEnd, at);
      if (end < 0) {
        if (!atEnd) break;
        end = text.length;
      }
      const line = withoutReturns(text, at, end);
      if (!line.includes('"')) {
        this.emit(line.split(this.delimiter));
        at = end + 1;
        this.line += 1;
        continue;
      }
      const next = this.cutQuoted(text, at, end, line, atEnd);
      if (next < 0) break;
      at = next;
    }
    this.rest = text.slice(at);
  }

  private emit(cells: string[]): void {
    this.take(this.line, cells);
    if (cells.length > 1) this.usualWidth = cells.length;
  }

  /** Takes the record at `at`, which has quotes in its first line. Returns where the next one begins, -1 when more text is needed. */
  private cutQuoted(text: string, at: number, lineEndAt: number, line: string, atEnd: boolean): number {
    const record = this.parse(text, at, atEnd);
    if (record === 'more') return -1;
    if (typeof record === 'object') {
      const { cells, end, lines } = record;
      const literal = lines > 1 ? line.split(this.delimiter) : null;
      if (literal === null || cells.length === this.usualWidth || literal.length !== this.usualWidth) {
        this.emit(cells);
        this.line += lines;
        return end;
      }
    }
    this.strayLines += 1;
    this.firstStrayLine ||= this.line;
    this.emit(line.split(this.delimiter));
    this.line += 1;
    return lineEndAt + 1;
  }

  private parse(text: string, start: number, atEnd: boolean): { cells: string[]; end: number; lines: number } | 'more' | 'stray' {
    const { delimiter, lineEnd } = this;
    const cells: string[] = [];
    let lines = 1;
    let at = start;
    for (;;) {
      const escaped = text.startsWith('="', at);
      if (escaped || text[at] === '"') {
        const open = escaped ? at + 1 : at;
        const close = closingQuote(text, open);
        if (close < 0) return atEnd || text.length - open > maxQuotedChars ? 'stray' : 'more';
        const quoted = text.slice(open + 1, close);
        const breaks = countOf(quoted, lineEnd);
        if (quoted.length > maxQuotedChars || breaks > maxQuotedLines) return 'stray';
        lines += breaks;
        cells.push(unescapeExcel(quoted.replaceAll('""', '"')));
        at = close + 1;
        if (text.startsWith(delimiter, at)) {
          at += delimiter.length;
          continue;
        }
        while (text[at] === '\r' && lineEnd !== '\r') at += 1;
        if (at >= text.length) return atEnd ? { cells, end: at, lines } : 'more';
        return text[at] === lineEnd ? { cells, end: at + 1, lines } : 'stray';
      }
      let ends = text.indexOf(lineEnd, at);
      if (ends < 0 && atEnd) ends = text.length;
      const next = text.indexOf(delimiter, at);
      if (next >= 0 && (ends < 0 || next < ends)) {
        cells.push(text.slice(at, next));
        at = next + delimiter.length;
        continue;
      }
      if (ends < 0) return 'more';
      cells.push(withoutReturns(text, at, ends));
      return { cells, end: ends + 1, lines };
    }
  }
}

/** The quote that ends a field: one that is not doubled. -1 when it has not come within the text or the allowed length. */
function closingQuote(text: string, open: number): number {
  for (let at = text.indexOf('"', open + 1); at >= 0 && at - open <= maxQuotedChars * 2; at = text.indexOf('"', at + 2)) {
    if (text[at + 1] !== '"') return at;
  }
  return -1;
}

function unescapeExcel(cell: string): string {
  return cell.startsWith('="') && cell.endsWith('"') && cell.length > 2 ? cell.slice(2, -1).replaceAll('""', '"') : cell;
}

/** LF and CRLF files end lines with LF; a file from an old Mac has only CR. */
export function lineEndOf(text: string): '\n' | '\r' {
  const feeds = countOf(text, '\n');
  return countOf(text, '\r') - feeds > feeds ? '\r' : '\n';
}

function withoutReturns(text: string, at: number, end: number): string {
  let to = end;
  while (to > at && text.charCodeAt(to - 1) === 13) to -= 1;
  const from = text.charCodeAt(at) === 10 && at < to ? at + 1 : at;
  return text.slice(from, to);
}

function countOf(text: string, what: string): number {
  let count = 0;
  for (let at = text.indexOf(what); at >= 0; at = text.indexOf(what, at + what.length)) count += 1;
  return count;
}
