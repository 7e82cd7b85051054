import { lineEndOf, RecordSplitter } from './split-records.js';

const candidates = ['\t', ',', ';', '|'];
const sampleChars = 16_384;

/** `columns` is the usual number of cells of a line; `agreement` the share of the lines that have exactly so many. */
export interface DelimiterFound {
  readonly delimiter: string;
  readonly columns: number;
  readonly agreement: number;
}

/**
 * Which delimiter cuts the sample into lines of the same number of cells, quoted text respected. Title lines above the
 * header and notes below are few, so the most frequent width decides: of records, not of lines. One column means that no delimiter was found.
 */
export function sniffDelimiter(sample: string): DelimiterFound {
  const head = sample.slice(0, sampleChars);
  const lineEnd = lineEndOf(head);
  let best: DelimiterFound = { delimiter: ',', columns: 1, agreement: 1 };
  let bestScore = 0;
  for (const delimiter of candidates) {
    const widths: number[] = [];
    const splitter = new RecordSplitter(delimiter, lineEnd, (_, cells) => {
      if (cells.some((cell) => cell.trim() !== '')) widths.push(cells.length);
    });
    splitter.write(head);
    splitter.end();
    const byWidth = new Map<number, number>();
    for (const width of widths) if (width > 1) byWidth.set(width, (byWidth.get(width) ?? 0) + 1);
    for (const [columns, count] of byWidth) {
      // Many agreeing lines first; between equals the finer cut, since text may hold a comma but rarely the same number of them.
      // A wrong cut also tears quoted texts apart, which shows as quotes that do not pair up.
      const score = count + columns / 10_000 - splitter.strayLines;
      if (score > bestScore) {
        best = { delimiter, columns, agreement: count / widths.length };
        bestScore = score;
      }
    }
  }
  return best;
}
