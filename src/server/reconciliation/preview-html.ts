import type { TerminalCard } from '../../db/terminal-lookup.js';
import { terminalProperties } from './terminal-property.js';

/** A page that fits a small frame: what the master says of a terminal. Everything of the data is escaped; there is no script. */
export function previewHtml(card: TerminalCard, language: 'zh' | 'en'): string {
  const lang = { zh: 'zh-Hans', en: 'en' }[language];
  return `<!doctype html><html lang="${lang}"><head><meta charset="utf-8"><title>${escapeHtml(card.name)}</title>
<style>body{font:0.85rem/1.4 sans-serif;margin:0.6rem}h1{font-size:1rem;margin:0 0 0.4rem}th{text-align:left;font-weight:normal;color:#555;padding-right:0.8rem;vertical-align:top;white-space:nowrap}</style>
</head><body>${fragmentHtml(card, language)}</body></html>`;
}

/** The same without a page around it, for a flyout. */
export function fragmentHtml(card: TerminalCard, language: 'zh' | 'en'): string {
  const rows = terminalProperties
    .filter(({ id }) => id !== 'name')
    .map(({ name, values }) => [name[language], (values?.(card) ?? []).join('；')] as const)
    .filter(([, value]) => value !== '')
    .map(([title, value]) => `<tr><th>${escapeHtml(title)}</th><td>${escapeHtml(value)}</td></tr>`);
  return `<h1>${escapeHtml(card.name)}</h1><p><code>${escapeHtml(card.id)}</code></p><table>${rows.join('')}</table>`;
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => entities[char]!);
}
