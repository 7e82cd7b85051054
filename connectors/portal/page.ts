import { type CheerioAPI, load } from 'cheerio';
import iconv from 'iconv-lite';
import { causeOf } from '../../src/journey/collect/network-fault.js';
import type { Sign } from './settings.js';

type AnyNode = Exclude<Parameters<typeof load>[0], string | Buffer | readonly unknown[]>;
/** A tag of a page. */
export type Element = Extract<AnyNode, { readonly attribs: unknown }>;

/** What was answered. `charset` is that of its text, and of the forms that go back. */
export interface Page {
  readonly url: URL;
  readonly status: number;
  readonly bytes: Buffer;
  readonly type: string;
  readonly fileName: string | null;
  readonly charset: string;
  text(): string;
  $(): CheerioAPI;
}

export function pageOf(answer: Pick<Page, 'url' | 'status' | 'bytes' | 'type' | 'fileName'>, usualCharset: string | undefined): Page {
  const charset = charsetOf(answer.bytes, answer.type, usualCharset);
  let text: string | null = null;
  let api: CheerioAPI | null = null;
  const read = () => (text ??= iconv.decode(answer.bytes, charset).replace(/^\uFEFF/u, ''));
  return { ...answer, charset, text: read, $: () => (api ??= load(read())) };
}

/** Header before meta tag before what the recipe says; else UTF-8 when the bytes are, and GB18030. */
function charsetOf(bytes: Buffer, type: string, usual: string | undefined): string {
  const start = bytes.subarray(0, 2048).toString('latin1');
  const said = /charset\s*=\s*["']?([\w-]+)/iu.exec(type)?.[1] ?? /<meta[^>]+charset\s*=\s*["']?([\w-]+)/iu.exec(start)?.[1];
  if (said && iconv.encodingExists(said)) return /^gb/iu.test(said) ? 'gb18030' : said.toLowerCase();
  if (usual) return usual;
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return 'utf-8';
  } catch {
    return 'gb18030';
  }
}

/** HTML by what it is, whatever it calls itself. */
export function isHtml({ bytes }: Pick<Page, 'bytes'>): boolean {
  return /^(?:\uFEFF|ï»¿)?\s*(?:<!--[\s\S]*?-->\s*)*<(?:!doctype\s+html|html|head|body|meta|table|script|div|style)\b/iu.test(
    bytes.subarray(0, 4096).toString('latin1'),
  );
}

export function shows(page: Page, { at, text, path }: Sign): boolean {
  if (path !== undefined && !`${page.url.pathname}${page.url.search}`.includes(path)) return false;
  if (text !== undefined && !page.text().includes(text)) return false;
  return at === undefined || (isHtml(page) && page.$()(at).length > 0);
}

export function asksForPassword(page: Page): boolean {
  return isHtml(page) && page.$()('input[type=password]').length > 0;
}

/** What a page says to a person, for a fault: `alert('…')`, else the visible beginning. `hide` are secrets it may repeat. */
export function saidBy(page: Page, hide: readonly string[], at?: string): string {
  return causeOf(shownBy(page, at), hide).slice(0, 200);
}

function shownBy(page: Page, at?: string): string {
  if (!isHtml(page)) return plain(page.text().slice(0, 2000));
  const $ = page.$();
  const told = at === undefined ? '' : plain($(at).first().text());
  if (told) return told;
  const alerted = /alert\(\s*(['"])(.{1,200}?)\1/u.exec(page.text())?.[2];
  if (alerted) return plain(alerted);
  const body = $('body').clone();
  body.find('script,style').remove();
  return plain(`${$('title').first().text()} ${body.text().slice(0, 2000)}`);
}

export function plain(text: string): string {
  return text.replace(/[\s\u00A0\u3000]+/gu, ' ').trim();
}

/** Percent-encoding of forms in any charset: GBK portals want GBK bytes. */
export function encodePairs(pairs: readonly (readonly [string, string])[], charset: string): string {
  return pairs.map(([name, value]) => `${encoded(name, charset)}=${encoded(value, charset)}`).join('&');
}

function encoded(text: string, charset: string): string {
  let out = '';
  for (const byte of iconv.encode(text, charset)) {
    const char = String.fromCharCode(byte);
    out += /[\w.*-]/u.test(char) && byte < 128 ? char : byte === 32 ? '+' : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return out;
}
