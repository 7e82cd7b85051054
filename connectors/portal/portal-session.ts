import { setTimeout as sleep } from 'node:timers/promises';
import { CookieJar, type SerializedCookieJar } from 'tough-cookie';
import type { SourceIo } from '../../src/journey/collect/connector.js';
import { cancelled } from '../../src/journey/collect/network-fault.js';
import { HubError } from '../../src/model/hub-error.js';
import { message } from '../../src/model/message.js';
import { logIn } from './log-in.js';
import { asksForPassword, type Page, shows } from './page.js';
import { openPortalSite, type PortalSite } from './portal-site.js';
import { requestOf } from './request-of.js';
import type { PortalSettings } from './settings.js';

/** An account in use: nobody else uses it meanwhile, and its login outlives the collection when only a person could renew it. */
export interface PortalSession {
  readonly site: PortalSite;
  readonly account: string;
  /** What pages with script keep in the browser besides cookies, origin by origin. */
  origins: readonly unknown[];
  /** The browser of this session, once one was needed. */
  browser: unknown;
  /** Runs at the end, the last first. */
  onClose(close: () => Promise<unknown>): void;
  /** Logs in unless there is a session that may still hold. */
  enter(): Promise<void>;
  /** Throws `SessionOver` for a page that only somebody sees who is not logged in. */
  expectInside(page: Page): void;
  /** Does the work; when it finds the session over, once more after a new login. */
  inside<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Whether there is a login that may still hold. */
  isKept(): boolean;
  /** Says after a look at the portal whether the kept login still holds: it is remembered as it is now, or forgotten. */
  stillInside(page: Page): Promise<void>;
  close(): Promise<void>;
}

/** Cookies, and what pages with script keep in the browser besides. */
interface KeptSession {
  readonly jar: SerializedCookieJar;
  readonly origins: readonly unknown[];
}

/** Host and user: whoever has the same shares the login. */
export function accountOf({ base_url, user = '' }: Pick<PortalSettings, 'base_url' | 'user'>): string {
  return `${new URL(base_url).host} ${user}`.trim();
}

/** Not a fault by itself: another login may help. */
export class SessionOver extends Error {}

export async function openPortalSession(
  settings: PortalSettings,
  io: SourceIo,
  logInByBrowser: (session: PortalSession) => Promise<void>,
  patienceMinutes = 10,
): Promise<PortalSession> {
  const site = await openPortalSite(settings, io);
  const account = accountOf(settings);
  await hold();
  let isEntered = false;
  const kept = await readKept();
  const closing: (() => Promise<unknown>)[] = [];
  let isKept = kept !== null;
  if (kept) site.jar = CookieJar.deserializeSync(kept.jar);
  const session: PortalSession = {
    ...{ site, account, origins: kept?.origins ?? [], browser: null },
    onClose: (close) => void closing.push(close),
    async enter() {
      if (isEntered || !settings.login) return;
      if (!isKept) await renew(settings.login);
      isEntered = true;
    },
    expectInside(page) {
      if (!settings.login) return;
      if (settings.logged_out ? settings.logged_out.some((one) => shows(page, one)) : asksForPassword(page)) throw new SessionOver();
    },
    async inside(work) {
      for (let attempt = 1; ; attempt++) {
        await session.enter();
        try {
          return await work();
        } catch (error) {
          if (!(error instanceof SessionOver)) throw error;
          isEntered = false;
          await forget();
          if (attempt >= 2) throw new HubError('transient', message('portal.session-over', { source: io.source, where: site.place.where }));
        }
      }
    },
    isKept: () => isKept,
    async stillInside(page) {
      try {
        session.expectInside(page);
        await keep();
      } catch (error) {
        if (!(error instanceof SessionOver)) throw error;
        await forget();
      }
    },
    async close() {
      try {
        if (isEntered && isKept && settings.login && !io.signal.aborted) await leave();
      } finally {
        for (const one of closing.splice(0).reverse()) await one().catch(() => undefined);
        site.close();
        await io.memory?.releaseAccount(account);
      }
    },
  };
  return session;

  async function renew(login: NonNullable<PortalSettings['login']>): Promise<void> {
    if (login.browser) await logInByBrowser(session);
    else await logIn(settings, login, site, io, account);
    await keep();
  }

  async function keep(): Promise<void> {
    isKept = true;
    const now: KeptSession = { jar: site.jar.serializeSync()!, origins: session.origins };
    await io.memory?.keepSession(account, JSON.stringify(now));
  }

  async function forget(): Promise<void> {
    isKept = false;
    session.origins = [];
    await io.memory?.keepSession(account, null);
  }

  // A login that needed a person stays: it is worth more than a tidy end. Any other is given back where the recipe knows how.
  async function leave(): Promise<void> {
    const needsPerson = settings.login?.question ?? settings.login?.second?.question;
    if (!settings.logout || needsPerson) return keep();
    await site.ask(requestOf(settings.logout, {}, site, settings), 'logout').catch(() => undefined);
    await forget();
  }

  /** An account that was taken is given back when its session cannot be read. */
  async function readKept(): Promise<KeptSession | null> {
    try {
      const stored = await io.memory?.readSession(account);
      return stored ? (JSON.parse(stored) as KeptSession) : null;
    } catch (error) {
      site.close();
      await io.memory?.releaseAccount(account);
      throw error;
    }
  }

  async function hold(): Promise<void> {
    for (let waited = 0; io.memory && !(await io.memory.holdAccount(account)); waited++) {
      const told = { source: io.source, account, minutes: patienceMinutes };
      if (waited >= patienceMinutes * 60) site.close();
      if (waited >= patienceMinutes * 60) throw new HubError('transient', message('portal.account-busy', told));
      await sleep(1000, undefined, { signal: io.signal }).catch(() => {
        site.close();
        throw cancelled(site.place);
      });
    }
  }
}
