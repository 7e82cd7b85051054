import { setTimeout as sleep } from 'node:timers/promises';
import type { SourceIo } from '../../src/journey/collect/connector.js';
import type { Values } from '../../src/journey/collect/fill-in.js';
import { cancelled } from '../../src/journey/collect/network-fault.js';
import { readBody } from '../../src/journey/collect/read-body.js';
import { HubError } from '../../src/model/hub-error.js';
import { message } from '../../src/model/message.js';
import { expectFile } from './expect-file.js';
import { expectLook } from './expect-look.js';
import { browserOf, type OpenBrowser } from './open-browser.js';
import { pageOf } from './page.js';
import type { ShownPage } from './pass-over-pages.js';
import type { PortalSession } from './portal-session.js';
import { eachOf, gatherRows, type Reading } from './read-feed.js';
import { readTable } from './read-table.js';
import type { Feed, PortalSettings } from './settings.js';
import { lookOfTable } from './take-from.js';
import { doing, walkBrowser } from './walk-browser.js';

/** Reads one window where the page needs script: the same steps, tables and checks, seen as the browser shows them. */
export const readByBrowser: typeof read = (...given) => {
  const [feed, , session, , io] = given;
  return doing(feed.name, 'browser', io, session.site.place.hide, () => read(...given));
};

async function read(feed: Feed, window: Values, session: PortalSession, settings: PortalSettings, io: SourceIo): Promise<Reading> {
  const browser = await browserOf(session, settings, io);
  const { hide } = session.site.place;
  const reading = feed.download
    ? { file: await download(feed.download) }
    : await gatherRows(feed, await eachOf(feed, window, session, settings, io), io, passFrom);
  await browser.giveBack();
  return reading;

  async function walk(values: Values): Promise<void> {
    try {
      await walkBrowser(`${feed.name}/steps`, feed.steps, values, browser, session, io);
    } catch (error) {
      // A step that fails because the portal shows its login page is a login that is over.
      session.expectInside(await browser.page().catch(() => Promise.reject(error)));
      throw error;
    }
    session.expectInside(await browser.page());
  }

  async function passFrom(values: Values): Promise<AsyncGenerator<ShownPage>> {
    await walk(values);
    return pages();
  }

  async function* pages(): AsyncGenerator<ShownPage> {
    const table = feed.table!;
    for (let number = 1; ; number++) {
      const page = await browser.page();
      const shown = await readTableOr(page);
      if (shown.titles) await expectLook(`${feed.name}/table`, [feed.steps, table], lookOfTable(shown.titles), browser.screenshot, io);
      const found = shown.titles === null ? '—' : shown.titles.join(' | ');
      io.watch?.({
        step: `${feed.name}/table ${number}`,
        did: page.url.pathname,
        status: null,
        bytes: null,
        found,
        rows: shown.rows.length,
      });
      yield { ...shown, limit: table.pages?.max ?? 1 };
      if (table.pages?.by !== 'next' || !(await turn(table.at, table.pages.at, number))) return;
    }

    async function readTableOr(page: Awaited<ReturnType<OpenBrowser['page']>>) {
      try {
        return readTable(page, table, io, hide);
      } catch (error) {
        session.expectInside(page);
        throw error;
      }
    }
  }

  /** Turns the page and waits until the table is another; false where there is no next one. */
  async function turn(table: string, next: string, number: number): Promise<boolean> {
    const { tab } = browser;
    const button = tab.locator(next).first();
    const isThere = (await button.count()) > 0 && (await button.isVisible()) && (await button.isEnabled());
    if (!isThere || (await button.getAttribute('class'))?.split(/\s+/u).includes('disabled')) return false;
    return doing(`${feed.name}/page ${number + 1}`, `click ${next}`, io, hide, async () => {
      const before = await tab.locator(table).first().innerHTML();
      await session.site.pace();
      await button.click();
      for (let waited = 0; waited < settings.timeout_seconds * 1000; waited += 50) {
        const now = await tab
          .locator(table)
          .first()
          .innerHTML()
          .catch(() => before);
        if (now !== before) return true;
        await sleep(50, undefined, { signal: io.signal }).catch(() => {
          throw cancelled({ source: io.source, where: next });
        });
      }
      throw new HubError('source-data', message('connect.page-repeated', { source: io.source, where: feed.name, count: number }));
    });
  }

  async function download(how: NonNullable<Feed['download']>): Promise<Buffer> {
    await walk(window);
    const { tab } = browser;
    return doing(`${feed.name}/download`, `click ${how.click}`, io, hide, async () => {
      await session.site.pace();
      const [file] = await Promise.all([tab.waitForEvent('download'), tab.click(how.click!)]);
      const stream = await file.createReadStream();
      const bytes = await readBody(stream, settings.max_answer_mb, session.site.place).catch(async (error: unknown) => {
        await file.cancel();
        throw error;
      });
      await file.delete();
      const page = pageOf({ url: new URL(tab.url()), status: 200, bytes, type: '', fileName: file.suggestedFilename() }, settings.charset);
      return expectFile(page, how, session, io);
    });
  }
}
