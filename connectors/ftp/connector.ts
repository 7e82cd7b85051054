import { PassThrough } from 'node:stream';
import { Client, FTPError } from 'basic-ftp';
import iconv from 'iconv-lite';
import { z } from 'zod';
import type { Connector, Observed, SourceIo } from '../../src/journey/collect/connector.js';
import { chooseFiles, fileChoiceSettings, type RemoteFile } from '../../src/journey/collect/file-choice.js';
import { cancelled, causeOf, type FarPlace, networkFault } from '../../src/journey/collect/network-fault.js';
import { bytesOf } from '../../src/journey/collect/remote-path.js';
import { secretOf, secretReference } from '../../src/journey/collect/secret-of.js';
import { tlsTrust } from '../../src/journey/collect/tls-trust.js';
import { HubError } from '../../src/model/hub-error.js';
import { message } from '../../src/model/message.js';
import { keepRawNames, rawText, textOf } from './raw-names.js';

const settings = z.strictObject({
  host: z.string().min(1),
  /** 21, or 990 with `tls: implicit`. */
  port: z.int().min(1).max(65_535).optional(),
  user: z.string().min(1),
  password: secretReference,
  /** `explicit`: AUTH TLS on the usual port; both control and data are encrypted. */
  tls: z.enum(['none', 'explicit', 'implicit']).default('none'),
  /** PEM of the certificate or authority to trust, or a reference to it. */
  ca: z.string().min(1).optional(),
  /** How the server spells `folder` and `move_to`; names it sends are recognised by themselves. */
  name_encoding: z.enum(['utf-8', 'gb18030']).default('utf-8'),
  timeout_seconds: z.number().positive().max(600).default(30),
  ...fileChoiceSettings,
});
type Settings = z.output<typeof settings>;

/** Beyond so many files without a time in the listing, the server is not asked for each one's time. */
const MOST_TIMES_ASKED = 500;

/** An FTP server, plain or with TLS, always in passive and binary mode. Data connections go to the server itself, whatever address it names. */
const ftp: Connector<Settings> = {
  name: 'ftp',
  settings,
  secrets: ['password'],

  async check(settings, io) {
    const client = await connected(settings, io);
    await enter(client, pathOf(settings.folder, settings), settings, io);
  },

  async *list(settings, io) {
    const client = await connected(settings, io);
    const files: RemoteFile[] = [];
    const top = await enter(client, pathOf(settings.folder, settings), settings, io);
    await walk(top, '', settings.depth);
    yield* chooseFiles(await withTimes(files, client, settings, io), settings, io.now());

    async function walk(path: string, below: string, depth: number): Promise<void> {
      if (below !== '') await enter(client, path, settings, io);
      const entries = await client.list().catch((error: unknown) => fail(error, settings, io));
      for (const entry of entries) {
        if (entry.name === '.' || entry.name === '..' || /[/\r\n\0]/.test(entry.name)) continue;
        const here = { path: join(path, entry.name), below: below === '' ? entry.name : `${below}/${entry.name}` };
        if (entry.isDirectory && depth > 0) await walk(here.path, here.below, depth - 1);
        if (entry.isFile) {
          files.push({
            path: rawText(here.path),
            below: rawText(here.below),
            byteCount: entry.size,
            modifiedAt: entry.modifiedAt ?? null,
            ...(entry.modifiedAt ? {} : { version: entry.rawModifiedAt }),
          });
        }
      }
    }
  },

  async *fetch(observed, settings, io) {
    const client = await connected(settings, io);
    const path = textOf(bytesOf(observed.locator));
    const sink = new PassThrough();
    let received = 0;
    let isDone = false;
    const transfer = client.downloadTo(sink, path).then(
      () => null,
      (error: unknown) => {
        sink.destroy(error as Error);
        return error;
      },
    );
    try {
      for await (const chunk of sink as AsyncIterable<Buffer>) {
        received += chunk.byteLength;
        yield chunk;
      }
      isDone = true;
    } catch (error) {
      isDone = true;
      throw transferFault((await transfer) ?? error, observed, received, settings, io);
    } finally {
      if (!isDone) client.close(); // told to stop half-way: the rest of the answer must not meet the next command
    }
    const failed = await transfer;
    if (failed) throw transferFault(failed, observed, received, settings, io);
    await expectUnchanged(client, path, observed, received, settings, io);
  },

  async ack(observed, settings, io) {
    if (!settings.move_to) return;
    const client = await connected(settings, io);
    const path = textOf(bytesOf(observed.locator));
    const byteCount = await sizeOf(client, path, settings, io);
    if (byteCount !== observed.byteCount) return; // moved before, or already another delivery
    const top = await enter(client, pathOf(settings.folder, settings), settings, io);
    const target = join(top, pathOf(settings.move_to, settings));
    await client.sendIgnoringError(`MKD ${target}`).catch((error: unknown) => fail(error, settings, io));
    const free = join(target, await freeName(client, target, path.slice(path.lastIndexOf('/') + 1), settings, io));
    await client.rename(path, free).catch((error: unknown) => fail(error, settings, io));
  },

  async close(_settings, io) {
    (io.session.get('ftp') as Client | undefined)?.close();
    io.session.delete('ftp');
  },
};
export default ftp;

/** The open client of this collection, or a new one when there is none or the last one broke. */
async function connected(settings: Settings, io: SourceIo): Promise<Client> {
  const open = io.session.get('ftp') as Client | undefined;
  if (open && !open.closed) return open;
  if (io.signal.aborted) throw cancelled(placeOf(settings, io));
  const password = await secretOf(settings.password, 'password', io);
  io.session.set('ftp:hide', [password]);
  const client = new Client(settings.timeout_seconds * 1000);
  keepRawNames(client);
  const stop = () => client.close();
  io.signal.addEventListener('abort', stop, { once: true });
  try {
    await client.access({
      host: settings.host,
      port: settings.port ?? (settings.tls === 'implicit' ? 990 : 21),
      user: textOf(Buffer.from(settings.user)),
      password: textOf(Buffer.from(password)),
      secure: settings.tls === 'none' ? false : settings.tls === 'implicit' ? 'implicit' : true,
      secureOptions: settings.tls === 'none' ? {} : await tlsTrust(settings.ca, settings.host, io),
    });
  } catch (error) {
    client.close();
    io.signal.removeEventListener('abort', stop);
    throw loginFault(error, settings, io);
  }
  io.session.set('ftp', client);
  return client;
}

/** Goes into a folder and says its absolute path. */
async function enter(client: Client, path: string, settings: Settings, io: SourceIo): Promise<string> {
  try {
    await client.cd(path);
    return path.startsWith('/') ? path : await client.pwd();
  } catch (error) {
    if (!(error instanceof FTPError)) fail(error, settings, io);
    const { source, where, hide } = placeOf(settings, io);
    const folder = Buffer.from(path, 'latin1').equals(Buffer.from(pathOf(settings.folder, settings), 'latin1')) ? settings.folder : path;
    const values = { source, where, folder, cause: causeOf(error, hide) };
    throw new HubError(error.code === 421 ? 'transient' : 'config', message('connect.folder-missing', values));
  }
}

/** Fills in the times a LIST does not tell. They come in UTC, so the zone of the server does not matter. */
async function withTimes(files: readonly RemoteFile[], client: Client, settings: Settings, io: SourceIo): Promise<RemoteFile[]> {
  const missing = files.filter((file) => file.modifiedAt === null);
  if (missing.length === 0 || missing.length > MOST_TIMES_ASKED) return [...files];
  const filled: RemoteFile[] = [];
  for (const file of files) {
    const modifiedAt = file.modifiedAt ?? (await timeOf(client, textOf(file.path), settings, io));
    filled.push(modifiedAt ? { ...file, modifiedAt, version: String(modifiedAt.getTime()) } : file);
  }
  return filled;
}

async function expectUnchanged(client: Client, path: string, observed: Observed, received: number, settings: Settings, io: SourceIo) {
  const byteCount = await sizeOf(client, path, settings, io);
  const modifiedAt = await timeOf(client, path, settings, io);
  const expected = observed.byteCount ?? byteCount;
  const moved = observed.sentAt && modifiedAt && observed.sentAt.getTime() !== modifiedAt.getTime();
  if ((byteCount !== null && byteCount !== expected) || moved) {
    const before = `${observed.byteCount} bytes, ${observed.sentAt?.toISOString() ?? '-'}`;
    const after = `${byteCount} bytes, ${modifiedAt?.toISOString() ?? '-'}`;
    throw new HubError('transient', message('connect.changed-meanwhile', { source: io.source, name: observed.name, before, after }));
  }
  if (received !== expected) throw cutOff(observed, received, io);
}

/** null when the server does not tell. */
async function sizeOf(client: Client, path: string, settings: Settings, io: SourceIo): Promise<number | null> {
  return client.size(path).catch((error: unknown) => (client.closed ? fail(error, settings, io) : null));
}

async function timeOf(client: Client, path: string, settings: Settings, io: SourceIo): Promise<Date | null> {
  const time = await client.lastMod(path).catch((error: unknown) => (client.closed ? fail(error, settings, io) : null));
  return time && !Number.isNaN(time.getTime()) ? time : null;
}

async function freeName(client: Client, target: string, name: string, settings: Settings, io: SourceIo): Promise<string> {
  for (let copy = 0; ; copy++) {
    const candidate = copy === 0 ? name : `${name}.${copy}`;
    if ((await sizeOf(client, join(target, candidate), settings, io)) === null) return candidate;
  }
}

function loginFault(error: unknown, settings: Settings, io: SourceIo): HubError {
  const place = placeOf(settings, io);
  if (io.signal.aborted) return cancelled(place);
  if (error instanceof FTPError) {
    const values = {
      source: io.source,
      where: place.where,
      cause: causeOf(error, place.hide),
      user: settings.user,
      secret: settings.password,
    };
    if ([530, 430, 331, 332].includes(error.code)) return new HubError('auth', message('connect.refused-login', values));
    if ([500, 502, 504, 534].includes(error.code)) return new HubError('config', message('connect.tls-failed', values));
  }
  return networkFault(error, place);
}

function transferFault(error: unknown, observed: Observed, received: number, settings: Settings, io: SourceIo): HubError {
  const place = placeOf(settings, io);
  if (error instanceof HubError) return error;
  if (io.signal.aborted) return cancelled(place);
  if (error instanceof FTPError && error.code >= 550) {
    const values = { source: io.source, where: place.where, name: observed.name, cause: causeOf(error, place.hide) };
    return new HubError('transient', message('connect.vanished', values));
  }
  if (received > 0) return cutOff(observed, received, io);
  return networkFault(error, place);
}

function cutOff(observed: Observed, received: number, io: SourceIo): HubError {
  const values = { source: io.source, name: observed.name, expected: observed.byteCount ?? '?', received };
  return new HubError('transient', message('connect.cut-off', values));
}

function fail(error: unknown, settings: Settings, io: SourceIo): never {
  if (io.signal.aborted) throw cancelled(placeOf(settings, io));
  throw networkFault(error, placeOf(settings, io));
}

function placeOf(settings: Settings, io: SourceIo): FarPlace {
  const hide = (io.session.get('ftp:hide') as readonly string[] | undefined) ?? [];
  return { source: io.source, where: `ftp://${settings.host}:${settings.port ?? (settings.tls === 'implicit' ? 990 : 21)}`, hide };
}

function pathOf(path: string, { name_encoding }: Settings): string {
  return textOf(iconv.encode(path, name_encoding));
}

function join(path: string, name: string): string {
  if (name.startsWith('/')) return name;
  return path.endsWith('/') ? path + name : `${path}/${name}`;
}
