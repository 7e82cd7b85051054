import { createServer, request as httpRequest, type IncomingHttpHeaders, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

/** One request as it went over the wire. */
export interface TappedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Stands between agent and hub: remembers what goes by, cuts the line, loses answers, says things again. */
export interface WireTap {
  readonly url: string;
  readonly seen: TappedRequest[];
  /** `cut`: nobody answers · `mute`: the hub hears, its answer is lost. */
  mode: 'through' | 'cut' | 'mute';
  replay(request: TappedRequest): Promise<{ status: number; text: string }>;
  stop(): Promise<void>;
}

export async function startWireTap(hub: () => string, tls?: { readonly key: string; readonly cert: string }): Promise<WireTap> {
  const seen: TappedRequest[] = [];
  const tap = { mode: 'through' as WireTap['mode'] };
  const listener: RequestListener = (incoming, answer) => {
    if (tap.mode === 'cut') return void incoming.socket.destroy();
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const one = { method: incoming.method!, path: incoming.url!, headers: incoming.headers, body: Buffer.concat(chunks) };
      seen.push(one);
      const isMute = tap.mode === 'mute';
      void send(hub(), one).then(
        ({ status, text, headers }) => {
          if (isMute) return incoming.socket.destroy();
          delete headers['transfer-encoding'];
          answer.writeHead(status, headers).end(text);
        },
        () => incoming.socket.destroy(),
      );
    });
    incoming.on('error', () => undefined);
  };
  const server = tls ? createTlsServer(tls, listener) : createServer(listener);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return Object.assign(tap, {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    replay: (one: TappedRequest) => send(hub(), one),
    stop: () => {
      server.closeAllConnections();
      return new Promise<void>((stopped) => server.close(() => stopped()));
    },
  });
}

/** Sends a request as it is given, also one that no agent would send. */
export function send(
  hub: string,
  { method, path, headers, body }: TappedRequest,
): Promise<{ status: number; text: string; headers: IncomingHttpHeaders }> {
  return new Promise((resolve, reject) => {
    const { host: _, ...others } = headers;
    const asked = httpRequest(`${hub}${path}`, { method, headers: { ...others, connection: 'close' } }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      answer.on('end', () => resolve({ status: answer.statusCode!, text, headers: answer.headers }));
      answer.on('error', reject);
    });
    asked.on('error', reject);
    asked.end(body);
  });
}
