import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import iconv from 'iconv-lite';

/** One request as a fake portal sees it; a form is read in the charset of the portal. */
export interface Asked {
  readonly method: string;
  readonly url: URL;
  readonly form: ReadonlyMap<string, string>;
  readonly body: string;
  readonly headers: IncomingMessage['headers'];
  /** What the portal keeps of this visitor; emptied when the session ends. */
  readonly session: Map<string, string>;
}

export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

export interface ServedPortal {
  readonly url: string;
  readonly port: number;
  /** `POST /path?query` of every request, in order. */
  readonly log: string[];
  /** Ends the sessions of all visitors. */
  expireSessions(): void;
  stop(): Promise<void>;
}

/** A real HTTP server on loopback with cookies and sessions, as old portals have them. Texts go out in its charset. */
export async function servePortal(
  charset: 'utf-8' | 'gbk' | 'gb18030',
  cookie: string,
  handle: (asked: Asked) => Answer | Promise<Answer>,
): Promise<ServedPortal> {
  const sessions = new Map<string, Map<string, string>>();
  const log: string[] = [];
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    ...{ url: `http://127.0.0.1:${port}`, port, log },
    expireSessions: () => sessions.clear(),
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString('latin1');
    const url = new URL(request.url ?? '/', 'http://portal');
    log.push(`${request.method} ${request.url}`);
    let id = new RegExp(`${cookie}=(\\w+)`, 'u').exec(request.headers.cookie ?? '')?.[1];
    if (id === undefined || !sessions.has(id)) {
      id = randomBytes(8).toString('hex');
      sessions.set(id, new Map());
      response.setHeader('set-cookie', `${cookie}=${id}; path=/; HttpOnly`);
    }
    const asked: Asked = {
      method: request.method ?? '',
      url,
      form: formOf(body, charset),
      body,
      headers: request.headers,
      session: sessions.get(id)!,
    };
    const given: Answer = await Promise.resolve(handle(asked)).catch((error: unknown) => ({ status: 500, body: String(error) }));
    const { status = 200, headers = {}, body: out = '' } = given;
    response.writeHead(status, { 'content-type': `text/html; charset=${charset === 'gbk' ? 'gb2312' : charset}`, ...headers });
    response.end(typeof out === 'string' ? iconv.encode(out, charset) : out);
  }
}

function formOf(text: string, charset: string): Map<string, string> {
  return new Map(
    text
      .split('&')
      .filter((pair) => pair !== '')
      .map((pair) => pair.split('=', 2).map((part) => unescaped(part, charset)) as [string, string]),
  );
}

function unescaped(text: string, charset: string): string {
  const latin1 = text.replaceAll('+', ' ').replace(/%([0-9a-f]{2})/giu, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return iconv.decode(Buffer.from(latin1, 'latin1'), charset);
}

export const html = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
