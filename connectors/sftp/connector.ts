import { createHash } from 'node:crypto';
import type Client from 'ssh2-sftp-client';
import { z } from 'zod';
import type { Connector, Observed, SourceIo } from '../../src/journey/collect/connector.js';
import { chooseFiles, fileChoiceSettings, type RemoteFile } from '../../src/journey/collect/file-choice.js';
import { cancelled, causeOf, type FarPlace, networkFault } from '../../src/journey/collect/network-fault.js';
import { bytesOf } from '../../src/journey/collect/remote-path.js';
import { secretOf, secretReference } from '../../src/journey/collect/secret-of.js';
import { HubError } from '../../src/model/hub-error.js';
import { message } from '../../src/model/message.js';
import { createLine, type Line } from './line.js';

const fingerprint = z.string().regex(/^SHA256:[A-Za-z0-9+/]{43}$/, 'mistake.host-key');

const settings = z
  .strictObject({
    host: z.string().min(1),
    port: z.int().min(1).max(65_535).default(22),
    user: z.string().min(1),
    password: secretReference.optional(),
    /** Reference to an OpenSSH or PEM private key. */
    private_key: secretReference.optional(),
    passphrase: secretReference.optional(),
    /** Fingerprint of the server's host key, or several while it is being changed. */
    host_key: z.union([fingerprint, z.array(fingerprint).min(1)]).optional(),
    /** Believes whatever host key the server shows; each delivery then notes the one it came with. For a first try, not for production. */
    trust_unknown_host_key: z.boolean().default(false),
    timeout_seconds: z.number().positive().max(600).default(30),
    ...fileChoiceSettings,
  })
  .refine((given) => given.password !== undefined || given.private_key !== undefined, {
    path: ['password'],
    message: 'mistake.password-or-key',
    when: () => true,
  });
type Settings = z.output<typeof settings>;

/** An SFTP server, by password or key. The host key is checked before any credential is sent. */
const sftp: Connector<Settings> = {
  name: 'sftp',
  settings,
  secrets: ['password', 'private_key', 'passphrase'],

  async check(settings, io) {
    const line = await connected(settings, io);
    await line.call(line.client.list(settings.folder)).catch((error: unknown) => folderFault(error, settings.folder, settings, io));
  },

  async *list(settings, io) {
    const line = await connected(settings, io);
    const files: RemoteFile[] = [];
    await walk(settings.folder, '', settings.depth);
    yield* chooseFiles(files, settings, io.now());

    async function walk(path: string, below: string, depth: number): Promise<void> {
      const entries = await line.call(line.client.list(path)).catch((error: unknown) => folderFault(error, path, settings, io));
      for (const entry of entries) {
        if (entry.name === '.' || entry.name === '..' || /[/\0]/.test(entry.name)) continue;
        const here = { path: join(path, entry.name), below: below === '' ? entry.name : `${below}/${entry.name}` };
        if (entry.type === 'd' && depth > 0) await walk(here.path, here.below, depth - 1);
        if (entry.type === '-') {
          const about: Record<string, string> = settings.trust_unknown_host_key ? { host_key: shownKey(io) } : {};
          const modifiedAt = new Date(entry.modifyTime);
          files.push({ path: Buffer.from(here.path), below: Buffer.from(here.below), byteCount: entry.size, modifiedAt, about });
        }
      }
    }
  },

  async *fetch(observed, settings, io) {
    const line = await connected(settings, io);
    const path = bytesOf(observed.locator).toString();
    let received = 0;
    try {
      await expectUnchanged(line, path, observed, settings, io);
      for await (const chunk of line.read(path, observed.byteCount ?? 0)) {
        received += chunk.byteLength;
        yield chunk;
      }
      await expectUnchanged(line, path, observed, settings, io);
    } catch (error) {
      if (error instanceof HubError) throw error;
      if (io.signal.aborted) throw cancelled(placeOf(settings, io));
      if (received > 0) throw cutOff(observed, received, io);
      throw networkFault(error, placeOf(settings, io));
    }
    if (received !== observed.byteCount) throw cutOff(observed, received, io);
  },

  async ack(observed, settings, io) {
    if (!settings.move_to) return;
    const line = await connected(settings, io);
    await line.call(moveAway(line.client, observed, settings)).catch((error: unknown) => {
      throw io.signal.aborted ? cancelled(placeOf(settings, io)) : networkFault(error, placeOf(settings, io));
    });
  },

  async close(_settings, io) {
    (io.session.get('sftp') as Line | undefined)?.destroy();
    io.session.delete('sftp');
  },
};
export default sftp;

/** The open line of this collection, or a new one when there is none or the last one broke. */
async function connected(settings: Settings, io: SourceIo): Promise<Line> {
  const open = io.session.get('sftp') as Line | undefined;
  if (open?.isOpen()) return open;
  if (io.signal.aborted) throw cancelled(placeOf(settings, io));
  const secrets = await credentials(settings, io);
  io.session.set('sftp:hide', Object.values(secrets));
  const { default: SftpClient } = await import('ssh2-sftp-client');
  const client = new SftpClient('sftp', { error: () => undefined, end: () => undefined, close: () => undefined });
  const line = createLine(client);
  io.signal.addEventListener('abort', line.destroy, { once: true });
  let denied: HubError | null = null;
  try {
    await line.call(
      client.connect({
        host: settings.host,
        port: settings.port,
        username: settings.user,
        ...secrets,
        readyTimeout: settings.timeout_seconds * 1000,
        keepaliveInterval: (settings.timeout_seconds * 1000) / 3,
        keepaliveCountMax: 3,
        hostVerifier: (key: Buffer) => {
          denied = judgeHostKey(key, settings, io);
          return denied === null;
        },
      }),
    );
  } catch (error) {
    line.destroy();
    io.signal.removeEventListener('abort', line.destroy);
    throw denied ?? loginFault(error, settings, io);
  }
  io.session.set('sftp', line);
  return line;
}

async function credentials(settings: Settings, io: SourceIo): Promise<{ password?: string; privateKey?: string; passphrase?: string }> {
  return {
    ...(settings.password && { password: await secretOf(settings.password, 'password', io) }),
    ...(settings.private_key && { privateKey: await secretOf(settings.private_key, 'private_key', io) }),
    ...(settings.passphrase && { passphrase: await secretOf(settings.passphrase, 'passphrase', io) }),
  };
}

/** null when the key is trusted. */
function judgeHostKey(key: Buffer, settings: Settings, io: SourceIo): HubError | null {
  const shown = `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
  io.session.set('sftp:host-key', shown);
  const expected = [settings.host_key ?? []].flat();
  const values = { source: io.source, where: placeOf(settings, io).where, shown, expected: expected.join(', ') };
  if (expected.includes(shown)) return null;
  if (expected.length > 0) return new HubError('config', message('connect.host-key-changed', values));
  return settings.trust_unknown_host_key ? null : new HubError('config', message('connect.host-key-unknown', values));
}

function shownKey(io: SourceIo): string {
  return String(io.session.get('sftp:host-key') ?? '');
}

async function expectUnchanged(line: Line, path: string, observed: Observed, settings: Settings, io: SourceIo): Promise<void> {
  const after = await line.call(fingerprintOf(line.client, path)).catch((error: unknown) => {
    if (!isAnswer(error)) throw error;
    const values = { source: io.source, where: placeOf(settings, io).where, name: observed.name, cause: causeOf(error, []) };
    throw new HubError('transient', message('connect.vanished', values));
  });
  if (after === observed.fingerprint) return;
  const values = { source: io.source, name: observed.name, before: observed.fingerprint, after };
  throw new HubError('transient', message('connect.changed-meanwhile', values));
}

async function moveAway(client: Client, observed: Observed, { folder, move_to = '' }: Settings): Promise<void> {
  const path = bytesOf(observed.locator).toString();
  if (!(await client.exists(path))) return; // moved before
  if ((await fingerprintOf(client, path)) !== observed.fingerprint) return; // already another delivery
  const target = join(folder, move_to);
  if (!(await client.exists(target))) await client.mkdir(target, true);
  await client.rename(path, await freeName(client, target, path.slice(path.lastIndexOf('/') + 1)));
}

async function fingerprintOf(client: Client, path: string): Promise<string> {
  const found = await client.stat(path);
  return `${found.size}:${found.modifyTime}`;
}

async function freeName(client: Client, target: string, name: string): Promise<string> {
  for (let copy = 0; ; copy++) {
    const path = join(target, copy === 0 ? name : `${name}.${copy}`);
    if (!(await client.exists(path))) return path;
  }
}

function loginFault(error: unknown, settings: Settings, io: SourceIo): HubError {
  const place = placeOf(settings, io);
  if (io.signal.aborted) return cancelled(place);
  const cause = causeOf(error, place.hide);
  const values = {
    source: io.source,
    where: place.where,
    cause,
    user: settings.user,
    secret: settings.private_key ?? settings.password ?? '',
  };
  if (/authentication methods failed|permission denied/i.test(cause)) return new HubError('auth', message('connect.refused-login', values));
  if (/privateKey|passphrase/i.test(cause)) return new HubError('config', message('connect.private-key-unreadable', values));
  return networkFault(error, place);
}

function folderFault(error: unknown, folder: string, settings: Settings, io: SourceIo): never {
  const place = placeOf(settings, io);
  if (io.signal.aborted) throw cancelled(place);
  if (!isAnswer(error)) throw networkFault(error, place);
  const values = { source: io.source, where: place.where, folder, cause: causeOf(error, place.hide) };
  throw new HubError('config', message('connect.folder-missing', values));
}

/** The server answered no (no such file, no permission, failure), as opposed to not answering. */
function isAnswer(error: unknown): boolean {
  const code = (error as { code?: unknown }).code;
  return code === 2 || code === 3 || code === 4 || code === 'ENOENT' || code === 'EACCES';
}

function cutOff(observed: Observed, received: number, io: SourceIo): HubError {
  const values = { source: io.source, name: observed.name, expected: observed.byteCount ?? '?', received };
  return new HubError('transient', message('connect.cut-off', values));
}

function placeOf(settings: Settings, io: SourceIo): FarPlace {
  const hide = (io.session.get('sftp:hide') as readonly string[] | undefined) ?? [];
  return { source: io.source, where: `sftp://${settings.host}:${settings.port}`, hide };
}

function join(path: string, name: string): string {
  if (name.startsWith('/')) return name;
  return path.endsWith('/') ? path + name : `${path}/${name}`;
}
