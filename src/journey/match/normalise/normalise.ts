import { charTable } from './char-table.js';

/** A name in the letters we compare by. `at[i]` is the place in the raw text that character `i` came from. */
export interface Normalised {
  readonly text: string;
  readonly at: Uint16Array;
}

const digits = new Uint8Array(65_536).fill(255);
for (const [char, value] of [...'〇一二三四五六七八九'].map((c, i) => [c, i] as const)) digits[char.charCodeAt(0)] = value;
for (const [char, value] of [
  ['壹', 1],
  ['贰', 2],
  ['叁', 3],
  ['肆', 4],
  ['伍', 5],
  ['柒', 7],
  ['捌', 8],
  ['玖', 9],
] as const)
  digits[char.charCodeAt(0)] = 100 + value;
for (let digit = 0; digit < 10; digit++) digits[48 + digit] = digit;
const ten = '十'.charCodeAt(0);
const zeroWord = '零'.charCodeAt(0);
const letterO = 'o'.charCodeAt(0);
const ordinalMark = '第'.charCodeAt(0);

const folded = new Uint16Array(512);
const foldedAt = new Uint16Array(512);
const out = new Uint16Array(1024);
const outAt = new Uint16Array(1024);

/**
 * Width, case, traditional forms, punctuation and numerals brought to one spelling. Every numeral becomes digits on both
 * sides alike (三〇一 = 301, 第十二 = 第12, 四三O = 430), so a place name with a numeral in it still equals itself.
 * Names beyond 500 characters are cut: nothing that long is a name.
 */
export function normalise(raw: string): Normalised {
  let length = 0;
  const limit = Math.min(raw.length, 500);
  for (let i = 0; i < limit; i++) {
    const code = charTable[raw.charCodeAt(i)]!;
    if (code === 0) continue;
    folded[length] = code;
    foldedAt[length++] = i;
  }
  let size = 0;
  for (let i = 0; i < length; i++) {
    const code = folded[i]!;
    const previous = size > 0 ? out[size - 1]! : 0;
    let value = digits[code]!;
    if (value > 100 && value < 255) value = previous === ordinalMark ? value - 100 : 255;
    if ((code === zeroWord || code === letterO) && isDigit(previous)) value = 0;
    if (code === ten) {
      const tens = isDigit(previous) && i > 0 && digits[folded[i - 1]!]! < 10;
      const unit = i + 1 < length ? digits[folded[i + 1]!]! : 255;
      if (!tens) put('1'.charCodeAt(0), i);
      if (unit > 9) put('0'.charCodeAt(0), i);
    } else put(value < 10 ? 48 + value : code, i);
  }
  return { text: textOf(raw, size), at: outAt.slice(0, size) };

  function put(code: number, from: number): void {
    out[size] = code;
    outAt[size++] = foldedAt[from]!;
  }
}

/** Most names are written as we compare them: then nothing new is made. */
function textOf(raw: string, size: number): string {
  let same = size === raw.length;
  for (let i = 0; same && i < size; i++) same = out[i] === raw.charCodeAt(i);
  return same ? raw : String.fromCharCode.apply(null, out.subarray(0, size) as unknown as number[]);
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}
