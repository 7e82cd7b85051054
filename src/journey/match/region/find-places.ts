import { agree, contains, type FormKind, formKinds, gazetteer } from './gazetteer.js';

/** A place named in a text. `codes` are all divisions it may mean; ambiguity is carried, not resolved. */
export interface Mention {
  readonly start: number;
  readonly end: number;
  readonly kind: FormKind;
  readonly codes: readonly number[];
}

/** What follows a place name in an address when the name is only a street's. */
const streetWords = new Set('路街巷道桥弄里村沟胡');
const tailAfterShort = /^(?:大道|大街|广场|花园|小区|风情)/;

/**
 * Places in a normalised text, left to right without overlap, the longest form first. A form without its suffix counts only
 * in the opening chain (江西·上饶·广丰 …) and only when it can lie inside what came before it: 广饶滨海医院 is not in 滨海,
 * and 上海山西路 is not in 山西.
 */
export function findPlaces(text: string, hint = 0): Mention[] {
  const mentions: Mention[] = [];
  let chainEnd = 0;
  let within: readonly number[] = hint ? [hint] : [];
  for (let i = 0; i < text.length; ) {
    const mention = bestAt(text, i, i === chainEnd, within, mentions.length > 0);
    if (!mention) {
      i++;
      continue;
    }
    mentions.push(mention);
    if (mention.kind !== formKinds.town && mention.codes.length > 0) within = mention.codes;
    if (i === chainEnd) chainEnd = mention.end;
    i = mention.end;
  }
  return mentions;
}

function bestAt(text: string, start: number, inChain: boolean, within: readonly number[], nested: boolean): Mention | undefined {
  const { forms } = gazetteer();
  let best: Mention | undefined;
  let node = 0;
  for (let end = start + 1; end <= text.length; end++) {
    node = forms.step(node, text.charCodeAt(end - 1));
    if (node === 0) break;
    const values = forms.valuesOf(node);
    if (!values || (values.length === 1 && values[0]! % 8 === formKinds.townStem)) continue;
    const length = end - start;
    const chosen = choose(values, within);
    if (!chosen) continue;
    const { kind, codes, consistent } = chosen;
    if (kind === formKinds.townStem) continue;
    const hasSuffix = kind !== formKinds.short && !(kind === formKinds.former && length < 3 && !/[县市区]$/.test(text.slice(start, end)));
    if (!hasSuffix) {
      if (!inChain || (within.length > 0 && !consistent)) continue;
      if (streetWords.has(text[end] ?? '') || tailAfterShort.test(text.slice(end, end + 2))) continue;
    } else if (length < 3 && !inChain) continue;
    if (kind === formKinds.town && nested && !consistent) continue;
    if (hasSuffix && !inChain && nested && !consistent && kind !== formKinds.full) continue;
    if (!best || end > best.end) best = { start, end, kind, codes };
  }
  return best;
}

function choose(
  values: readonly number[],
  within: readonly number[],
): { kind: FormKind; codes: number[]; consistent: boolean } | undefined {
  if (values.length === 1) {
    const [value = 0] = values;
    const code = Math.trunc(value / 8);
    return { kind: (value % 8) as FormKind, codes: [code], consistent: within.some((outer) => fits(outer, code)) };
  }
  const fitting = within.length === 0 ? [] : values.filter((value) => within.some((outer) => fits(outer, Math.trunc(value / 8))));
  const pool = fitting.length > 0 ? fitting : values;
  let kind = 9;
  for (const value of pool) if (value % 8 < kind) kind = value % 8;
  if (kind === 9) return undefined;
  const all = pool.filter((value) => value % 8 === kind).map((value) => Math.trunc(value / 8));
  // 岳阳 without a suffix is the city, not the county of the same name inside it.
  const codes = all.filter((code) => !all.some((outer) => outer % 10_000 !== 0 && outer !== code && contains(outer, code)));
  return { kind: kind as FormKind, codes, consistent: fitting.length > 0 };
}

function fits(outer: number, inner: number): boolean {
  return outer === inner || contains(outer, inner) || (agree(outer, inner) && outer % 10_000 !== 0);
}
