import iconv from 'iconv-lite';
import { fetch, type Response } from 'undici';
import type { SourceIo } from '../../src/journey/collect/connector.js';
import { createPace } from '../../src/journey/collect/create-pace.js';
import { fillIn, fillInAll, fillInJson, type Values } from '../../src/journey/collect/fill-in.js';
import { createGuardedAgent } from '../../src/journey/collect/guarded-agent.js';
import { cancelled, causeOf, type FarPlace, networkFault } from '../../src/journey/collect/network-fault.js';
import { readBody } from '../../src/journey/collect/read-body.js';
import { secretOf } from '../../src/journey/collect/secret-of.js';
import { HubError } from '../../src/model/hub-error.js';
import { message } from '../../src/model/message.js';
import type { HttpSettings, RequestSettings } from './settings.js';

/** What was answered: the bytes, and what is needed to read on. */
export interface Answer {
  readonly status: number;
  readonly bytes: Buffer;
  readonly type: string;
  readonly link: string;
}

/** One site, asked politely: in turn, not faster than agreed, again when it asks to wait. Cookies are kept. */
export interface FarSite {
  readonly place: FarPlace;
  readonly secrets: { readonly password: string; readonly apiKey: string };
  /** `more` are headers that no setting holds; an absolute `url` replaces path and query. Answers of 401 and 403 come back, other refusals throw. */
  ask(
    request: RequestSettings,
    values: Values,
    more?: { readonly headers?: Readonly<Record<string, string>>; readonly url?: string },
  ): Promise<Answer>;
  text(answer: Answer): string;
  close(): void;
}

export async function openFarSite(settings: HttpSettings, io: SourceIo): Promise<FarSite> {
  const secrets = {
    password: settings.password === undefined ? '' : await secretOf(settings.password, 'password', io),
    apiKey: settings.api_key === undefined ? '' : await secretOf(settings.api_key, 'api_key', io),
  };
  const ca = settings.ca === undefined ? undefined : await secretOf(settings.ca, 'ca', io);
  const base = new URL(settings.base_url);
  const place: FarPlace = { source: io.source, where: base.origin, hide: Object.values(secrets) };
  const { agent, close } = createGuardedAgent({
    ...{ source: io.source, host: base.hostname, allowPrivate: settings.allow_private },
    ...{ timeoutMs: settings.timeout_seconds * 1000, ca },
  });
  const cookies = new Map<string, string>();
  const pace = createPace(settings.requests_per_minute, place, io.signal);

  return {
    place,
    secrets,
    async ask(request, values, more = {}) {
      for (let attempt = 1; ; attempt++) {
        await pace.next();
        const [answer, fault, waitMs] = await once(request, values, more);
        if (answer) return answer;
        if (fault.errorClass !== 'transient' || attempt >= settings.attempts || io.signal.aborted) throw fault;
        await pace.pause(waitMs ?? Math.min(500 * 2 ** attempt, 30_000));
      }
    },
    text: ({ bytes, type }) => {
      const charset = /charset="?([\w-]+)/iu.exec(type)?.[1] ?? 'utf-8';
      return iconv.decode(bytes, /^gb/iu.test(charset) ? 'gb18030' : iconv.encodingExists(charset) ? charset : 'utf-8');
    },
    close: () => void close(),
  };

  type Outcome = readonly [answer: Answer, fault: null, waitMs: null] | readonly [answer: null, fault: HubError, waitMs: number | null];

  async function once(
    request: RequestSettings,
    values: Values,
    more: { headers?: Readonly<Record<string, string>>; url?: string },
  ): Promise<Outcome> {
    const url = more.url === undefined ? urlOf(request, values) : new URL(more.url, base);
    if (url.origin !== base.origin) return [null, leads(url.href), null];
    const body = bodyOf(request, values);
    try {
      const response = await fetch(url, {
        ...{ method: request.method, redirect: 'manual', dispatcher: agent, signal: io.signal },
        ...(body && { body: body.text }),
        headers: {
          ...{ accept: '*/*', 'user-agent': 'huiliu', ...(body && { 'content-type': body.type }) },
          ...(cookies.size > 0 && { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') }),
          ...fillInAll(request.headers, values),
          ...more.headers,
        },
      });
      keepCookies(response);
      if (response.status >= 300 && response.status < 400) return [null, leads(response.headers.get('location') ?? ''), null];
      const bytes = await readBody(response.body, settings.max_answer_mb, place);
      if (response.status < 300 || response.status === 401 || response.status === 403) {
        return [
          { status: response.status, bytes, type: response.headers.get('content-type') ?? '', link: response.headers.get('link') ?? '' },
          null,
          null,
        ];
      }
      return [null, refused(response.status, bytes), retryAfter(response)];
    } catch (error) {
      if (error instanceof HubError) return [null, error, null];
      if (io.signal.aborted) return [null, cancelled(place), null];
      const cause = (error as { cause?: unknown }).cause ?? error;
      return [null, networkFault(cause, place), null];
    }
  }

  function urlOf({ path, query }: RequestSettings, values: Values): URL {
    const encoded = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, encodeURIComponent(String(value))]));
    const url = new URL(`${base.pathname.replace(/\/$/u, '')}${fillIn(path, encoded)}`, base);
    for (const [key, value] of Object.entries(fillInAll(query, values))) url.searchParams.set(key, value);
    return url;
  }

  function keepCookies(response: Response): void {
    for (const cookie of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=;]+)=([^;]*)/u.exec(cookie) ?? [];
      if (name !== undefined && value !== undefined) cookies.set(name.trim(), value);
    }
  }

  function leads(to: string): HubError {
    return new HubError('config', message('connect.redirected', { source: io.source, where: place.where, to: causeOf(to, place.hide) }));
  }

  function refused(status: number, bytes: Buffer): HubError {
    const values = { source: io.source, where: place.where, status, cause: causeOf(bytes.subarray(0, 300).toString(), place.hide) };
    const isPassing = status === 408 || status === 425 || status === 429 || status >= 500;
    return new HubError(isPassing ? 'transient' : 'config', message('connect.answer-refused', values));
  }

  /** What the far side asks for, at most five minutes: longer is for the next run. */
  function retryAfter(response: Response): number | null {
    const asked = response.headers.get('retry-after');
    if (asked === null) return null;
    const ms = /^\d+$/u.test(asked) ? Number(asked) * 1000 : Date.parse(asked) - Date.now();
    return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), 300_000) : null;
  }
}

function bodyOf({ json, form, method }: RequestSettings, values: Values): { text: string; type: string } | null {
  if (method === 'GET') return null;
  if (form) return { text: new URLSearchParams(fillInAll(form, values)).toString(), type: 'application/x-www-form-urlencoded' };
  return json === undefined ? null : { text: JSON.stringify(fillInJson(json, values)), type: 'application/json; charset=utf-8' };
}
