import type { Rewrite } from './find-rewrites.js';

/** A name as learned ways of writing would have it. */
export interface Rewritten {
  readonly text: string;
  /** For each letter of `text` the letter of the given text it came from or stands behind. */
  readonly at: readonly number[];
  readonly used: readonly Rewrite[];
}

const most = 4;

/** The other ways to write a normalised name: all rules that apply together, then each by itself. Four at most. */
export function rewriteName(text: string, rules: readonly Rewrite[]): Rewritten[] {
  const fitting = rules.filter((rule) => apply({ text, at: [], used: [] }, rule).used.length > 0);
  if (fitting.length === 0) return [];
  const start: Rewritten = { text, at: Array.from({ length: text.length }, (_, i) => i), used: [] };
  const all = fitting.reduce(apply, start);
  const single = fitting.length > 1 ? fitting.map((rule) => apply(start, rule)) : [];
  const seen = new Set([text]);
  return [all, ...single].filter((one) => !seen.has(one.text) && seen.add(one.text)).slice(0, most);
}

function apply(one: Rewritten, rule: Rewrite): Rewritten {
  const isAtEnd = rule.from.endsWith('$');
  const from = isAtEnd ? rule.from.slice(0, -1) : rule.from;
  const to = isAtEnd ? rule.to.slice(0, -1) : rule.to;
  const match = new RegExp(`${pattern(from)}${isAtEnd ? '$' : ''}`).exec(one.text);
  if (!match) return one;
  const start = match.index;
  const end = start + match[0].length;
  // Already written in full there: the rule has nothing to say.
  if (new RegExp(pattern(to)).test(one.text) && one.text.slice(Math.max(0, end - to.length), end).includes(to)) return one;
  const numbers = match.slice(1);
  const text = to.replace(/#/g, () => numbers.shift() ?? '');
  const at = [...text].map((_, i) => one.at[Math.min(end - 1, start + Math.floor((i * (end - start)) / text.length))] ?? 0);
  return {
    text: one.text.slice(0, start) + text + one.text.slice(end),
    at: [...one.at.slice(0, start), ...at, ...one.at.slice(end)],
    used: [...one.used, rule],
  };
}

function pattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/#/g, '(\\d+)');
}
