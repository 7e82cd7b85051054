import type { z } from 'zod';
import type { Connector, SourceIo } from '../../src/journey/collect/connector.js';
import { observePulls, windowOf } from '../../src/journey/collect/observe-pull.js';
import { pullWindows } from '../../src/journey/collect/pull-windows.js';
import { pullHeadLine } from '../../src/journey/decode/pull-head.js';
import { HubError } from '../../src/model/hub-error.js';
import { message } from '../../src/model/message.js';
import { type FarSite, openFarSite } from './far-site.js';
import { createLogin, type Login } from './login.js';
import { httpSettings } from './presets/presets.js';
import { askProven, readPages } from './read-pages.js';
import type { HttpSettings } from './settings.js';

/** An interface over HTTP: each feed and business day lands as a file, records as lines or the answer as it came. */
const http: Connector<HttpSettings> = {
  name: 'http',
  settings: httpSettings as unknown as z.ZodType<HttpSettings>,
  secrets: ['password', 'api_key', 'ca'],

  // One small question: the newest window's first page. There is no cheaper proof that address, login and rights are right.
  async check(settings, io) {
    const { site, login } = await opened(settings, io);
    const feed = settings.feeds[0]!;
    const { values } = pullWindows(feed, io.now()).at(-1)!;
    if (feed.answer === 'json') await readPages(feed, values, site, login, io).next();
    else await askProven(feed, values, site, login, io);
  },

  async *list(settings, io) {
    await opened(settings, io);
    yield* observePulls(
      settings.feeds,
      io.now(),
      ({ request, paging, records_at, columns }) => [settings.base_url, request, paging, records_at, columns],
      ({ answer }) => (answer === 'json' ? 'ndjson' : answer),
    );
  },

  async *fetch(observed, settings, io) {
    const window = windowOf(observed, settings.feeds, io.now());
    if (!window) throw new HubError('config', message('connect.feed-gone', { source: io.source, name: observed.name }));
    const { feed, day, values } = window;
    const { site, login } = await opened(settings, io);
    if (feed.answer !== 'json') {
      const answer = await askProven(feed, values, site, login, io);
      if (/^\s*<(!doctype html|html)/iu.test(answer.bytes.subarray(0, 200).toString('latin1')) && feed.answer !== 'xls') {
        const told = { source: io.source, where: site.place.where, expected: feed.answer };
        throw new HubError('source-data', message('connect.answer-is-page', told));
      }
      yield answer.bytes;
      return;
    }
    // Without the port: the same answer of the same site is the same bytes.
    const { hostname, pathname } = new URL(settings.base_url);
    const head = { engine: 'http', feed: feed.name, site: `${hostname}${pathname}`, request: feed.request, values };
    const columns = feed.columns ?? [];
    yield Buffer.from(pullHeadLine({ columns, ...(day !== null && feed.columns && { covers: { from: day, to: day } }), asked: head }));
    for await (const records of readPages(feed, values, site, login, io)) {
      yield Buffer.from(records.map((record) => `${JSON.stringify(record)}\n`).join(''));
    }
  },

  async close(_settings, io) {
    (io.session.get('http') as Opened | undefined)?.site.close();
    io.session.delete('http');
  },
};
export default http;

interface Opened {
  readonly site: FarSite;
  readonly login: Login;
}

async function opened(settings: HttpSettings, io: SourceIo): Promise<Opened> {
  const known = io.session.get('http') as Opened | undefined;
  if (known) return known;
  const site = await openFarSite(settings, io);
  const fresh = { site, login: createLogin(settings, site, io) };
  io.session.set('http', fresh);
  return fresh;
}
