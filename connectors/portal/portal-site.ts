import { createHash } from 'node:crypto';
import { CookieJar } from 'tough-cookie';
import { fetch } from 'undici';
import type { AddressGuard } from '../../src/journey/collect/address-guard.js';
import type { SourceIo } from '../../src/journey/collect/connector.js';
import { createPace } from '../../src/journey/collect/create-pace.js';
import { createGuardedAgent } from '../../src/journey/collect/guarded-agent.js';
import { cancelled, causeOf, type FarPlace, networkFault } from '../../src/journey/collect/network-fault.js';
import { readBody } from '../../src/journey/collect/read-body.js';
import { secretOf } from '../../src/journey/collect/secret-of.js';
import { HubError } from '../../src/model/hub-error.js';
import { message } from '../../src/model/message.js';
import { encodePairs, type Page, pageOf } from './page.js';
import type { PortalSettings } from './settings.js';

/** A request as it goes out; `pairs` are a form's fields in order. */
export interface Ask {
  readonly url: URL;
  readonly method: 'GET' | 'POST';
  readonly pairs?: readonly (readonly [string, string])[];
  readonly charset: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly referer?: string;
}

/** A portal asked as one careful person would: one request at a time, not faster than agreed, cookies kept, only where it is allowed to lead. */
export interface PortalSite {
  readonly place: FarPlace;
  readonly base: URL;
  readonly password: string;
  /** What login forms want besides: some portals have their script hash the password. */
  readonly hashed: { readonly md5: string; readonly base64: string };
  readonly guard: AddressGuard;
  jar: CookieJar;
  /** Follows redirects inside the portal. Throws what is not an answer of the portal: no connection, 4xx, 5xx, another host. */
  ask(ask: Ask, step: string): Promise<Page>;
  /** Waits until another request may go out. */
  pace(): Promise<void>;
  isAllowed(url: URL): boolean;
  close(): void;
}

const mostRedirects = 10;

export async function openPortalSite(settings: PortalSettings, io: SourceIo): Promise<PortalSite> {
  const password = settings.password === undefined ? '' : await secretOf(settings.password, 'password', io);
  const ca = settings.ca === undefined ? undefined : await secretOf(settings.ca, 'ca', io);
  const base = new URL(settings.base_url);
  const hashed = { md5: createHash('md5').update(password).digest('hex'), base64: Buffer.from(password).toString('base64') };
  const place: FarPlace = { source: io.source, where: base.origin, hide: [password, hashed.md5, hashed.base64] };
  const { guard, agent, close } = createGuardedAgent({
    ...{ source: io.source, host: base.hostname, allowPrivate: settings.allow_private },
    ...{ timeoutMs: settings.timeout_seconds * 1000, ca },
  });
  const allowed = new Set([base.host, ...settings.hosts]);
  const pace = createPace(settings.requests_per_minute, place, io.signal);

  const site: PortalSite = {
    ...{ place, base, password, hashed, guard, pace: pace.next, isAllowed },
    jar: new CookieJar(undefined, { rejectPublicSuffixes: false }),
    async ask(asked, step) {
      let { method, pairs, referer } = asked;
      let url = new URL(asked.url);
      // A form that is sent by GET carries its fields in the address, in place of what stood there.
      if (method === 'GET' && pairs && pairs.length > 0) url.search = encodePairs(pairs, asked.charset);
      for (let hops = 0; hops <= mostRedirects; hops++) {
        const page = await once({ ...asked, url, method, ...(pairs && { pairs }), ...(referer && { referer }) });
        const to = page.location;
        io.watch?.({
          ...{ step, did: `${method} ${causeOf(url.href, place.hide)}`, status: page.answer.status, bytes: page.answer.bytes.length },
          ...{ found: to === null ? page.answer.type : `→ ${to}`, rows: null },
        });
        if (to === null) return pageOf(page.answer, settings.charset);
        referer = url.href;
        url = new URL(to, url);
        if (page.answer.status !== 307 && page.answer.status !== 308) {
          method = 'GET';
          pairs = undefined;
        }
      }
      throw fault('source-data', 'portal.too-many-redirects', { limit: mostRedirects });
    },
    close: () => void close(),
  };
  return site;

  async function once(
    asked: Ask,
  ): Promise<{ answer: Pick<Page, 'url' | 'status' | 'bytes' | 'type' | 'fileName'>; location: string | null }> {
    const { url, method, pairs, charset } = asked;
    if (!isAllowed(url)) throw fault('config', 'portal.host-refused', { host: url.host || url.protocol });
    guard.check(url.hostname);
    await pace.next();
    try {
      const cookie = await site.jar.getCookieString(url.href);
      const response = await fetch(url, {
        ...{ method, redirect: 'manual', dispatcher: agent, signal: io.signal },
        ...(pairs && method === 'POST' && { body: encodePairs(pairs, charset) }),
        headers: {
          ...{ accept: '*/*', 'accept-language': 'zh-CN,zh;q=0.9', 'user-agent': 'Mozilla/5.0 (compatible; huiliu)' },
          ...(asked.referer !== undefined && { referer: asked.referer }),
          ...(cookie !== '' && { cookie }),
          ...(pairs && method === 'POST' && { 'content-type': 'application/x-www-form-urlencoded' }),
          ...asked.headers,
        },
      });
      for (const one of response.headers.getSetCookie()) await site.jar.setCookie(one, url.href, { ignoreError: true });
      const bytes = await readBody(response.body, settings.max_answer_mb, place);
      const answer = {
        ...{ url, status: response.status, bytes, type: response.headers.get('content-type') ?? '' },
        fileName: fileNameOf(response.headers.get('content-disposition')),
      };
      const location = response.status >= 300 && response.status < 400 ? response.headers.get('location') : null;
      if (location !== null || response.status < 300) return { answer, location };
      const values = {
        status: response.status,
        path: url.pathname,
        cause: causeOf(pageOf(answer, settings.charset).text().slice(0, 300), place.hide),
      };
      const isPassing = [408, 425, 429].includes(response.status) || response.status >= 500;
      throw fault(
        isPassing ? 'transient' : response.status === 401 || response.status === 403 ? 'auth' : 'config',
        'portal.refused',
        values,
      );
    } catch (error) {
      if (error instanceof HubError) throw error;
      if (io.signal.aborted) throw cancelled(place);
      const cause = (error as { cause?: unknown }).cause ?? error;
      throw networkFault(cause, place);
    }
  }

  function isAllowed(url: URL): boolean {
    return (
      (url.protocol === 'http:' || url.protocol === 'https:') &&
      allowed.has(url.host) &&
      !(base.protocol === 'https:' && url.protocol === 'http:')
    );
  }

  function fault(
    errorClass: HubError['errorClass'],
    code: Parameters<typeof message>[0],
    values: Record<string, string | number>,
  ): HubError {
    return new HubError(errorClass, message(code, { source: io.source, where: place.where, ...values }));
  }
}

/** Names come as they are, percent-encoded, or as raw bytes that were read as latin1. */
function fileNameOf(disposition: string | null): string | null {
  if (disposition === null) return null;
  const extended = /filename\*\s*=\s*[\w-]*'[^']*'([^;]+)/iu.exec(disposition)?.[1];
  const simple = /filename\s*=\s*"?([^";]+)"?/iu.exec(disposition)?.[1];
  const raw = (extended ?? simple)?.trim();
  if (!raw) return null;
  try {
    return raw.includes('%') ? decodeURIComponent(raw) : raw;
  } catch {
    return raw;
  }
}
