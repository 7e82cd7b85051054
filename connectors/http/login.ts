import { createHash, createHmac, randomUUID } from 'node:crypto';
import type { SourceIo } from '../../src/journey/collect/connector.js';
import { fillIn, fillInAll, fillInJson, type Values } from '../../src/journey/collect/fill-in.js';
import { causeOf } from '../../src/journey/collect/network-fault.js';
import { parseAnswer, textAt } from '../../src/journey/collect/read-answer.js';
import { HubError } from '../../src/model/hub-error.js';
import { message } from '../../src/model/message.js';
import { shanghaiMoment } from '../../src/model/shanghai-moment.js';
import type { FarSite } from './far-site.js';
import { type HttpSettings, type RequestSettings, requestSettings } from './settings.js';

/** How requests prove who asks. */
export interface Login {
  /** Values and headers for one request; logs in when it has to. */
  prove(request: RequestSettings, values: Values): Promise<{ request: RequestSettings; values: Values; headers: Record<string, string> }>;
  /** The far side says the login is over. False when logging in again would not help. */
  renew(): boolean;
}

export function createLogin(settings: HttpSettings, site: FarSite, io: SourceIo): Login {
  const { auth, user = '' } = settings;
  const { password, apiKey } = site.secrets;
  let token: string | null = null;

  return {
    async prove(request, values) {
      if (auth.kind === 'basic') {
        return { request, values, headers: { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` } };
      }
      if (auth.kind === 'header') return { request, values, headers: { [auth.name]: auth.prefix + apiKey } };
      if (auth.kind === 'oauth2') return { request, values, headers: { authorization: `Bearer ${await bearer(auth)}` } };
      if (auth.kind === 'login') {
        token ??= await logIn(auth);
        const headers = auth.header === undefined ? {} : { [auth.header]: auth.prefix + token };
        return { request, values: { ...values, user, token }, headers };
      }
      return auth.kind === 'signed' ? sign(auth, request, values) : { request, values, headers: {} };
    },
    renew() {
      if (auth.kind !== 'oauth2' && auth.kind !== 'login') return false;
      token = null;
      return true;
    },
  };

  async function bearer(how: Extract<HttpSettings['auth'], { kind: 'oauth2' }>): Promise<string> {
    token ??= await clientCredentials(how);
    return token;
  }

  async function clientCredentials({ path, scope }: Extract<HttpSettings['auth'], { kind: 'oauth2' }>): Promise<string> {
    const form = { grant_type: 'client_credentials', ...(scope !== undefined && { scope }) };
    const headers = {
      authorization: `Basic ${Buffer.from(`${encodeURIComponent(user)}:${encodeURIComponent(password)}`).toString('base64')}`,
    };
    const answer = await site.ask(requestSettings.parse({ method: 'POST', path, form }), {}, { headers });
    const found = answer.status < 300 ? textAt(read(answer), 'access_token') : undefined;
    if (!found) throw refusedLogin(site.text(answer));
    return found;
  }

  async function logIn({ request, ok, token_at }: Extract<HttpSettings['auth'], { kind: 'login' }>): Promise<string> {
    const answer = await site.ask(request, { user, password });
    const text = site.text(answer);
    if (answer.status >= 300) throw refusedLogin(text);
    if (ok === undefined && token_at === undefined) return '';
    const value = read(answer);
    if (ok && !ok.equals.includes(textAt(value, ok.at) ?? '')) throw refusedLogin(text);
    if (token_at === undefined) return '';
    const found = textAt(value, token_at);
    if (!found) throw refusedLogin(text);
    return found;
  }

  function read(answer: Awaited<ReturnType<FarSite['ask']>>) {
    try {
      return parseAnswer(site.text(answer));
    } catch {
      throw refusedLogin(site.text(answer));
    }
  }

  function sign(how: Extract<HttpSettings['auth'], { kind: 'signed' }>, request: RequestSettings, given: Values) {
    const now = io.now();
    const stamp = {
      seconds: Math.floor(now.getTime() / 1000),
      milliseconds: now.getTime(),
      // A clock on the wall in China: that is what those who want a date and time compare it with.
      datetime: `${shanghaiMoment(now)}${now.toISOString().slice(16, 19)}`,
    };
    const query = fillInAll(request.query, given);
    const values = {
      ...{
        ...given,
        user,
        timestamp: stamp[how.timestamp],
        nonce: randomUUID().replaceAll('-', ''),
        path: fillIn(request.path, given),
        method: request.method,
      },
      ...{
        query: Object.entries(query)
          .toSorted(([a], [b]) => (a < b ? -1 : 1))
          .map(([key, value]) => `${key}=${value}`)
          .join('&'),
      },
      ...{ body: request.json === undefined ? '' : JSON.stringify(fillInJson(request.json, given)), secret: password },
    };
    const text = fillIn(how.text, values);
    const digest = how.algorithm === 'md5' ? createHash('md5').update(text) : createHmac(how.algorithm.slice(5), password).update(text);
    const bytes = digest.digest();
    const signed =
      how.encoding === 'base64'
        ? bytes.toString('base64')
        : how.encoding === 'HEX'
          ? bytes.toString('hex').toUpperCase()
          : bytes.toString('hex');
    const told = { ...given, user, timestamp: values.timestamp, nonce: values.nonce, sign: signed };
    return {
      request: { ...request, query: { ...request.query, ...fillInAll(how.query, told) } },
      values: told,
      headers: fillInAll(how.headers, told),
    };
  }

  function refusedLogin(answer: string): HubError {
    const cause = causeOf(answer, site.place.hide).slice(0, 200);
    const values = { source: io.source, where: site.place.where, cause, user, secret: settings.password ?? '' };
    return new HubError('auth', message('connect.refused-login', values));
  }
}
