import { existsSync, readFileSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { dirname } from 'node:path';
import { HubError } from '../../model/hub-error.js';
import { message } from '../../model/message.js';

/** The user the server runs as. `null` ids mean: as ourselves, which is every case but root. */
export interface ServerAccount {
  readonly name: string;
  readonly uid: number | null;
  readonly gid: number | null;
}

/**
 * Chooses who runs the server. PostgreSQL refuses root, so root lends it, in this order: the user who already owns
 * the data, the user who owns the checkout (who can then go on without root), `postgres`, `nobody`. Only users with
 * a passwd entry count: initdb looks its own name up.
 */
export function chooseAccount(controlFolder: string, dataFolder: string | null): ServerAccount {
  const ourUid = process.getuid?.();
  if (ourUid !== 0) {
    const name = ourName();
    const ownerUid = dataFolder && existsSync(dataFolder) ? statSync(dataFolder).uid : ourUid;
    if (ourUid !== undefined && ownerUid !== ourUid) {
      const owner = passwdEntries().find(({ uid }) => uid === ownerUid)?.name ?? `uid ${ownerUid}`;
      throw new HubError('config', message('postgres.other-owner', { folder: dataFolder ?? '', owner, user: name }));
    }
    return { name, uid: null, gid: null };
  }

  const entries = passwdEntries();
  const owners = [dataFolder, nearestExisting(controlFolder)]
    .filter((path) => path !== null && existsSync(path))
    .map((path) => statSync(path!).uid);
  const found =
    owners.map((uid) => entries.find((entry) => entry.uid === uid && uid !== 0)).find(Boolean) ??
    ['postgres', 'nobody'].map((name) => entries.find((entry) => entry.name === name)).find(Boolean);
  if (!found) throw new HubError('config', message('postgres.no-account', { tried: 'postgres, nobody' }));
  return found;
}

function nearestExisting(path: string): string {
  return existsSync(path) ? path : nearestExisting(dirname(path));
}

function ourName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.()}`;
  }
}

function passwdEntries(): { name: string; uid: number; gid: number }[] {
  if (!existsSync('/etc/passwd')) return [];
  return readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .filter((fields) => fields.length >= 4)
    .map(([name = '', , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }));
}
