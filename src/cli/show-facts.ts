import { textWidth } from './text-width.js';

/** Names and values in two columns, indented. */
export function showFacts(facts: readonly (readonly [name: string, value: string])[]): string[] {
  const width = Math.max(...facts.map(([name]) => textWidth(name)));
  return facts.map(([name, value]) => `  ${name}${' '.repeat(width - textWidth(name))}  ${value}`.trimEnd());
}
