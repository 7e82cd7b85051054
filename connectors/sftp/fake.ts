import { createHash } from 'node:crypto';
import type { Stats } from 'node:fs';
import { type FileHandle, mkdir, mkdtemp, open, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, posix } from 'node:path';
import ssh2, { type Connection, type SFTPWrapper } from 'ssh2';
import type { FarSide, FarSideFile } from '../../src/journey/collect/far-side.js';

const { OPEN_MODE, STATUS_CODE } = ssh2.utils.sftp;

interface FakeOptions {
  readonly files?: readonly FarSideFile[];
  /** Serves this folder; else a temp folder that goes when it stops. */
  readonly root?: string;
  readonly user?: string;
  readonly password?: string;
  readonly port?: number;
}

/** An SFTP server on loopback, by password. Its host key is new each time and pinned in `settings`. */
export async function startFake(options: FakeOptions = {}): Promise<FarSide> {
  const { user = 'distributor', password = 'only-for-the-fake' } = options;
  const root = options.root ?? (await mkdtemp(join(tmpdir(), 'huiliu-sftp-')));
  const hostKey = ssh2.utils.generateKeyPairSync('ed25519');
  const connections = new Set<Connection>();
  const server = new ssh2.Server({ hostKeys: [hostKey.private] }, (connection) => {
    connections.add(connection);
    (connection as unknown as Socket).setNoDelay(true); // it has the method, the types forgot it
    connection.on('close', () => connections.delete(connection)).on('error', () => undefined);
    connection.on('authentication', (attempt) => {
      if (attempt.method === 'password' && attempt.username === user && attempt.password === password) attempt.accept();
      else attempt.reject(['password']);
    });
    connection.on('ready', () => {
      connection.on('session', (accept) => {
        accept().on('sftp', (acceptSftp) => serve(acceptSftp(), root));
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  const farSide: FarSide = {
    settings: { host: '127.0.0.1', port, user, password: 'env:SFTP_FAKE_PASSWORD', host_key: fingerprintOf(hostKey.public), folder: '/' },
    secrets: { 'env:SFTP_FAKE_PASSWORD': password },
    wrongSecrets: { 'env:SFTP_FAKE_PASSWORD': 'not-the-password' },
    port,
    async put(name, bytes, modifiedAt) {
      const path = Buffer.concat([Buffer.from(`${root}/`), Buffer.from(name)]);
      if (typeof name === 'string') await mkdir(dirname(join(root, name)), { recursive: true });
      await writeFile(path, bytes);
      if (modifiedAt) await utimes(path, modifiedAt, modifiedAt);
    },
    async stop() {
      for (const connection of connections) connection.end();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      if (!options.root) await rm(root, { recursive: true, force: true });
    },
  };
  for (const { name, bytes, modifiedAt } of options.files ?? []) await farSide.put(name, bytes, modifiedAt);
  return farSide;
}

function serve(sftp: SFTPWrapper, root: string): void {
  const inside = (path: string) => join(root, posix.normalize(posix.join('/', path)));
  const open_ = new Map<number, FileHandle | { path: string; left: Buffer[] }>();
  let next = 0;
  const handle = (value: FileHandle | { path: string; left: Buffer[] }) => {
    open_.set(++next, value);
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(next);
    return bytes;
  };
  const answer = (id: number, work: () => Promise<void>) => {
    work().catch((error: NodeJS.ErrnoException) =>
      sftp.status(id, error.code === 'ENOENT' ? STATUS_CODE.NO_SUCH_FILE : STATUS_CODE.FAILURE),
    );
  };
  const attributes = (found: Stats) => ({
    mode: found.mode,
    uid: found.uid,
    gid: found.gid,
    size: found.size,
    atime: Math.floor(found.atimeMs / 1000),
    mtime: Math.floor(found.mtimeMs / 1000),
  });

  sftp.on('REALPATH', (id, path) => sftp.name(id, [{ filename: posix.join('/', path), longname: '', attrs: {} as never }]));
  sftp.on('STAT', (id, path) => answer(id, async () => sftp.attrs(id, attributes(await stat(inside(path))))));
  sftp.on('LSTAT', (id, path) => answer(id, async () => sftp.attrs(id, attributes(await stat(inside(path))))));
  sftp.on('OPENDIR', (id, path) =>
    answer(id, async () => sftp.handle(id, handle({ path: inside(path), left: await readdir(inside(path), { encoding: 'buffer' }) }))),
  );
  sftp.on('READDIR', (id, which) =>
    answer(id, async () => {
      const folder = open_.get(which.readUInt32BE()) as { path: string; left: Buffer[] };
      const names = folder.left.splice(0, 100);
      if (names.length === 0) return void sftp.status(id, STATUS_CODE.EOF);
      const entries = await Promise.all(
        names.map(async (name) => {
          const filename = name.toString(); // the library cannot send other bytes than UTF-8
          const found = await stat(Buffer.concat([Buffer.from(`${folder.path}/`), name]));
          return {
            filename,
            longname: `${found.isDirectory() ? 'd' : '-'}rw-r--r-- 1 0 0 ${found.size} ${filename}`,
            attrs: attributes(found),
          };
        }),
      );
      sftp.name(id, entries);
    }),
  );
  sftp.on('OPEN', (id, path, flags) =>
    answer(id, async () => {
      if (flags !== OPEN_MODE.READ) return void sftp.status(id, STATUS_CODE.PERMISSION_DENIED);
      sftp.handle(id, handle(await open(inside(path), 'r')));
    }),
  );
  sftp.on('FSTAT', (id, which) =>
    answer(id, async () => sftp.attrs(id, attributes(await (open_.get(which.readUInt32BE()) as FileHandle).stat()))),
  );
  sftp.on('READ', (id, which, offset, length) =>
    answer(id, async () => {
      const { bytesRead, buffer } = await (open_.get(which.readUInt32BE()) as FileHandle).read({
        buffer: Buffer.alloc(length),
        position: offset,
      });
      if (bytesRead === 0) return void sftp.status(id, STATUS_CODE.EOF);
      sftp.data(id, buffer.subarray(0, bytesRead));
    }),
  );
  sftp.on('CLOSE', (id, which) =>
    answer(id, async () => {
      const value = open_.get(which.readUInt32BE());
      open_.delete(which.readUInt32BE());
      if (value && 'close' in value) await value.close();
      sftp.status(id, STATUS_CODE.OK);
    }),
  );
  sftp.on('MKDIR', (id, path) =>
    answer(id, async () => {
      await mkdir(inside(path));
      sftp.status(id, STATUS_CODE.OK);
    }),
  );
  sftp.on('RENAME', (id, from, to) =>
    answer(id, async () => {
      await rename(inside(from), inside(to));
      sftp.status(id, STATUS_CODE.OK);
    }),
  );
  sftp.on('end', () => {
    for (const value of open_.values()) if ('close' in value) value.close().catch(() => undefined);
  });
}

function fingerprintOf(publicKey: string): string {
  const key = ssh2.utils.parseKey(publicKey);
  if (key instanceof Error) throw key;
  const { getPublicSSH } = Array.isArray(key) ? key[0]! : key;
  return `SHA256:${createHash('sha256').update(getPublicSSH.call(key)).digest('base64').replace(/=+$/, '')}`;
}
