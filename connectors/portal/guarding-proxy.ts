import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { PortalSite } from './portal-site.js';

export interface GuardingProxy {
  readonly url: string;
  /** Hosts that the pages asked for and did not get. */
  readonly refused: ReadonlySet<string>;
  close(): Promise<void>;
}

/**
 * The only way out of a browser: it resolves no name itself and reaches nothing but through here, where hosts are those of the recipe and
 * addresses are checked one by one, also when a name changes its mind or a page redirects, opens a socket or asks from a script.
 */
export async function startGuardingProxy({ isAllowed, guard }: Pick<PortalSite, 'isAllowed' | 'guard'>): Promise<GuardingProxy> {
  const refused = new Set<string>();
  const sockets = new Set<Duplex>();
  const server = createServer((asked, response) => pass(asked, response));
  server.on('connect', (asked: IncomingMessage, client: Duplex) => tunnel(asked.url ?? '', client));
  server.on('connection', keep);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    refused,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };

  function pass(asked: IncomingMessage, response: ServerResponse): void {
    const url = URL.canParse(asked.url ?? '') ? new URL(asked.url!) : null;
    if (url?.protocol !== 'http:' || !mayGo(url)) return void response.writeHead(403).end();
    const { 'proxy-connection': _, ...headers } = asked.headers;
    const options = {
      host: bare(url.hostname),
      port: url.port || 80,
      path: `${url.pathname}${url.search}`,
      method: asked.method,
      headers,
      lookup: guard.lookup,
    };
    const onward = request(options, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => (response.headersSent ? response.destroy() : response.writeHead(502).end()));
    asked.pipe(onward);
  }

  function tunnel(target: string, client: Duplex): void {
    const url = URL.canParse(`https://${target}`) ? new URL(`https://${target}`) : null;
    if (!url || !(mayGo(url) || mayGo(new URL(`http://${target}`)))) return void client.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    const far = connect({ host: bare(url.hostname), port: Number(url.port || 443), lookup: guard.lookup });
    keep(far);
    far.once('connect', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      far.pipe(client).pipe(far);
    });
    for (const [one, other] of [[far, client] as const, [client, far] as const])
      one.on('error', () => other.destroy()).on('close', () => other.destroy());
  }

  function mayGo(url: URL): boolean {
    try {
      if (isAllowed(url)) {
        guard.check(url.hostname);
        return true;
      }
    } catch {
      // an inner address
    }
    refused.add(url.host);
    return false;
  }

  function keep(socket: Duplex | Socket): void {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  }
}

const bare = (hostname: string): string => hostname.replace(/^\[|\]$/gu, '');
