import { type Page, plain } from './page.js';
import type { Taken } from './settings.js';

/** A value of the page: of an element (its attribute, its value, its text) or of its text, cut by a pattern. null: not there. */
export function takeFrom(page: Page, how: Taken): string | null {
  const { at, attribute, pattern } = typeof how === 'string' ? { at: how } : how;
  let text: string | undefined = page.text();
  if (at !== undefined) {
    const found = page.$()(at).first();
    if (found.length === 0) return null;
    text = attribute === undefined ? (found.attr('value') ?? found.attr('content') ?? plain(found.text())) : found.attr(attribute);
  }
  if (text === undefined || pattern === undefined) return text ?? null;
  const cut = new RegExp(pattern, 'u').exec(text);
  return cut ? (cut[1] ?? cut[0]) : null;
}

/** How a table looks: its titles in order. */
export function lookOfTable(titles: readonly string[]): string[] {
  return titles.map((title) => `column ${title}`);
}
