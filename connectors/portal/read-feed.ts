import type { SourceIo } from '../../src/journey/collect/connector.js';
import { fillIn, fillInAll, type Values } from '../../src/journey/collect/fill-in.js';
import { parseAnswer, recordsAt, textAt } from '../../src/journey/collect/read-answer.js';
import { HubError } from '../../src/model/hub-error.js';
import { message } from '../../src/model/message.js';
import { expectFile } from './expect-file.js';
import { expectLook, withoutChanging } from './expect-look.js';
import { fillForm, followLink } from './fill-form.js';
import { type Page, plain, saidBy, shows } from './page.js';
import { passOverPages, type ShownPage } from './pass-over-pages.js';
import type { PortalSession } from './portal-session.js';
import type { Ask } from './portal-site.js';
import { readTable } from './read-table.js';
import { requestOf } from './request-of.js';
import type { Feed, PortalSettings, RequestSettings } from './settings.js';
import { lookOfTable, takeFrom } from './take-from.js';

/** What one window of a feed gave: rows under titles, or a file as it came. */
export type Reading =
  | { readonly columns: readonly string[]; readonly rows: readonly Readonly<Record<string, string>>[] }
  | { readonly file: Buffer };

/** Reads one window over HTTP: the list if there is one, the steps, then table, JSON or file. Throws `SessionOver` when the login is gone. */
export async function readFeed(
  feed: Feed,
  window: Values,
  session: PortalSession,
  settings: PortalSettings,
  io: SourceIo,
): Promise<Reading> {
  const { site } = session;
  if (feed.download) return { file: await expectFile((await walk(window)).page, feed.download, session, io) };
  return gatherRows(feed, await eachOf(feed, window, session, settings, io), io, passFrom);

  /** The steps up to the page with the first rows, and how to get to the others. */
  async function passFrom(values: Values): Promise<AsyncGenerator<ShownPage>> {
    const walked = await walk(values);
    return feed.table ? tablePages(walked) : jsonPages(walked);
  }

  async function* tablePages({ page: first, last }: Walked): AsyncGenerator<ShownPage> {
    const settings = feed.table!;
    let page = first;
    let read = 0;
    for (let number = 1; ; number++) {
      const shown = readTable(page, settings, io, site.place.hide);
      if (shown.titles) await expectTable(page, shown.titles);
      watchRows(page, shown.titles, shown.rows.length, number);
      yield { ...shown, limit: settings.pages?.max ?? 1 };
      read += shown.rows.length;
      if (shown.count !== null && read >= shown.count) return;
      const next = nextOf(page, shown.rows.length, number, last);
      if (!next) return;
      page = await ask(next, `${feed.name}/page ${number + 1}`);
    }
  }

  async function* jsonPages({ page: first, last }: Walked): AsyncGenerator<ShownPage> {
    const how = feed.json!;
    let page = first;
    let read = 0;
    for (let number = 1; ; number++) {
      const value = parsed(page);
      const records = recordsAt(value, how.rows_at, how.columns);
      if (records === null)
        throw new HubError(
          'config',
          message('portal.value-missing', { source: io.source, page: page.url.pathname, name: 'rows_at', at: how.rows_at }),
        );
      const odd = how.columns.find((column) => records.length > 0 && !records.some((record) => column in record));
      if (odd !== undefined)
        throw new HubError(
          'config',
          message('portal.columns-missing', {
            source: io.source,
            page: page.url.pathname,
            missing: odd,
            found: Object.keys(records[0] ?? {}).join(', '),
          }),
        );
      const keys = [...new Set(records.flatMap((record) => Object.keys(record)))].toSorted();
      if (records.length > 0) await expectLook(`${feed.name}/json`, [feed.steps, how], keys, evidenceOf(page), io);
      watchRows(page, how.columns, records.length, number);
      const total = how.total_at === undefined ? undefined : textAt(value, how.total_at);
      const count = total === undefined ? null : Number(total);
      read += records.length;
      yield {
        titles: how.columns,
        rows: records.map((record) => how.columns.map((column) => record[column] ?? '')),
        total: null,
        count,
        limit: how.pages?.max ?? 1,
      };
      if (count !== null && read >= count) return;
      const next = nextOf(page, records.length, number, last);
      if (!next) return;
      page = await ask(next, `${feed.name}/page ${number + 1}`);
    }
  }

  function nextOf(page: Page, size: number, number: number, last: Ask): Ask | null {
    const pages = (feed.table ?? feed.json)!.pages;
    if (!pages) return null;
    if (pages.by === 'next') return followLink(page, pages.at, io.source);
    if (size < pages.size) return null;
    const value = String(pages.first + number);
    const isInForm = last.pairs?.some(([name]) => name === pages.name) ?? false;
    if (isInForm) return { ...last, pairs: last.pairs!.map(([name, old]) => [name, name === pages.name ? value : old] as const) };
    const url = new URL(last.url);
    if (last.pairs && last.method === 'POST' && !url.searchParams.has(pages.name))
      return { ...last, pairs: [...last.pairs, [pages.name, value]] };
    // Not through searchParams: that would write the other values anew, in UTF-8.
    const others = url.search
      .slice(1)
      .split('&')
      .filter((one) => one !== '' && one.split('=')[0] !== pages.name);
    url.search = [...others, `${pages.name}=${value}`].join('&');
    return { ...last, url };
  }

  interface Walked {
    readonly page: Page;
    /** What brought the page, to be asked again with another number. */
    readonly last: Ask;
    readonly values: Values;
  }

  async function walk(given: Values): Promise<Walked> {
    let values = given;
    let page: Page | null = null;
    let last: Ask | null = null;
    for (const [at, step] of feed.steps.entries()) {
      const name = `${feed.name}/steps.${at}`;
      if (step.open) last = requestOf(step.open as RequestSettings, values, site, settings, page ?? undefined);
      else if (step.submit) {
        const filled = fillForm(need(page, at), step.submit, values, io.source);
        const lines = withoutChanging(filled.look, settings.changing_fields);
        await expectLook(name, step, lines, evidenceOf(page!), io);
        last = filled.ask;
      } else if (step.follow !== undefined) {
        last = followLink(need(page, at), step.follow, io.source);
        if (!last)
          throw new HubError('config', message('portal.link-missing', { source: io.source, page: page!.url.pathname, link: step.follow }));
      } else if (step.take) {
        for (const [key, how] of Object.entries(step.take)) {
          const found = takeFrom(need(page, at), how);
          if (found === null) throw missing(io, page!, key, typeof how === 'string' ? how : (how.at ?? how.pattern ?? ''));
          values = { ...values, [key]: found };
          io.watch?.({ step: name, did: `take ${key}`, status: null, bytes: null, found: found.slice(0, 60), rows: null });
        }
        continue;
      } else if (step.expect) {
        if (!shows(need(page, at), step.expect)) {
          const told = {
            source: io.source,
            page: page!.url.pathname,
            step: at + 1,
            expected: Object.values(step.expect).join(' '),
            cause: saidBy(page!, site.place.hide),
          };
          throw new HubError('config', message('portal.not-expected', told));
        }
        continue;
      }
      page = await ask(last!, name);
    }
    return { page: need(page, 0), last: last!, values };
  }

  async function ask(asked: Ask, step: string): Promise<Page> {
    const page = await site.ask(asked, step);
    session.expectInside(page);
    return page;
  }

  function need(page: Page | null, at: number): Page {
    if (page) return page;
    const told = { source: io.source, page: '—', step: at + 1, expected: 'open', cause: fillIn('steps', {}) };
    throw new HubError('config', message('portal.not-expected', told));
  }

  function parsed(page: Page) {
    try {
      return parseAnswer(page.text());
    } catch {
      const cause = saidBy(page, site.place.hide);
      throw new HubError('source-data', message('connect.answer-not-json', { source: io.source, where: site.place.where, cause }));
    }
  }

  async function expectTable(page: Page, titles: readonly string[]): Promise<void> {
    await expectLook(`${feed.name}/table`, [feed.steps, feed.table], lookOfTable(titles), evidenceOf(page), io);
  }

  function watchRows(page: Page, titles: readonly string[] | null, rows: number, number: number): void {
    const found = titles === null ? '—' : titles.join(' | ');
    io.watch?.({
      step: `${feed.name}/${feed.table ? 'table' : 'json'} ${number}`,
      did: page.url.pathname,
      status: null,
      bytes: null,
      found,
      rows,
    });
  }
}

const evidenceOf = (page: Page) => async () => ({ bytes: page.bytes, type: page.type || 'text/html' });

/** The rows of all that a feed asks for one by one, under the titles of the first that has any. */
export async function gatherRows(
  feed: Feed,
  each: readonly Values[],
  io: SourceIo,
  passFrom: (values: Values) => Promise<AsyncGenerator<ShownPage>>,
): Promise<Reading> {
  const rows: Record<string, string>[] = [];
  let columns: readonly string[] | null = null;
  for (const values of each) {
    const { titles, rows: found } = await passOverPages(feed, io, () => passFrom(values));
    const added = fillInAll((feed.table ?? feed.json)!.add, values);
    const all = titles === null ? null : [...titles, ...Object.keys(added)];
    if (all) columns ??= all;
    for (const cells of found) {
      const record = Object.fromEntries((titles ?? []).map((title, at) => [title, cells[at] ?? '']));
      rows.push({ ...record, ...added });
    }
    if (rows.length > feed.max_rows)
      throw new HubError('config', message('connect.too-many-rows', { source: io.source, feed: feed.name, limit: feed.max_rows }));
  }
  columns ??= [...(feed.table?.columns ?? feed.json?.columns ?? []), ...Object.keys((feed.table ?? feed.json)!.add)];
  return { columns, rows };
}

/** Once for the window, or once for each entry of a list. */
export async function eachOf(
  feed: Feed,
  window: Values,
  session: PortalSession,
  settings: PortalSettings,
  io: SourceIo,
): Promise<Values[]> {
  const { site } = session;
  const list = feed.each;
  if (!list) return [window];
  if ('of' in list) return list.of.map((one) => ({ ...window, [list.as]: one, [`${list.as}_text`]: one }));
  const page = await site.ask(requestOf(list.open, window, site, settings), `${feed.name}/each`);
  session.expectInside(page);
  const $ = page.$();
  const found = $(list.at)
    .toArray()
    .map((element) => ({
      value: $(element).attr('value') ?? $(element).attr('href') ?? plain($(element).text()),
      text: plain($(element).text()),
    }))
    .filter(({ value, text }) => !list.skip.includes(value) && !list.skip.includes(text));
  io.watch?.({
    step: `${feed.name}/each`,
    did: list.at,
    status: null,
    bytes: null,
    found: found.map(({ text }) => text).join(', '),
    rows: found.length,
  });
  if (found.length === 0) throw missing(io, page, list.as, list.at);
  return found.map(({ value, text }) => ({ ...window, [list.as]: value, [`${list.as}_text`]: text }));
}

function missing(io: SourceIo, page: Page, name: string, at: string): HubError {
  return new HubError('config', message('portal.value-missing', { source: io.source, page: page.url.pathname, name, at }));
}
