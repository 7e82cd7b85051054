import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HubError } from '../../model/hub-error.js';
import { message } from '../../model/message.js';
import { type Binaries, binary } from './find-binaries.js';
import { runAs } from './run-as.js';
import { belongsLike, giveTo, type ServerPlace } from './server-place.js';
import { startOf } from './watchdog.js';

/** The role that owns everything. */
export const serverUser = 'hub';

/** Runs initdb unless the data are there, and refuses data of another major version. Safe to run twice at once. */
export async function createCluster(place: ServerPlace, binaries: Binaries): Promise<void> {
  if (existsSync(place.data)) return refuseOtherMajor(place, binaries);

  removeAbandoned(place.server);
  const staging = join(place.server, `new.${process.pid}.${startOf(process.pid) ?? 0}.${randomBytes(4).toString('hex')}`);
  mkdirSync(staging, { mode: 0o700 });
  const passwordFile = join(staging, 'password');
  writeFileSync(passwordFile, readPassword(place), { mode: 0o600 });
  giveTo(place.account, passwordFile);
  giveTo(place.account, staging);
  const fresh = join(staging, 'data');
  const { code, output } = await runAs(place.account, binary(binaries, 'initdb'), [
    ...['-D', fresh, '-U', serverUser, '-A', 'scram-sha-256', `--pwfile=${passwordFile}`, '-E', 'UTF8', `--locale=${locale()}`],
    ...['--locale-provider=icu', '--icu-locale=und', '--data-checksums', '--no-instructions'],
  ]);
  if (code === 0 && !existsSync(place.data)) moveIntoPlace(fresh, place.data);
  rmSync(staging, { recursive: true, force: true });
  if (code === 0) return;
  throw new HubError(
    'config',
    message('postgres.initdb-failed', { folder: place.data, account: place.account.name, cause: lastLines(output) }),
  );
}

/** The password of `hub`, made on first use. It appears complete or not at all, and the first of two makers wins. */
export function readPassword(place: ServerPlace): string {
  const file = passwordFileOf(place);
  if (!existsSync(file)) {
    const mine = `${file}.${process.pid}`;
    writeFileSync(mine, randomBytes(24).toString('hex'), { mode: 0o600 });
    belongsLike(mine, place.control);
    try {
      linkSync(mine, file);
    } catch (error) {
      if (!existsSync(file)) throw error;
    }
    rmSync(mine, { force: true });
  }
  return readFileSync(file, 'utf8').trim();
}

export function passwordFileOf(place: ServerPlace): string {
  return join(place.control, 'password');
}

export function lastLines(text: string): string {
  return text.trim().split('\n').slice(-4).join(' | ');
}

function refuseOtherMajor({ data }: ServerPlace, { major }: Binaries): void {
  const found = readFileSync(join(data, 'PG_VERSION'), 'utf8').trim();
  if (found !== String(major)) throw new HubError('config', message('postgres.other-major', { folder: data, found, expected: major }));
}

/** A rename onto a folder with something in it fails: then another process was first, and its data are as good. */
function moveIntoPlace(fresh: string, data: string): void {
  try {
    renameSync(fresh, data);
  } catch (error) {
    if (!existsSync(join(data, 'PG_VERSION'))) throw error;
  }
}

/** Half-made data of processes that were killed during initdb. */
function removeAbandoned(folder: string): void {
  for (const name of readdirSync(folder)) {
    const [kind, pid, start] = name.split('.');
    if (kind === 'new' && String(startOf(Number(pid)) ?? 'dead') !== start) rmSync(join(folder, name), { recursive: true, force: true });
  }
}

/** LC_CTYPE has to be a UTF-8 locale of libc: with plain `C`, pg_trgm sees no letters in Chinese. */
function locale(): string {
  return ({ darwin: 'en_US.UTF-8', win32: 'en-US.UTF-8' } as Partial<Record<NodeJS.Platform, string>>)[process.platform] ?? 'C.UTF-8';
}
