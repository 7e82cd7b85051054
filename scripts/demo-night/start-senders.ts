import { mkdir, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startFake as startFtp } from '../../connectors/ftp/fake.js';
import { startFake as startMail } from '../../connectors/mail/fake.js';
import { startFake as startSftp } from '../../connectors/sftp/fake.js';
import type { NewSource } from '../../src/db/source-store.js';
import type { FarSide } from '../../src/journey/collect/far-side.js';
import type { SampleNight } from '../sample-night/sample-night.js';
import { type SampleSource, sampleSources } from '../sample-night/sources.js';
import { selfSignedCertificate } from './self-signed-certificate.js';

/** The sample distributors at work: servers on loopback with the files of the night, and the sources that lead to them. */
export interface Senders {
  readonly sources: readonly NewSource[];
  /** How a person reaches the servers. */
  readonly addresses: readonly { readonly kind: string; readonly address: string; readonly user: string; readonly password: string }[];
  stop(): Promise<void>;
}

const user = 'distributor';
const password = 'only-for-the-demo';

/**
 * Starts one server per protocol. Files stay in `folder` from one start to the next and keep the time they were sent, so a
 * second demonstration finds them as they were. Ports are new each time; the places of the files do not name them.
 */
export async function startSenders(night: SampleNight, folder: string): Promise<Senders> {
  await layOut(night, folder);
  const started: FarSide[] = [];
  try {
    const start = async <T extends FarSide>(starting: Promise<T>): Promise<T> => {
      const farSide = await starting;
      started.push(farSide);
      return farSide;
    };
    const certificate = selfSignedCertificate('huiliu demo');
    const servers = {
      ftp: await start(startFtp({ root: rootOf(folder, 'ftp'), user, password })),
      ftps: await start(startFtp({ root: rootOf(folder, 'ftps'), user, password, tls: certificate })),
      sftp: await start(startSftp({ root: rootOf(folder, 'sftp'), user, password })),
      mail: await start(startMail({ user, password })),
    };
    for (const { raw, sentAt } of night.mails) await servers.mail.deliver(raw, sentAt);

    const passwordFile = join(folder, 'password');
    await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
    const sources = sampleSources.map((source) => describe(source, folder, servers, `file:${passwordFile}`));
    const addresses = Object.entries(servers).map(([kind, { port }]) => ({ kind, address: addressOf(kind, port!), user, password }));
    return { sources, addresses, stop };
  } catch (error) {
    await stop();
    throw error;
  }

  async function stop(): Promise<void> {
    await Promise.all(started.splice(0).map((one) => one.stop()));
  }
}

type Servers = Readonly<Record<'ftp' | 'ftps' | 'sftp' | 'mail', FarSide>>;

/** Lays out what each sender has in his folder; what lies there already is left alone. */
async function layOut(night: SampleNight, folder: string): Promise<void> {
  for (const kind of ['ftp', 'ftps', 'sftp', 'drop'] as const) await mkdir(rootOf(folder, kind), { recursive: true });
  for (const source of sampleSources) {
    if (source.connector === 'mail') continue;
    const place = join(rootOf(folder, kindOf(source)), codeOf(source), source.folder);
    await mkdir(place, { recursive: true });
    for (const { fileName, bytes, sentAt } of night.deliveries.filter((one) => one.source === source.code)) {
      const path = join(place, fileName);
      const found = await stat(path).catch(() => null);
      if (found?.size === bytes.byteLength && found.mtimeMs === sentAt.getTime()) continue;
      await writeFile(path, bytes);
      await utimes(path, sentAt, sentAt);
    }
  }
}

function describe(source: SampleSource, folder: string, servers: Servers, secret: string): NewSource {
  return {
    code: codeOf(source),
    title: source.title,
    sender: source.sender,
    connector: source.connector,
    settings: settingsOf(source, folder, servers, secret),
    layouts: source.layouts,
    hints: { ...source.hints },
    constants: source.constants,
    // The second way of D01 brings something only when he feels like it.
    expects: source.code.endsWith('-mail') ? {} : { every: 'day', by: '08:00' },
    enabled: true,
  };
}

function settingsOf(source: SampleSource, folder: string, servers: Servers, secret: string): Record<string, unknown> {
  const kind = kindOf(source);
  if (kind === 'drop') return { folder: join(rootOf(folder, kind), codeOf(source), source.folder), stable_seconds: 0 };
  const { settings, secrets } = servers[kind];
  const referred = Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [name, typeof value === 'string' && value in secrets ? secret : value]),
  );
  if (kind === 'mail') return { ...referred, senders: source.from, window_days: 3660 };
  return { ...referred, folder: `/${codeOf(source)}/${source.folder}`, stable_seconds: 0 };
}

function kindOf({ connector, secure }: SampleSource): keyof Servers | 'drop' {
  return connector === 'folder' ? 'drop' : connector === 'ftp' && secure ? 'ftps' : connector;
}

/** The code of a source in the ledger. */
function codeOf({ code }: { readonly code: string }): string {
  return code.toLowerCase();
}

function rootOf(folder: string, kind: string): string {
  return join(folder, kind);
}

function addressOf(kind: string, port: number): string {
  return kind === 'mail' ? `imap://127.0.0.1:${port}` : `${kind === 'ftps' ? 'ftp' : kind}://127.0.0.1:${port}`;
}
