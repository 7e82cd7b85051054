import type { z } from 'zod';
import type { Connector, Observed, SourceIo } from '../../src/journey/collect/connector.js';
import type { Values } from '../../src/journey/collect/fill-in.js';
import { createMemoryInRam } from '../../src/journey/collect/memory-in-ram.js';
import { observePulls, windowOf } from '../../src/journey/collect/observe-pull.js';
import { pullHeadLine } from '../../src/journey/decode/pull-head.js';
import { addDays } from '../../src/model/add-days.js';
import { HubError } from '../../src/model/hub-error.js';
import { type Message, message } from '../../src/model/message.js';
import { outsideHours } from './outside-hours.js';
import { accountOf, openPortalSession, type PortalSession } from './portal-session.js';
import { readFeed } from './read-feed.js';
import { requestOf } from './request-of.js';
import { type Feed, type PortalSettings, portalSettings } from './settings.js';

/** The browser's library is loaded when a recipe needs it. */
const readByBrowser: typeof readFeed = async (...given) => (await import('./read-by-browser.js')).readByBrowser(...given);

async function logInByBrowser(settings: PortalSettings, session: PortalSession, io: SourceIo): Promise<void> {
  const { logInByBrowser } = await import('./log-in-by-browser.js');
  await logInByBrowser(settings, session, io);
}

const chunkChars = 64 * 1024;

/** A portal made for people, read by a recipe: each feed and business day lands as a file, rows as lines or the download as it came. */
const portal: Connector<PortalSettings> = {
  name: 'portal',
  settings: portalSettings as unknown as z.ZodType<PortalSettings>,
  secrets: ['password', 'ca'],

  async check(settings, io) {
    const closed = outsideHours(settings, io.now());
    if (closed) throw new HubError('transient', closed);
    const session = await opened(settings, io);
    await session.inside(async () => {
      if (!settings.login) await session.site.ask(requestOf('/', {}, session.site, settings), 'check');
    });
  },

  async *list(settings, io) {
    const observed = observePulls(settings.feeds, io.now(), askedOf(settings), ({ download }) => download?.as ?? 'ndjson');
    const why = outsideHours(settings, io.now()) ?? (await waitingFor(settings, io));
    yield* why === null ? observed : observed.filter(({ frozen }) => !frozen).map((one): Observed => ({ ...one, ready: false, why }));
  },

  async *fetch(observed, settings, io) {
    const window = windowOf(observed, settings.feeds, io.now());
    if (!window) throw new HubError('config', message('connect.feed-gone', { source: io.source, name: observed.name }));
    const { feed, day } = window;
    const session = await opened(settings, io);
    const reading = await session.inside(() => (feed.browser ? readByBrowser : readFeed)(feed, valuesOf(feed, day), session, settings, io));
    if ('file' in reading) {
      yield reading.file;
      return;
    }
    const { columns, rows } = reading;
    const asked = {
      engine: 'portal',
      feed: feed.name,
      host: new URL(settings.base_url).hostname,
      steps: feed.steps,
      values: window.values,
    };
    yield Buffer.from(pullHeadLine({ columns, ...(day !== null && feed.covers && { covers: { from: day, to: day } }), asked }));
    let text = '';
    for (const row of rows) {
      text += `${JSON.stringify(row)}\n`;
      if (text.length < chunkChars) continue;
      yield Buffer.from(text);
      text = '';
    }
    if (text !== '') yield Buffer.from(text);
  },

  async keepAlive(settings, io) {
    if (!settings.keep_alive || outsideHours(settings, io.now())) return;
    const { path, every_minutes } = settings.keep_alive;
    const keptAt = await io.memory?.sessionKeptAt(accountOf(settings));
    if (!keptAt || io.now().getTime() - keptAt.getTime() < every_minutes * 60_000) return;
    // Somebody who uses the account now keeps it alive as well.
    const session = await opened(settings, io, 0);
    if (!session.isKept()) return;
    const page = await session.site.ask(requestOf(path, {}, session.site, settings), 'keep_alive');
    await session.stillInside(page);
  },

  async close(_settings, io) {
    const opening = io.session.get('portal') as Promise<PortalSession> | undefined;
    io.session.delete('portal');
    await (await opening?.catch(() => undefined))?.close();
  },
};
export default portal;

function opened(settings: PortalSettings, io: SourceIo, patienceMinutes?: number): Promise<PortalSession> {
  const known = io.session.get('portal') as Promise<PortalSession> | undefined;
  if (known) return known;
  const remembering = io.memory ? io : { ...io, memory: createMemoryInRam() };
  const opening = openPortalSession(settings, remembering, (session) => logInByBrowser(settings, session, remembering), patienceMinutes);
  io.session.set('portal', opening);
  return opening;
}

/** Logs in before anything is fetched: when only a person can help, the source waits as a whole. */
async function waitingFor(settings: PortalSettings, io: SourceIo): Promise<Message | null> {
  try {
    await (await opened(settings, io)).enter();
    return null;
  } catch (error) {
    if (error instanceof HubError && error.told.code === 'portal.waits-for-answer') return error.told;
    throw error;
  }
}

/** What an answer depends on: not the terms, the pace or the hours. */
const askedOf =
  ({ base_url, user }: PortalSettings) =>
  ({ name: _, window_days: _days, since: _since, until: _until, ...feed }: Feed): unknown => [base_url, user, feed];

/** The days of a window as this portal writes them. */
function valuesOf({ dates }: Feed, day: string | null): Values {
  if (day === null) return {};
  const written = (one: string) => {
    const [year = '', month = '', date = ''] = one.split('-');
    return dates === 'yyyy/M/d'
      ? `${year}/${Number(month)}/${Number(date)}`
      : dates.replace('yyyy', year).replace('MM', month).replace('dd', date);
  };
  return { from: written(day), to: written(addDays(day, 1)), last: written(day), day };
}
