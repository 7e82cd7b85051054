import { normalise } from '../../../journey/match/normalise/normalise.js';
import type { AlignedChar } from '../../../journey/match/terminal.js';
import { textWidth } from '../../text-width.js';

const marks = { same: '=', sound: '~', shape: '≈', none: ' ' } as const;

/**
 * Two names one above the other, letter by letter: `=` the same, `~` the same sound, `≈` alike to the eye, `·` nobody's. Letters are
 * those that were compared (digits for numerals, simplified). `spellings` are the names the terminal goes by; the one that the
 * alignment speaks of is found among them. Empty when none fits.
 */
export function drawAlignment(
  alignment: readonly AlignedChar[],
  spellings: readonly string[],
): [raw: string, marks: string, terminal: string] | [] {
  const terminal = spellings.map((name) => [...normalise(name).text]).find((letters) => fits(alignment, letters));
  if (!terminal || alignment.length === 0) return [];
  const columns: [string, string, string][] = [];
  let next = 0;
  for (const { char, terminalAt, how } of alignment) {
    if (terminalAt < 0) {
      columns.push([char, marks.none, '·']);
      continue;
    }
    for (; next < terminalAt; next++) columns.push(['·', marks.none, terminal[next] ?? '']);
    columns.push([char, marks[how], terminal[terminalAt] ?? '']);
    next = terminalAt + 1;
  }
  for (; next < terminal.length; next++) columns.push(['·', marks.none, terminal[next]!]);
  const line = (row: 0 | 1 | 2) => columns.map((column) => column[row] + ' '.repeat(Math.max(0, 2 - textWidth(column[row])))).join('');
  return [line(0), line(1), line(2)];
}

function fits(alignment: readonly AlignedChar[], letters: readonly string[]): boolean {
  return alignment.every(
    ({ char, terminalAt, how }) => terminalAt < 0 || (terminalAt < letters.length && (how !== 'same' || letters[terminalAt] === char)),
  );
}
