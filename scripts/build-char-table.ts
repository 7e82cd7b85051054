import { writeFileSync } from 'node:fs';
import iconv from 'iconv-lite';
import * as OpenCC from 'opencc-js';
import { pinyin } from 'pinyin-pro';

/**
 * Builds `src/journey/match/data/chars.txt`: line 1 traditional-simplified pairs (from opencc-js, MIT and Apache-2.0),
 * then one line per syllable `pin characters` for the 6,763 characters of GB 2312 (from pinyin-pro, MIT; the commonest reading).
 */
const toSimplified = OpenCC.Converter({ from: 'tw', to: 'cn' });
let pairs = '';
for (let code = 0x3400; code <= 0x9fff; code++) {
  const from = String.fromCharCode(code);
  const to = toSimplified(from);
  if (to !== from && to.length === 1) pairs += from + to;
}
const bySyllable = new Map<string, string>();
for (let high = 0xb0; high <= 0xf7; high++)
  for (let low = 0xa1; low <= 0xfe; low++) {
    const char = iconv.decode(Buffer.from([high, low]), 'gb2312');
    if (char.length !== 1 || char === '�') continue;
    const syllable = pinyin(char, { toneType: 'none', type: 'array', v: true })[0]!;
    bySyllable.set(syllable, (bySyllable.get(syllable) ?? '') + char);
  }
const lines = [...bySyllable].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([syllable, chars]) => `${syllable} ${chars}`);
const text = `${pairs}\n${lines.join('\n')}\n`;
writeFileSync(new URL('../src/journey/match/data/chars.txt', import.meta.url), text);
console.log(`${pairs.length / 2} pairs, ${bySyllable.size} syllables, ${Buffer.byteLength(text)} bytes`);
