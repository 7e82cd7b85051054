import * as http from 'node:http';
import * as https from 'node:https';
import { signRequest, wireHeaders } from '../../connectors/agent/signed-request.js';
import { causeOf } from '../journey/collect/network-fault.js';
import { HubError } from '../model/hub-error.js';
import { type Language, message } from '../model/message.js';
import type { Identity } from './agent-home.js';
import type { KeyPair } from './key-pair.js';

/** The hub said no; `retrySeconds` is when it wants to be asked again, if it said so. */
export class HubRefusal extends HubError {
  constructor(
    readonly status: number,
    url: string,
    cause: string,
    readonly retrySeconds: number | null,
    /** Of a request that came with a number the hub had heard before: the last one it heard. */
    readonly lastSequence: number,
  ) {
    super(status >= 500 || status === 429 ? 'transient' : 'auth', message('agent.refused', { url, status, cause }));
  }
}

export interface HubClient {
  /** Sends a signed request and returns the JSON of the answer. Throws HubRefusal, or `transient` when the hub cannot be reached. */
  ask(method: 'GET' | 'POST', path: 'enrol' | 'beat' | 'config' | 'batch' | 'log' | 'key', body?: Buffer): Promise<unknown>;
}

const silenceMs = 60_000;
const longestAnswer = 8 * 1024 ** 2;

/** Outbound only, and only by https unless the hub is this machine or a person said otherwise. */
export function createHubClient(
  identity: Pick<Identity, 'hub' | 'agent' | 'ca' | 'insecureHttp'>,
  key: () => KeyPair,
  sequence: () => number,
  { signal, language }: { readonly signal: AbortSignal; readonly language: Language },
): HubClient {
  const base = checkedUrl(identity.hub, identity.insecureHttp);
  return {
    async ask(method, path, body = Buffer.alloc(0)) {
      const url = new URL(`agents/v1/${path}`, base);
      const { privateKey, fingerprint } = key();
      const signed = {
        ...{ agent: identity.agent, key: fingerprint, sequence: String(sequence()), sentAt: new Date().toISOString() },
        ...{ path: `/agents/v1/${path}`, body },
      };
      const headers = {
        [wireHeaders.agent]: signed.agent,
        [wireHeaders.key]: signed.key,
        [wireHeaders.sequence]: signed.sequence,
        [wireHeaders.sentAt]: signed.sentAt,
        [wireHeaders.signature]: signRequest(signed, privateKey),
        'accept-language': language,
        'content-type': 'application/octet-stream',
        'content-length': String(body.length),
      };
      const { status, text, retryAfter, lastSequence } = await send(url, { method, headers, ca: identity.ca ?? undefined, signal }, body);
      if (status === 200) return JSON.parse(text);
      throw new HubRefusal(status, base.href, saidIn(text), retryAfter, lastSequence);
    },
  };
}

/** The address with a slash at its end. Throws `config` for http to another machine. */
export function checkedUrl(given: string, insecureHttp: boolean): URL {
  const url = URL.canParse(given) ? new URL(given) : null;
  const isHere = url !== null && /^(127\.\d+\.\d+\.\d+|localhost|\[::1\])$/u.test(url.hostname);
  if (url?.protocol !== 'https:' && !(url?.protocol === 'http:' && (isHere || insecureHttp)))
    throw new HubError('config', message('agent.needs-https', { url: given }));
  url.username = '';
  url.password = '';
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  return url;
}

function send(
  url: URL,
  options: { method: string; headers: Record<string, string>; ca: string | undefined; signal: AbortSignal },
  body: Buffer,
): Promise<{ status: number; text: string; retryAfter: number | null; lastSequence: number }> {
  return new Promise((resolve, reject) => {
    const fail = (error: unknown) =>
      reject(new HubError('transient', message('agent.unreachable', { url: url.origin, cause: causeOf(error, []) })));
    const request = (url.protocol === 'https:' ? https : http).request(url, { ...options, timeout: silenceMs, agent: false }, (answer) => {
      const chunks: Buffer[] = [];
      let length = 0;
      answer.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        length += chunk.length;
        if (length > longestAnswer) request.destroy(new Error('answer too long'));
      });
      answer.on('error', fail);
      answer.on('end', () => {
        const after = Number(answer.headers['retry-after']);
        const retryAfter = Number.isFinite(after) && after > 0 ? Math.min(after, 86_400) : null;
        const last = Number(answer.headers[wireHeaders.sequence] ?? 0);
        const lastSequence = Number.isSafeInteger(last) ? last : 0;
        resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8'), retryAfter, lastSequence });
      });
    });
    request.on('timeout', () => request.destroy(new Error(`no answer for ${silenceMs / 1000} s`)));
    request.on('error', fail);
    request.end(body);
  });
}

function saidIn(text: string): string {
  try {
    return String((JSON.parse(text) as { error?: { message?: unknown } }).error?.message ?? text).slice(0, 500);
  } catch {
    return text.replace(/\s+/gu, ' ').slice(0, 200);
  }
}
