import { stringify } from 'yaml';
import type { SourceIo } from '../../src/journey/collect/connector.js';
import { fillForm, followLink } from './fill-form.js';
import { logIn } from './log-in.js';
import { type Page, plain } from './page.js';
import { accountOf } from './portal-session.js';
import { openPortalSite } from './portal-site.js';
import { readTable } from './read-table.js';
import { requestOf } from './request-of.js';
import { portalSettings } from './settings.js';

/** What is known before: where it begins, who logs in, and the steps that lead on from there, as a recipe would write them. */
export interface Recording {
  readonly url: string;
  readonly user?: string;
  /** A reference. */
  readonly password?: string;
  readonly allowPrivate: boolean;
  readonly steps: readonly unknown[];
}

export interface Recorded {
  /** A source for `huiliu sources import`, to be corrected. */
  readonly yaml: string;
  /** What the last page holds, one line each. */
  readonly seen: readonly string[];
}

/**
 * Opens a page as a recipe would and proposes one: the login from the form with a password, days and product list from the fields of the
 * query form, the table from the largest one there. Guesses are marked; what it did not see it does not invent.
 */
export async function recordRecipe({ url, user, password, allowPrivate, steps }: Recording, io: SourceIo): Promise<Recorded> {
  const start = new URL(url);
  const startPath = `${start.pathname}${start.search}`;
  const basis = {
    ...{
      base_url: start.origin,
      ...(allowPrivate && { allow_private: true }),
      terms: '（谁同意的、约定了什么 / who allowed it, and what was agreed）',
    },
    ...{ ...(user !== undefined && { user }), ...(password !== undefined && { password }) },
  };
  const feedOf = (own: readonly unknown[]) => ({ name: 'sale', steps: own.length > 0 ? own : [{ open: startPath }], table: {} });
  const bare = portalSettings.parse({ ...basis, feeds: [feedOf(steps)] });
  const site = await openPortalSite(bare, io);
  try {
    let page = await site.ask(requestOf(startPath, {}, site, bare), 'record');
    const login = proposeLogin(page, startPath);
    let recipe: Record<string, unknown> = basis;
    if (login && user !== undefined && password !== undefined) {
      const settings = portalSettings.parse({ ...basis, login, feeds: [feedOf(steps)] });
      page = await logIn(settings, settings.login!, site, io, accountOf(settings));
      recipe = { ...basis, login: { ...login, ...okOf(page) }, ...logoutOf(page) };
    } else if (login) recipe = { ...basis, user: user ?? '（账号 / account）', password: password ?? 'secret:PORTAL', login };
    const walked: unknown[] = [];
    for (const step of bare.feeds[0]!.steps.slice(0, steps.length)) {
      const values = { from: '2026-01-01', to: '2026-01-02', last: '2026-01-01' };
      const ask = step.open
        ? requestOf(step.open, values, site, bare, page)
        : step.submit
          ? fillForm(page, step.submit, values, io.source).ask
          : step.follow === undefined
            ? null
            : followLink(page, step.follow, io.source);
      if (ask) page = await site.ask(ask, 'record');
      walked.push(step);
    }
    const here = `${page.url.pathname}${page.url.search}`;
    const given =
      steps.length > 0
        ? steps
        : login && !(user !== undefined && password !== undefined)
          ? [{ open: '/（查询页 / the page with the query）' }]
          : [{ open: here }];
    const feed = { name: 'sale', window_days: 3, ...proposeQuery(page, given), ...proposeResult(page, io) };
    const source = { code: 'CODE', sender: 'SENDER', connector: 'portal', settings: { ...recipe, feeds: [feed] }, layouts: ['LAYOUT'] };
    return { yaml: stringify({ sources: [source] }, { lineWidth: 0 }), seen: describe(page, io) };
  } finally {
    site.close();
  }
}

function proposeLogin(page: Page, path: string) {
  const $ = page.$();
  const password = $('input[type=password]').first();
  const name = password.attr('name');
  if (name === undefined) return null;
  const form = password.closest('form');
  const texts = form
    .find('input[type=text],input:not([type])')
    .toArray()
    .flatMap((one) => $(one).attr('name') ?? []);
  const code = texts.find((one) => /code|captcha|verif|valid|yzm|check/iu.test(one));
  const image = form
    .find('img')
    .toArray()
    .find((one) => /code|captcha|verif|valid|yzm|check|rand/iu.test(`${$(one).attr('src')} ${$(one).attr('id')}`));
  const user = texts.find((one) => one !== code);
  const button = form
    .find('input[type=submit],button[type=submit]')
    .toArray()
    .flatMap((one) => $(one).attr('name') ?? [])[0];
  const picture =
    image === undefined
      ? undefined
      : $(image).attr('id')
        ? `#${$(image).attr('id')}`
        : `img[src*="${($(image).attr('src') ?? '').split('?')[0]}"]`;
  return {
    path,
    fields: { ...(user !== undefined && { [user]: '{user}' }), [name]: '{password}' },
    ...(button !== undefined && { press: button }),
    ...(code !== undefined && { question: { field: code, ...(picture !== undefined && { image: picture }) } }),
  };
}

const leaving = /退出|注销|登出|log\s?out|sign\s?out/iu;

function okOf(page: Page) {
  const found = leaving.exec(page.$()('body').text())?.[0];
  return found === undefined ? {} : { ok: { text: found } };
}

function logoutOf(page: Page) {
  const $ = page.$();
  const link = $('a')
    .toArray()
    .find((one) => leaving.test($(one).text()));
  const href = link && $(link).attr('href');
  if (href === undefined || /^(javascript:|#)/iu.test(href)) return {};
  const url = new URL(href, page.url);
  return url.origin === page.url.origin ? { logout: `${url.pathname}${url.search}` } : {};
}

/** The form that asks for days; a list with several entries is taken for the products. */
function proposeQuery(page: Page, steps: readonly unknown[]) {
  const $ = page.$();
  const form = $('form')
    .toArray()
    .find((one) => $(one).find('input[type=password]').length === 0 && $(one).find('input,select').length > 0);
  if (!form) return { steps };
  const names = $(form)
    .find('input[type=text],input[type=date],input:not([type])')
    .toArray()
    .flatMap((one) => $(one).attr('name') ?? []);
  const from = names.find((one) => /from|start|begin|ksrq|qsrq|date1|sdate|起|beg/iu.test(one));
  const to = names.find((one) => one !== from && /to$|end|jsrq|zzrq|date2|edate|止/iu.test(one));
  const list = $(form)
    .find('select')
    .toArray()
    .find((one) => $(one).find('option').length > 1);
  const listName = list && $(list).attr('name');
  const button = $(form)
    .find('input[type=submit],button[type=submit]')
    .toArray()
    .map((one) => $(one).attr('name'))
    .find((one) => one !== undefined);
  const fields = { ...(from && { [from]: '{from}' }), ...(to && { [to]: '{last}' }), ...(listName && { [listName]: '{product}' }) };
  if (Object.keys(fields).length === 0) return { steps };
  return {
    ...(listName && { each: { as: 'product', open: `${page.url.pathname}${page.url.search}`, at: `select[name="${listName}"] option` } }),
    steps: [...steps, { submit: { fields, ...(button !== undefined && { press: button }) } }],
  };
}

function proposeResult(page: Page, io: SourceIo) {
  const table = largestTable(page, io);
  if (!table)
    return {
      table: {
        at: '（表格的选择器 / selector of the table）',
        empty: '（没有数据时页面怎么说 / what the page says when there is nothing）',
      },
    };
  const text = plain(page.$()('body').text());
  const count = /[共总]\s*(?:计|有)?\s*\d+\s*[条行笔]/u.test(text)
    ? { count: { pattern: String.raw`[共总]\s*(?:计|有)?\s*(\d+)\s*[条行笔]` } }
    : {};
  const next = page
    .$()('a')
    .toArray()
    .some((one) => plain(page.$()(one).text()) === '下一页');
  const total = table.rows.some((row) => row.slice(0, 3).some((cell) => /^合\s*计/u.test(cell)));
  return {
    table: {
      ...{ at: table.at, columns: table.titles, empty: '（没有数据时页面怎么说 / what the page says when there is nothing）', ...count },
      ...(total && { total: { label: '合计', columns: table.titles.filter((title) => /数量|金额/u.test(title)) } }),
      ...(next && { pages: { by: 'next', at: 'a:contains("下一页")' } }),
    },
  };
}

function largestTable(page: Page, io: SourceIo) {
  const $ = page.$();
  return $('table')
    .toArray()
    .map((one, at) => {
      const id = $(one).attr('id');
      const selector = id ? `#${id}` : `table:eq(${at})`;
      try {
        const { titles, rows } = readTable(page, { at: selector, add: {} }, io, []);
        return { at: selector, titles: [...(titles ?? [])], rows };
      } catch {
        return { at: selector, titles: [], rows: [] };
      }
    })
    .filter(({ titles }) => titles.length >= 3)
    .toSorted((a, b) => b.rows.length * b.titles.length - a.rows.length * a.titles.length)[0];
}

function describe(page: Page, io: SourceIo): string[] {
  const $ = page.$();
  const table = largestTable(page, io);
  return [
    `${page.url.href}  ${page.status}  ${page.charset}  ${page.bytes.length} B  ${plain($('title').first().text())}`,
    ...$('form')
      .toArray()
      .map((one) => {
        const fields = $(one)
          .find('input,select,textarea,button')
          .toArray()
          .flatMap((field) => {
            const name = $(field).attr('name');
            return name === undefined ? [] : [`${name}(${$(field).attr('type') ?? field.tagName})`];
          });
        return `form ${$(one).attr('id') ?? ''} ${$(one).attr('method') ?? 'get'} ${$(one).attr('action') ?? ''}: ${fields.join(' ')}`;
      }),
    ...(table ? [`table ${table.at}: ${table.titles.join(' | ')} [${table.rows.length}]`] : []),
    ...$('a')
      .toArray()
      .map((one) => `a ${plain($(one).text())} → ${$(one).attr('href') ?? ''}`)
      .filter((line) => /导出|下载|查询|流向|export|download|query/iu.test(line))
      .slice(0, 20),
    ...($('form,table').length === 0 && $('script').length > 0 ? ['script only: browser: true'] : []),
  ];
}
