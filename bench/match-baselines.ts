import { normalise } from '../src/journey/match/normalise/normalise.js';
import type { RawName, Terminal } from '../src/journey/match/terminal.js';

/** What a baseline proposes: ids best first (at most 50), and the id it would link without a person, or null. */
export interface Proposal {
  readonly ranked: readonly string[];
  readonly linked: string | null;
}
export type Baseline = (raw: RawName) => Proposal;

/** Width, case, traditional letters and numerals brought together, then equality within the place given. */
export function exactBaseline(terminals: readonly Terminal[]): Baseline {
  const byText = new Map<string, Terminal[]>();
  for (const terminal of terminals) {
    const { text } = normalise(terminal.name);
    byText.set(text, [...(byText.get(text) ?? []), terminal]);
  }
  return ({ name, city }) => {
    const found = (byText.get(normalise(name).text) ?? []).filter((one) => !city || one.city === city);
    return { ranked: found.map(({ id }) => id), linked: found.length === 1 ? found[0]!.id : null };
  };
}

/** The practice of the trade: the most similar by Jaro-Winkler, linked above 0.90. */
export function jaroWinklerBaseline(terminals: readonly Terminal[]): Baseline {
  const texts = terminals.map(({ name }) => normalise(name).text);
  const byCity = groupByCity(terminals);
  return ({ name, city }) => {
    const { text } = normalise(name);
    const scored = (city ? (byCity.get(city) ?? []) : [...terminals.keys()]).map((at) => ({ at, score: jaroWinkler(text, texts[at]!) }));
    const best = scored.toSorted((a, b) => b.score - a.score).slice(0, 50);
    return { ranked: best.map(({ at }) => terminals[at]!.id), linked: best[0] && best[0].score > 0.9 ? terminals[best[0].at]!.id : null };
  };
}

/** Cosine of TF-IDF over character bigrams, within the city when it is known. No threshold of it gives 99 % precision; 0.8 is common. */
export function tfIdfBaseline(terminals: readonly Terminal[]): Baseline {
  const df = new Map<string, number>();
  const grams = terminals.map(({ name }) => bigrams(normalise(name).text));
  for (const set of grams) for (const gram of set) df.set(gram, (df.get(gram) ?? 0) + 1);
  const weight = (gram: string) => Math.log(1 + terminals.length / (1 + (df.get(gram) ?? 0)));
  const norms = grams.map((set) => Math.sqrt([...set].reduce((sum, gram) => sum + weight(gram) ** 2, 0)));
  const postings = new Map<string, number[]>();
  for (const [at, set] of grams.entries()) for (const gram of set) (postings.get(gram) ?? postings.set(gram, []).get(gram)!).push(at);
  return ({ name, city }) => {
    const set = bigrams(normalise(name).text);
    const norm = Math.sqrt([...set].reduce((sum, gram) => sum + weight(gram) ** 2, 0));
    const dots = new Map<number, number>();
    for (const gram of set)
      for (const at of postings.get(gram) ?? [])
        if (!city || terminals[at]!.city === city) dots.set(at, (dots.get(at) ?? 0) + weight(gram) ** 2);
    const best = [...dots]
      .map(([at, dot]) => ({ at, score: dot / (norm * norms[at]!) }))
      .toSorted((a, b) => b.score - a.score || a.at - b.at)
      .slice(0, 50);
    return { ranked: best.map(({ at }) => terminals[at]!.id), linked: best[0] && best[0].score >= 0.8 ? terminals[best[0].at]!.id : null };
  };
}

function groupByCity(terminals: readonly Terminal[]): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  for (const [at, { city = '' }] of terminals.entries()) (groups.get(city) ?? groups.set(city, []).get(city)!).push(at);
  return groups;
}

function bigrams(text: string): Set<string> {
  const set = new Set<string>();
  for (let i = 0; i + 1 < text.length; i++) set.add(text.slice(i, i + 2));
  return set;
}

function jaroWinkler(left: string, right: string): number {
  const window = Math.max(0, Math.floor(Math.max(left.length, right.length) / 2) - 1);
  const taken = new Uint8Array(right.length);
  const met: string[] = [];
  for (let i = 0; i < left.length; i++) {
    for (let j = Math.max(0, i - window); j < Math.min(right.length, i + window + 1); j++) {
      if (taken[j] === 1 || left[i] !== right[j]) continue;
      taken[j] = 1;
      met.push(left[i]!);
      break;
    }
  }
  if (met.length === 0) return 0;
  const other = [...right].filter((_, j) => taken[j] === 1);
  const swaps = met.filter((char, i) => char !== other[i]).length / 2;
  const jaro = (met.length / left.length + met.length / right.length + (met.length - swaps) / met.length) / 3;
  let prefix = 0;
  while (prefix < 4 && prefix < left.length && left[prefix] === right[prefix]) prefix++;
  return jaro + prefix * 0.1 * (1 - jaro);
}
