import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, posix } from 'node:path';
import { FileSystem, FtpSrv } from 'ftp-srv';
import type { FarSide, FarSideFile } from '../../src/journey/collect/far-side.js';

interface FakeOptions {
  readonly files?: readonly FarSideFile[];
  /** Serves this folder; else a temp folder that goes when it stops. */
  readonly root?: string;
  readonly user?: string;
  readonly password?: string;
  /** PEM texts; offers AUTH TLS. */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** The address named in PASV answers; EPSV is refused, so that it gets used. */
  readonly pasvHost?: string;
  readonly port?: number;
}

/** An FTP server on loopback that serves file names byte for byte. */
export async function startFake(options: FakeOptions = {}): Promise<FarSide> {
  const { user = 'distributor', password = 'only-for-the-fake' } = options;
  const root = options.root ?? (await mkdtemp(join(tmpdir(), 'huiliu-ftp-')));
  const port = options.port ?? (await freePort());
  const before = new Set(SIGNALS.flatMap((signal) => process.listeners(signal)));
  const server = new FtpSrv({
    url: `ftp://127.0.0.1:${port}`,
    pasv_url: options.pasvHost ?? '127.0.0.1',
    pasv_min: 20_000 + (port % 20_000),
    pasv_max: 60_000,
    tls: options.tls ?? false,
    log: silence as never,
  });
  for (const signal of SIGNALS) {
    for (const listener of process.listeners(signal)) if (!before.has(listener)) process.off(signal, listener as never); // it would end our process
  }
  const sockets = new Set<Socket>();
  const listener = (server as unknown as { server: Server }).server;
  listener.on('connection', (socket) => {
    sockets.add(socket.setNoDelay(true));
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('client-error', () => undefined);
  server.on('login', ({ connection, username, password: given }, resolve, reject) => {
    if (username !== user || given !== password) return reject(new Error('wrong user or password'));
    Object.defineProperty(connection, 'encoding', { get: () => 'latin1', set: () => undefined }); // OPTS UTF8 would change it
    resolve({ root, fs: new RawNames(connection, { root, cwd: '/' }) as never, blacklist: options.pasvHost ? ['EPSV'] : [] });
  });
  await server.listen();

  const farSide: FarSide = {
    settings: {
      host: '127.0.0.1',
      port,
      user,
      password: 'env:FTP_FAKE_PASSWORD',
      folder: '/',
      ...(options.tls && { tls: 'explicit', ca: options.tls.cert }),
    },
    secrets: { 'env:FTP_FAKE_PASSWORD': password },
    wrongSecrets: { 'env:FTP_FAKE_PASSWORD': 'not-the-password' },
    port,
    async put(name, bytes, modifiedAt) {
      const path = Buffer.concat([Buffer.from(`${root}/`), Buffer.from(name)]);
      if (typeof name === 'string') await mkdir(dirname(join(root, name)), { recursive: true });
      await writeFile(path, bytes);
      if (modifiedAt) await utimes(path, modifiedAt, modifiedAt);
    },
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => listener.close(resolve));
      if (!options.root) await rm(root, { recursive: true, force: true });
    },
  };
  for (const { name, bytes, modifiedAt } of options.files ?? []) await farSide.put(name, bytes, modifiedAt);
  return farSide;
}

/** Paths come and go as one character per byte; the library's own file system drops names that are not UTF-8. */
class RawNames extends FileSystem {
  private path(path: string): Buffer {
    const inside = posix.normalize(posix.join('/', path.startsWith('/') ? path : posix.join(this.cwd, path)));
    return Buffer.concat([Buffer.from(this.root), Buffer.from(inside, 'latin1')]);
  }

  override async get(path: string) {
    const found = await stat(this.path(path));
    return Object.assign(found, { name: path, size: String(found.size) }) as never; // the library takes a size of 0 for none
  }

  override async list(path = '.') {
    const folder = this.path(path);
    const names = await readdir(folder, { encoding: 'buffer' });
    const slash = Buffer.from('/');
    return Promise.all(
      names.map(async (name) => Object.assign(await stat(Buffer.concat([folder, slash, name])), { name: name.toString('latin1') })),
    ) as never;
  }

  override async chdir(path = '.') {
    if (!(await stat(this.path(path))).isDirectory()) throw new Error('not a folder');
    const inside = posix.join('/', path.startsWith('/') ? path : posix.join(this.cwd, path));
    (this as unknown as { cwd: string }).cwd = inside;
    return inside;
  }

  override async read(path: string, { start }: { start?: number } = {}) {
    const stream = createReadStream(this.path(path), { start });
    await new Promise((resolve, reject) => stream.once('open', resolve).once('error', reject));
    return { stream, clientPath: path } as never;
  }

  override async mkdir(path: string) {
    await mkdir(this.path(path));
    return path;
  }

  override async rename(from: string, to: string) {
    await rename(this.path(from), this.path(to));
  }
}

const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGQUIT'] as const;

const silence = Object.assign(
  Object.fromEntries(['trace', 'debug', 'info', 'warn', 'error', 'fatal'].map((level) => [level, () => undefined])),
  {
    child: () => silence,
  },
);

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
