import { type BrowserContext, chromium, type Page as Tab } from 'playwright-core';
import { Cookie } from 'tough-cookie';
import type { SourceIo } from '../../src/journey/collect/connector.js';
import { cancelled } from '../../src/journey/collect/network-fault.js';
import { HubError } from '../../src/model/hub-error.js';
import { message } from '../../src/model/message.js';
import { findChromium } from './find-chromium.js';
import { startGuardingProxy } from './guarding-proxy.js';
import { type Page, pageOf } from './page.js';
import type { PortalSession } from './portal-session.js';
import type { PortalSettings } from './settings.js';

/** A browser of its own for one collection, with the session of the account. */
export interface OpenBrowser {
  readonly tab: Tab;
  readonly timeoutMs: number;
  /** The page as it stands now, script done or not. */
  page(): Promise<Page>;
  screenshot(): Promise<{ readonly bytes: Buffer; readonly type: string }>;
  /** Gives cookies and what pages keep in the browser back to the session. */
  giveBack(): Promise<void>;
}

/** Starts it, once per session; it ends with the session. Nothing is downloaded for it: the machine's own Chromium has to be there. */
export function browserOf(session: PortalSession, settings: PortalSettings, io: SourceIo): Promise<OpenBrowser> {
  session.browser ??= open(session, settings, io);
  return session.browser as Promise<OpenBrowser>;
}

const quiet = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
// Sockets of WebRTC would go past the proxy.
const noSidePaths = ['--force-webrtc-ip-handling-policy=disable_non_proxied_udp', '--webrtc-ip-handling-policy=disable_non_proxied_udp'];

async function open(session: PortalSession, settings: PortalSettings, io: SourceIo): Promise<OpenBrowser> {
  const executablePath = findChromium();
  if (executablePath === null) throw new HubError('config', message('portal.no-browser', { source: io.source }));
  const { site } = session;
  const proxy = await startGuardingProxy(site);
  session.onClose(() => proxy.close());
  const browser = await chromium
    .launch({
      ...{ executablePath, headless: true, args: [...quiet, ...noSidePaths], chromiumSandbox: process.getuid?.() !== 0 },
      // Chromium would go to loopback addresses directly.
      proxy: { server: proxy.url, bypass: '<-loopback>' },
    })
    .catch((error: unknown) => {
      const cause = String(error instanceof Error ? error.message : error)
        .split('\n')[0]!
        .slice(0, 200);
      throw new HubError(
        'transient',
        message('portal.browser-step-failed', { source: io.source, step: 'start', did: executablePath, cause }),
      );
    });
  session.onClose(() => browser.close());
  const stop = () => void browser.close().catch(() => undefined);
  io.signal.addEventListener('abort', stop, { once: true });
  session.onClose(async () => io.signal.removeEventListener('abort', stop));
  if (io.signal.aborted) throw cancelled(site.place);
  const origins = session.origins as NonNullable<
    Exclude<Parameters<typeof browser.newContext>[0], undefined>['storageState']
  > extends infer State
    ? Extract<State, { origins: unknown }>['origins']
    : never;
  const context = await browser.newContext({
    ...{ locale: 'zh-CN', timezoneId: 'Asia/Shanghai', acceptDownloads: true, serviceWorkers: 'block' },
    storageState: { cookies: await cookiesFor(session), origins },
  });
  context.setDefaultTimeout(settings.timeout_seconds * 1000);
  await context.route('**/*', (route) =>
    site.isAllowed(new URL(route.request().url())) ? route.continue() : route.abort('blockedbyclient'),
  );
  const tab = await context.newPage();
  tab.on('dialog', (dialog) => void dialog.dismiss().catch(() => undefined));
  return {
    tab,
    timeoutMs: settings.timeout_seconds * 1000,
    async page() {
      const bytes = Buffer.from(await tab.content());
      return pageOf({ url: new URL(tab.url()), status: 200, bytes, type: 'text/html; charset=utf-8', fileName: null }, undefined);
    },
    screenshot: async () => ({ bytes: await tab.screenshot({ fullPage: false }), type: 'image/png' }),
    giveBack: () => giveBack(context, session),
  };
}

async function cookiesFor({ site }: PortalSession) {
  const cookies = await site.jar.getCookies(site.base.href, { allPaths: true });
  return cookies.map((one) => ({
    ...{ name: one.key, value: one.value, domain: one.domain ?? site.base.hostname, path: one.path ?? '/' },
    ...{ expires: one.expires instanceof Date ? one.expires.getTime() / 1000 : -1, httpOnly: one.httpOnly, secure: one.secure },
    sameSite: 'Lax' as const,
  }));
}

async function giveBack(context: BrowserContext, session: PortalSession): Promise<void> {
  const { cookies, origins } = await context.storageState();
  for (const one of cookies) {
    const cookie = new Cookie({ key: one.name, value: one.value, path: one.path, httpOnly: one.httpOnly, secure: one.secure });
    if (one.expires > 0) cookie.setExpires(new Date(one.expires * 1000));
    if (one.domain.startsWith('.')) cookie.domain = one.domain.slice(1);
    const at = `${one.secure ? 'https' : session.site.base.protocol.slice(0, -1)}://${one.domain.replace(/^\./u, '')}${one.path}`;
    await session.site.jar.setCookie(cookie, at, { ignoreError: true });
  }
  session.origins = origins;
}
