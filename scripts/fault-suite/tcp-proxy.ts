import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** What a proxy does to a connection. `afterBytes` counts what the server has sent on it, 0 = before the first byte. */
export interface Cut {
  /** `fin` ends it in order, `rst` resets it, `hang` swallows everything from then on and says nothing. */
  readonly how: 'fin' | 'rst' | 'hang';
  readonly afterBytes: number;
}

export interface TcpProxy {
  readonly port: number;
  /** Connections that have been made so far. */
  count(): number;
  /** Does this to the next `times` connections and forgets what it was told before; to those of data when `ftp`, else to any. */
  cutNext(cut: Cut, times: number): void;
  /** Hurts every connection that is open now. */
  cutOpen(how: Cut['how']): void;
  /** Cuts connections as soon as the client has sent this text for the k-th time, for each k; the text still reaches the server, its answer nobody. */
  cutAfterSaying(text: string, times: readonly number[]): void;
  /** Changes what the server says on connections of commands; needs `ftp`. */
  rewrite(change: (said: string) => string): void;
  /** How often that has happened. */
  sprung(): number;
  stop(): Promise<void>;
}

/** A wire between a client and a server on loopback that can be cut. With `ftp` it follows EPSV, so that downloads pass through it too; with `latencyMs` everything the server says arrives so much later. */
export async function startTcpProxy(target: number, options: { ftp?: boolean; latencyMs?: number } = {}): Promise<TcpProxy> {
  const lines = new Set<Line>();
  const listeners = new Set<{ close(): void }>();
  const cuts: Cut[] = [];
  let trap: { text: string; said: number; readonly times: readonly number[]; sprung: number } | null = null;
  let made = 0;
  let change: (said: string) => string = (said) => said;

  async function listen(port: number, isData: boolean): Promise<number> {
    const server = createServer({ allowHalfOpen: false }, (client) => {
      made += 1;
      const cut = options.ftp && !isData ? null : (cuts.shift() ?? null);
      const line = createLine(client, connect(port, '127.0.0.1'), cut, isData);
      lines.add(line);
      client.once('close', () => lines.delete(line));
    });
    listeners.add(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
  }

  function createLine(client: Socket, server: Socket, cut: Cut | null, isData: boolean): Line {
    let received = 0;
    let isHanging = false;
    let pending = Promise.resolve();
    const line: Line = {
      cut(how) {
        if (how === 'hang') isHanging = true;
        else if (how === 'rst') client.resetAndDestroy();
        else client.destroy();
        if (how !== 'hang') server.destroy();
      },
    };
    if (cut?.afterBytes === 0) queueMicrotask(() => line.cut(cut.how));
    client.on('error', () => undefined).on('close', () => server.destroy());
    server.on('error', () => undefined).on('close', () => void pending.then(() => isHanging || client.end()));
    client.on('data', (bytes) => {
      if (isHanging) return;
      server.write(bytes);
      if (trap && bytes.toString('latin1').includes(trap.text) && trap.times.includes(++trap.said)) {
        trap.sprung += 1;
        isHanging = true;
        setTimeout(() => line.cut('rst'), 200);
      }
    });
    server.on('data', (bytes) => {
      pending = pending.then(async () => {
        if (options.latencyMs) await sleep(options.latencyMs);
        if (isHanging) return;
        const out = options.ftp && !isData ? Buffer.from(change((await redirect(bytes)).toString('latin1')), 'latin1') : bytes;
        const left = cut ? cut.afterBytes - received : Number.POSITIVE_INFINITY;
        received += out.length;
        client.write(left < out.length ? out.subarray(0, left) : out);
        if (cut && received >= cut.afterBytes) line.cut(cut.how);
      });
    });
    return line;
  }

  async function redirect(bytes: Buffer): Promise<Buffer> {
    const said = /^229 [^(]*\(\|\|\|(\d+)\|\)/m.exec(bytes.toString('latin1'));
    if (!said) return bytes;
    const port = await listen(Number(said[1]), true);
    return Buffer.from(bytes.toString('latin1').replace(`|||${said[1]}|`, `|||${port}|`), 'latin1');
  }

  return {
    port: await listen(target, false),
    count: () => made,
    cutNext: (cut, times) => void cuts.splice(0, cuts.length, ...Array.from({ length: times }, () => cut)),
    cutOpen(how) {
      for (const line of lines) line.cut(how);
    },
    cutAfterSaying(text, times) {
      trap = { text, said: 0, times, sprung: 0 };
    },
    rewrite: (how) => {
      change = how;
    },
    sprung: () => trap?.sprung ?? 0,
    async stop() {
      for (const line of lines) line.cut('rst');
      for (const listener of listeners) listener.close();
    },
  };
}

interface Line {
  cut(how: Cut['how']): void;
}
