import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AgentInbox } from '../../src/journey/collect/agent-inbox.js';
import type { Observed, SourceIo } from '../../src/journey/collect/connector.js';
import { startCuttingProxy } from '../servers/cutting-proxy.js';

/** What the promise that is being tried has opened; `afterEach` of the suite closes it, last first. */
export const cleanups: (() => Promise<unknown> | unknown)[] = [];

export async function started<Far extends { stop(): Promise<void> }>(start: () => Promise<Far>): Promise<Far> {
  const farSide = await start();
  cleanups.push(() => farSide.stop());
  return farSide;
}

export function ioOf(
  farSide: { readonly secrets: Readonly<Record<string, string>>; readonly inbox?: AgentInbox },
  over: { secrets?: Readonly<Record<string, string>>; signal?: AbortSignal; now?: () => Date } = {},
): SourceIo {
  const stop = new AbortController();
  cleanups.push(() => stop.abort());
  return {
    source: 'test-source',
    secret: async (reference) => (over.secrets ?? farSide.secrets)[reference] ?? '',
    now: over.now ?? (() => new Date()),
    signal: over.signal ?? stop.signal,
    session: new Map(),
    ...(farSide.inbox && { inbox: farSide.inbox }),
  };
}

export async function proxied(farSide: { readonly port: number | null }) {
  if (farSide.port === null) throw new Error('this far side has no network');
  const proxy = await startCuttingProxy(farSide.port);
  cleanups.push(() => proxy.stop());
  return proxy;
}

export async function tempFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'huiliu-connectors-'));
  cleanups.push(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A server that accepts and then says nothing. */
export async function startMute(): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => sockets.add(socket.on('error', () => undefined)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

export async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export async function until(isTrue: () => boolean): Promise<void> {
  for (let waited = 0; !isTrue() && waited < 2000; waited += 20) await new Promise((resolve) => setTimeout(resolve, 20));
}

export async function all(listing: AsyncIterable<Observed>): Promise<Observed[]> {
  const listed: Observed[] = [];
  for await (const observed of listing) listed.push(observed);
  return listed;
}

export async function bytesFrom(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const collected: Uint8Array[] = [];
  for await (const chunk of chunks) collected.push(Buffer.from(chunk));
  return Buffer.concat(collected);
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
