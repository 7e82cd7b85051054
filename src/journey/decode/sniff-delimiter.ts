const candidates = ['\t', ',', ';', '|'];
const sampleLines = 200;

/** `columns` is the usual number of cells of a line; `agreement` the share of the lines that have exactly so many. */
export interface DelimiterFound {
  readonly delimiter: string;
  readonly columns: number;
  readonly agreement: number;
}

/**
 * Which delimiter cuts the sample into lines of the same number of cells, quoted text respected. Title lines above the
 * header and notes below are few, so the most frequent width decides. One column means that no delimiter was found.
 */
export function sniffDelimiter(sample: string): DelimiterFound {
  const lines = sample
    .split(/\r\n|\n|\r/)
    .slice(0, sampleLines)
    .filter((line) => line.trim() !== '');
  let best: DelimiterFound = { delimiter: ',', columns: 1, agreement: 1 };
  let bestScore = 0;
  for (const delimiter of candidates) {
    const widths = lines.map((line) => countCells(line, delimiter));
    const byWidth = new Map<number, number>();
    for (const width of widths) if (width > 1) byWidth.set(width, (byWidth.get(width) ?? 0) + 1);
    for (const [columns, count] of byWidth) {
      // Many agreeing lines first; between equals the finer cut, since text may hold a comma but rarely the same number of them.
      const score = count + columns / 10_000;
      if (score > bestScore) {
        best = { delimiter, columns, agreement: count / lines.length };
        bestScore = score;
      }
    }
  }
  return best;
}

function countCells(line: string, delimiter: string): number {
  if (!line.includes('"')) return line.split(delimiter).length;
  let cells = 1;
  let quoted = false;
  for (let at = 0; at < line.length; at++) {
    if (line[at] === '"') quoted = !quoted;
    else if (!quoted && line.startsWith(delimiter, at)) cells += 1;
  }
  return cells;
}
