import { readDataFile } from '../data-file.js';

/** Code unit → the code unit we compare by; 0 means the character says nothing (spaces, most punctuation). */
export const charTable = new Uint16Array(65_536);
/** Code unit → syllable number, 0 when unknown: characters that sound the same share it. */
export const soundTable = new Uint16Array(65_536);
/** Code unit → look-alike class, 0 when it has none. */
export const shapeTable = new Uint8Array(65_536);

/** One class per line of characters that people and scanners take for each other; variants of one character are folded, not listed. */
const lookAlikes =
  '丘邱兵|未末|己已巳|土士|日曰目|人入八|大太犬|天夭|王玉主|千干于|木本|今令|侯候|冶治|崇祟|戊戍戌|刀力|鸟乌|免兔|辛幸|刺剌|晴睛|沂祈析折|柘拓|栗粟|荣莱菜|泰秦奏|陕峡|洛络|汉仅|康庚|滦泺|旗旌|傅博搏|埠阜|茌荏|荥荣|亳毫|淇琪|圳训|昌晶|晋普|瑞端|菏荷|沽沾|洪供|渭谓|济齐|裕格|复夏|怡恰|爱受|奥粤|宜宣|侨桥|健建|惠慧';
const variants = '內内髙高亙亘妳你麽么並并產产冊册濶阔喆哲堃坤昇升犇奔眾众凃涂臺台裡里週周';
const kept = new Set('()、-');
const separators = new Set('、,;/|+&〓;，；／。.'.normalize('NFKC'));
const romans = '123456789';

fillCharTable();

function fillCharTable(): void {
  const [pairs = '', ...syllables] = readDataFile('chars.txt').trimEnd().split('\n');
  const simplified = new Map<string, string>();
  for (let i = 0; i + 1 < pairs.length; i += 2) simplified.set(pairs[i]!, pairs[i + 1]!);
  for (let i = 0; i + 1 < variants.length; i += 2) simplified.set(variants[i]!, variants[i + 1]!);

  for (let code = 0; code < 65_536; code++) {
    if (code >= 0xd800 && code <= 0xdfff) continue;
    const folded = foldChar(String.fromCharCode(code));
    if (folded === '') continue;
    charTable[code] = (simplified.get(folded) ?? folded).charCodeAt(0);
  }
  for (const [index, line] of syllables.entries()) {
    for (const char of line.slice(line.indexOf(' ') + 1)) soundTable[char.charCodeAt(0)] = index + 1;
  }
  for (const [index, group] of lookAlikes.split('|').entries()) for (const char of group) shapeTable[char.charCodeAt(0)] = index + 1;
}

function foldChar(char: string): string {
  const code = char.charCodeAt(0);
  if (code >= 0x2160 && code <= 0x2168) return romans[code - 0x2160]!;
  if (char === '○' || char === '◯' || char === '〇') return '〇';
  let wide = char.normalize('NFKC').toLowerCase();
  if (wide.length > 1) wide = [...wide].find((part) => /[\p{L}\p{N}]/u.test(part)) ?? '';
  if (wide.length !== 1) return '';
  if (/[([{【〔〈《「『［]/.test(wide)) return '(';
  if (/[)\]}】〕〉》」』］]/.test(wide)) return ')';
  if (separators.has(wide)) return '、';
  if (/[-—–‐−~]/.test(wide)) return '-';
  return kept.has(wide) || /[\p{L}\p{N}]/u.test(wide) ? wide : '';
}
