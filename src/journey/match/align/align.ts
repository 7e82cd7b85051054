import { shapeTable, soundTable } from '../normalise/char-table.js';

/** Longest name that is aligned; the rest of a longer one is not looked at. */
const longest = 48;
const width = longest + 1;
const scores = new Float32Array(width * width);
const runs = new Uint8Array(width * width);
const moves = new Uint8Array(width * width);

/** For each character of the query its partner in the document or -1; and how they matched: 1 same, 2 sound, 3 shape. */
export const partner = new Int16Array(longest);
export const how = new Uint8Array(longest);
/** The same seen from the document. */
export const docPartner = new Int16Array(longest);

/**
 * The best in-order pairing of two names: equal characters, or in core characters ones that sound or look alike; a pair that
 * continues a run is worth more than one alone, so 第一 stays together. Fills the arrays above, valid until the next call.
 * `softFrom` tags (role * 64 + class) say where sound and shape may count.
 */
export function align(query: Uint16Array, queryLength: number, doc: Uint16Array, docStart: number, docLength: number): number {
  const rows = Math.min(queryLength, longest);
  const columns = Math.min(docLength, longest);
  for (let j = 0; j <= columns; j++) {
    scores[j] = 0;
    runs[j] = 0;
  }
  for (let i = 1; i <= rows; i++) {
    const q = query[i - 1]!;
    const row = i * width;
    scores[row] = 0;
    runs[row] = 0;
    for (let j = 1; j <= columns; j++) {
      const at = row + j;
      const up = scores[at - width]!;
      const left = scores[at - 1]!;
      let best = up >= left ? up : left;
      let move = up >= left ? 1 : 2;
      let run = 0;
      const d = doc[docStart + j - 1]!;
      let worth = 0;
      if (q === d) worth = 1;
      else if (runs[at - width - 1]! > 0 && similar(q, d)) worth = 0.3;
      if (worth > 0) {
        const diagonal = scores[at - width - 1]! + worth + (runs[at - width - 1]! > 0 ? 0.6 : 0);
        if (diagonal > best) {
          best = diagonal;
          move = 3;
          run = 1;
        }
      }
      scores[at] = best;
      moves[at] = move;
      runs[at] = run;
    }
  }
  partner.fill(-1, 0, rows);
  docPartner.fill(-1, 0, columns);
  how.fill(0, 0, rows);
  let i = rows;
  let j = columns;
  while (i > 0 && j > 0) {
    const move = moves[i * width + j]!;
    if (move === 3) {
      const q = query[i - 1]!;
      const d = doc[docStart + j - 1]!;
      partner[i - 1] = j - 1;
      docPartner[j - 1] = i - 1;
      how[i - 1] = q === d ? 1 : soundTable[q] === soundTable[d] && soundTable[q] !== 0 ? 2 : 3;
      i--;
      j--;
    } else if (move === 1) i--;
    else j--;
  }
  return scores[rows * width + columns]!;
}

function similar(left: number, right: number): boolean {
  return (
    (soundTable[left] !== 0 && soundTable[left] === soundTable[right]) || (shapeTable[left] !== 0 && shapeTable[left] === shapeTable[right])
  );
}
