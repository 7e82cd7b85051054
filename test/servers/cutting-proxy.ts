import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A TCP proxy on loopback that can break the line from the server to the client after so many bytes. */
export interface CuttingProxy {
  readonly port: number;
  /** From now on lets so many bytes through, over all connections; then resets them all, or goes silent. */
  cutAfter(byteCount: number, how: 'reset' | 'silence'): void;
  heal(): void;
  /** Connections open now. */
  open(): number;
  stop(): Promise<void>;
}

/** Understands FTP's EPSV and PASV answers, so that data connections pass through it too. */
export async function startCuttingProxy(targetPort: number): Promise<CuttingProxy> {
  let left = Number.POSITIVE_INFINITY;
  let how: 'reset' | 'silence' = 'reset';
  const sockets = new Set<Socket>();
  const servers = new Set<Server>();

  async function listen(target: number): Promise<number> {
    const server = createServer((client) => join(client, connect(target, '127.0.0.1')));
    servers.add(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
  }

  function join(client: Socket, upstream: Socket): void {
    sockets.add(client.setNoDelay(true));
    upstream.setNoDelay(true);
    client.on('close', () => {
      sockets.delete(client);
      upstream.destroy();
    });
    client.on('error', () => undefined);
    upstream.on('error', () => client.resetAndDestroy());
    client.on('data', (chunk) => upstream.write(chunk));
    client.on('end', () => upstream.end());
    if (left <= 0 && how === 'reset') client.resetAndDestroy();
    let work = Promise.resolve();
    upstream.on('data', (chunk) => {
      work = work.then(async () => pass(await withOwnPorts(chunk)));
    });
    upstream.on('end', () => {
      work = work.then(() => void (left > 0 && client.end()));
    });

    function pass(chunk: Buffer): void {
      const through = chunk.subarray(0, Math.max(0, Math.min(left, chunk.length)));
      left -= chunk.length;
      if (client.destroyed) return;
      if (left > 0) client.write(through);
      else client.write(through, () => how === 'reset' && reset());
    }
  }

  async function withOwnPorts(chunk: Buffer): Promise<Buffer> {
    const text = chunk.toString('latin1');
    const extended = /^229 .*\(\|\|\|(\d+)\|\)/.exec(text);
    const classic = /^227 .*\((?:\d+,){4}(\d+),(\d+)\)/.exec(text);
    if (extended) return Buffer.from(text.replace(`|||${extended[1]}|`, `|||${await listen(Number(extended[1]))}|`), 'latin1');
    if (!classic) return chunk;
    const port = await listen(Number(classic[1]) * 256 + Number(classic[2]));
    return Buffer.from(text.replace(/,\d+,\d+\)/, `,${port >> 8},${port & 255})`), 'latin1');
  }

  function reset(): void {
    for (const socket of sockets) socket.resetAndDestroy();
  }

  const port = await listen(targetPort);
  return {
    port,
    cutAfter(byteCount, by) {
      left = byteCount;
      how = by;
      if (byteCount <= 0 && by === 'reset') reset();
    },
    heal() {
      left = Number.POSITIVE_INFINITY;
    },
    open: () => sockets.size,
    async stop() {
      reset();
      for (const server of servers) await new Promise((resolve) => server.close(resolve));
    },
  };
}
