import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { startFake as startFtp } from '../../connectors/ftp/fake.js';
import { startFake as startMail } from '../../connectors/mail/fake.js';
import { startFake as startSftp } from '../../connectors/sftp/fake.js';
import { dropSource, type Plant } from '../../src/app/drill/open-plant.js';
import { saveSource } from '../../src/db/source-store.js';
import type { FarSide } from '../../src/journey/collect/far-side.js';
import type { Lab } from './lab.js';
import { startTcpProxy, type TcpProxy } from './tcp-proxy.js';

const starters = { ftp: startFtp, sftp: startSftp, mail: startMail } as const;
export type FarKind = keyof typeof starters;
export const farKinds = ['ftp', 'sftp', 'mail'] as const;

export interface ServedDrops {
  readonly proxy: TcpProxy;
  readonly farSide: FarSide;
  /** What programs need to log in. */
  readonly environment: NodeJS.ProcessEnv;
}

/**
 * Lets a sender offer the files of his drop folder on a server instead, behind a wire that can be cut. Same bytes, names and times; without
 * `put` the server is empty.
 */
export async function serveDrops(
  lab: Lab,
  plant: Plant,
  sender: string,
  kind: FarKind,
  over: Record<string, unknown> = {},
  { put = true } = {},
): Promise<ServedDrops> {
  const farSide: FarSide = await starters[kind]();
  lab.onEnd(() => farSide.stop());
  const folder = join(plant.drops, sender);
  for (const name of put ? readdirSync(folder).toSorted() : [])
    await farSide.put(name, readFileSync(join(folder, name)), statSync(join(folder, name)).mtime);
  const proxy = await startTcpProxy(farSide.port!, { ftp: kind === 'ftp' });
  lab.onEnd(() => proxy.stop());
  const way = kind === 'mail' ? { window_days: 3660 } : { stable_seconds: 0 };
  const settings = { ...farSide.settings, port: proxy.port, timeout_seconds: 2, ...way, ...over };
  await saveSource(plant.database, dropSource(plant.drops, sender, { connector: kind, settings }));
  const environment = Object.fromEntries(
    Object.entries(farSide.secrets).map(([reference, value]) => [reference.replace(/^env:/, ''), value]),
  );
  return { proxy, farSide, environment };
}
