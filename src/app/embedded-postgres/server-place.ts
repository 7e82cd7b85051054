import { createHash } from 'node:crypto';
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { HubError } from '../../model/hub-error.js';
import { message } from '../../model/message.js';
import { runAs } from './run-as.js';
import { chooseAccount, type ServerAccount } from './server-account.js';

/**
 * Where things lie. The control folder (`.huiliu/postgres`) always stays in the checkout and holds the password, the
 * port and the list of owners. The server folder holds what the server's account has to reach: the data, its log and,
 * rarely, a copy of the binaries. It is the same folder unless that account cannot enter it.
 */
export interface ServerPlace {
  readonly control: string;
  readonly server: string;
  /** PGDATA. Exists only after initdb has finished: it is renamed into place. */
  readonly data: string;
  readonly account: ServerAccount;
}

/**
 * Settles account and folders. When root runs a checkout nobody else may enter (`/root/huiliu`), the server folder
 * becomes `/var/lib/huiliu/<hash of the control folder>`, and `.huiliu/postgres-location` says so; that file also
 * keeps the answer the same on the next start, also after the checkout was moved. (Who copies such a checkout removes
 * the file from the copy, or both use one server.)
 */
export async function settlePlace(control: string): Promise<ServerPlace> {
  const locationFile = `${control}-location`;
  const elsewhere = existsSync(locationFile) ? readFileSync(locationFile, 'utf8').trim() : null;
  const account = chooseAccount(control, dataIn(elsewhere ?? control));
  makeFolder(control);
  if (elsewhere) {
    makeFolder(elsewhere);
    return placeAt(elsewhere);
  }
  if (account.uid === null || existsSync(dataIn(control)) || (await canEnter(account, control))) return placeAt(control);

  const key = createHash('sha256').update(control).digest('hex').slice(0, 16);
  const server = join(systemFolder(), 'huiliu', key);
  makeFolder(server);
  writeFileSync(join(server, ownerFile), `${control}\n`);
  writeFileSync(locationFile, `${server}\n`);
  return placeAt(server);

  function placeAt(folder: string): ServerPlace {
    return { control, server: folder, data: dataIn(folder), account };
  }
}

/** Server folders outside a checkout whose control folder is gone: databases that nobody can open any more, which `doctor` tells of. */
export function abandonedServers(): string[] {
  const root = join(systemFolder(), 'huiliu');
  if (!existsSync(root)) return [];
  return readdirSync(root)
    .map((name) => join(root, name))
    .filter((server) => existsSync(join(server, ownerFile)) && !existsSync(readFileSync(join(server, ownerFile), 'utf8').trim()));
}

const ownerFile = 'control-folder';

/** Gives a folder and only this folder to the server's account; without effect unless we are root. */
export function giveTo(account: ServerAccount, path: string): void {
  if (account.uid !== null) chownSync(path, account.uid, account.gid ?? account.uid);
}

function dataIn(serverFolder: string): string {
  return join(serverFolder, 'data');
}

/**
 * Folders we make are open to the server's account whatever the umask, and belong to whoever owns the folder above:
 * root started once in somebody's checkout does not lock that person out. Folders that were there are left as they are.
 */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  try {
    mkdirSync(path, { recursive: true });
  } catch (cause) {
    throw new HubError('config', message('postgres.folder-closed', { folder: path, cause: (cause as Error).message }), { cause });
  }
  chmodSync(path, 0o755);
  belongsLike(path, dirname(path));
}

/** As root, gives what we wrote to the owner of `model`. */
export function belongsLike(path: string, model: string): void {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = statSync(model);
  chownSync(path, uid, gid);
}

async function canEnter(account: ServerAccount, folder: string): Promise<boolean> {
  return (await runAs(account, '/bin/sh', ['-c', 'cd "$1"', 'sh', folder])).code === 0;
}

/** Kept over a reboot, if the system has such a place. */
function systemFolder(): string {
  return ['/var/lib', '/var/db'].find((folder) => existsSync(folder)) ?? tmpdir();
}
