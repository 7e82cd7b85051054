import type { Cheerio } from 'cheerio';
import { fillIn, type Values } from '../../src/journey/collect/fill-in.js';
import { HubError } from '../../src/model/hub-error.js';
import { message } from '../../src/model/message.js';
import type { Element, Page } from './page.js';
import type { Ask } from './portal-site.js';
import type { FormSettings } from './settings.js';

export interface FilledForm {
  readonly ask: Ask;
  /** How the form looks: its address and fields without their values. */
  readonly look: readonly string[];
}

interface Control {
  readonly name: string;
  readonly type: string;
  readonly value: string;
  /** Goes along without anybody touching it. */
  readonly isSent: boolean;
  readonly element: Element;
}

/** A form of the page with everything that goes along by itself, and our fields over it. A field that is not there is a changed page. */
export function fillForm(page: Page, { form, fields, press }: FormSettings, values: Values, source: string): FilledForm {
  const $ = page.$();
  const found = form === undefined ? onlyForm(page, Object.keys(fields)) : $<Element, string>(form).first();
  if (found.length === 0 || !found.is('form')) throw gone(source, page, form ?? 'form', $('form').length);
  const controls = controlsOf(page, found);
  const names = new Set(controls.map(({ name }) => name));
  const missing = Object.keys(fields).find((name) => !names.has(name) && !name.startsWith('+'));
  if (missing !== undefined) {
    const told = { source, page: page.url.pathname, field: missing, fields: [...names].slice(0, 40).join(', ') };
    throw new HubError('config', message('portal.field-missing', told));
  }
  const ours = new Map(Object.entries(fields).map(([name, value]) => [name.replace(/^\+/u, ''), fillIn(value, values)]));
  const pairs: [string, string][] = controls
    .filter(({ name, isSent }) => isSent && !ours.has(name))
    .map(({ name, value }) => [name, value]);
  pairs.push(...ours);
  const button = press === undefined ? undefined : controls.find(({ name, element }) => name === press || isAt(page, press, element));
  if (press !== undefined && !button) {
    const told = { source, page: page.url.pathname, field: press, fields: [...names].slice(0, 40).join(', ') };
    throw new HubError('config', message('portal.field-missing', told));
  }
  if (button?.type === 'image') pairs.push([`${button.name}.x`, '1'], [`${button.name}.y`, '1']);
  else if (button?.name) pairs.push([button.name, button.value]);

  const url = new URL(found.attr('action') || page.url.href, page.url);
  const method = found.attr('method')?.toUpperCase() === 'POST' ? 'POST' : 'GET';
  const charset = found.attr('accept-charset')?.split(/[\s,]/u)[0]?.toLowerCase() ?? page.charset;
  const look = [`form ${method} ${url.pathname}`, ...new Set(controls.map(({ name, type }) => `field ${name} ${type}`))];
  const ask: Ask = { url, method, pairs, charset: /^gb/u.test(charset) ? 'gb18030' : charset, referer: page.url.href };
  return { ask, look: [look[0]!, ...look.slice(1).toSorted()] };
}

/** The form that has the fields we want to fill; of several the first. */
function onlyForm(page: Page, fields: readonly string[]): Cheerio<Element> {
  const $ = page.$();
  const all = $<Element, string>('form').toArray();
  const wanted = fields.filter((name) => !name.startsWith('+'));
  const fitting = all.find((one) => {
    const names = new Set(controlsOf(page, $(one)).map(({ name }) => name));
    return wanted.every((name) => names.has(name));
  });
  return fitting ? $(fitting) : $<Element, string>('form').first();
}

function controlsOf(page: Page, form: Cheerio<Element>): Control[] {
  const $ = page.$();
  return form
    .find('input,select,textarea,button')
    .toArray()
    .flatMap((element): Control[] => {
      const one = $(element);
      const name = one.attr('name') ?? '';
      if (name === '' || one.attr('disabled') !== undefined) return [];
      const tag = element.tagName.toLowerCase();
      const type = tag === 'input' ? (one.attr('type') ?? 'text').toLowerCase() : tag;
      const isButton = ['submit', 'button', 'image', 'reset', 'file'].includes(type);
      const isChoice = type === 'checkbox' || type === 'radio';
      const value = tag === 'select' ? chosen(page, one) : tag === 'textarea' ? one.text() : (one.attr('value') ?? (isChoice ? 'on' : ''));
      return [{ name, type, value, isSent: !isButton && (!isChoice || one.attr('checked') !== undefined), element }];
    });
}

function chosen(page: Page, select: Cheerio<Element>): string {
  const options = select.find('option');
  const one = options.filter('[selected]').first();
  const option = one.length > 0 ? one : options.first();
  return option.attr('value') ?? page.$()(option).text();
}

function isAt(page: Page, selector: string, element: Element): boolean {
  try {
    return page.$()(element).is(selector);
  } catch {
    return false;
  }
}

function gone(source: string, page: Page, selector: string, count: number): HubError {
  return new HubError('config', message('portal.form-missing', { source, page: page.url.pathname, form: selector, count }));
}

/** A link as a request; `javascript:__doPostBack('target','argument')` sends the page's own form back. null: there is no such link. */
export function followLink(page: Page, selector: string, source: string): Ask | null {
  const link = page.$()(selector).first();
  const target = link.is('a,area') ? link : link.find('a').first();
  const href = target.attr('href') ?? '';
  const [, to, argument] = /__doPostBack\(\s*['"]([^'"]*)['"]\s*,\s*['"]([^'"]*)['"]/u.exec(href || (target.attr('onclick') ?? '')) ?? [];
  if (to !== undefined && argument !== undefined) {
    return fillForm(page, { fields: { '+__EVENTTARGET': to, '+__EVENTARGUMENT': argument } }, {}, source).ask;
  }
  if (href === '' || href.startsWith('#') || /^javascript:/iu.test(href)) return null;
  return { url: new URL(href, page.url), method: 'GET', charset: page.charset, referer: page.url.href };
}
