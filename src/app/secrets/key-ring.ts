import { randomBytes } from 'node:crypto';
import { chmod, mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { HubError } from '../../model/hub-error.js';
import { message } from '../../model/message.js';
import { seal, unseal } from './seal.js';

/** The outer keys. A key management service fits behind the same three calls. */
export interface KeyRing {
  /** Seals an inner key with the current outer one. */
  wrap(innerKey: Uint8Array, about: string): Promise<{ readonly keyId: string; readonly sealedKey: Buffer }>;
  unwrap(keyId: string, sealedKey: Uint8Array, about: string): Promise<Buffer>;
  /** Adds a new current key and returns its id; older ones stay, for what is still sealed with them. */
  addKey(): Promise<string>;
  /** Drops all keys but the current one. */
  forgetOld(): Promise<number>;
}

interface Key {
  readonly id: string;
  readonly bytes: Buffer;
}

/** Keys in a file that only the hub's user may read, one `id base64` per line, the last is the current one. Made with the first secret. */
export function openKeyFile(path: string): KeyRing {
  return {
    async wrap(innerKey, about) {
      const keys = await read();
      const current = keys?.at(-1) ?? (await add(keys ?? []));
      return { keyId: current.id, sealedKey: seal(current.bytes, innerKey, about) };
    },
    async unwrap(keyId, sealedKey, about) {
      const key = (await read())?.find(({ id }) => id === keyId);
      if (!key) throw new HubError('config', message('hub.key-missing', { path, key: keyId }));
      return unseal(key.bytes, sealedKey, about);
    },
    addKey: async () => (await add((await read()) ?? [])).id,
    async forgetOld() {
      const keys = (await read()) ?? [];
      await write(keys.slice(-1));
      return Math.max(0, keys.length - 1);
    },
  };

  async function read(): Promise<Key[] | null> {
    const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw new HubError('config', message('hub.key-file-unreadable', { path, cause: error.message }));
    });
    if (text === null) return null;
    return text
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => {
        const [id = '', base64 = ''] = line.trim().split(/\s+/u);
        const bytes = Buffer.from(base64, 'base64');
        if (bytes.length !== 32)
          throw new HubError('config', message('hub.key-file-unreadable', { path, cause: `${id}: ${bytes.length} ≠ 32` }));
        return { id, bytes };
      });
  }

  async function add(keys: readonly Key[]): Promise<Key> {
    const key = { id: `k${new Date().toISOString().slice(0, 10)}-${randomBytes(3).toString('hex')}`, bytes: randomBytes(32) };
    await write([...keys, key]);
    return key;
  }

  // The new file is whole on the disk before it takes the old one's place: a lost key is a lost secret.
  async function write(keys: readonly Key[]): Promise<void> {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const draft = `${path}.${process.pid}.draft`;
    const file = await open(draft, 'w', 0o600);
    try {
      await file.writeFile(keys.map(({ id, bytes }) => `${id} ${bytes.toString('base64')}\n`).join(''));
      await file.sync();
    } finally {
      await file.close();
    }
    await chmod(draft, 0o600);
    await rename(draft, path);
  }
}
