import { constants } from 'node:fs';
import { access, readdir, stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { abandonedServers } from '../../app/embedded-postgres/server-place.js';
import type { Settings } from '../../app/settings.js';
import type { Text } from '../text.js';
import { type Check, fail, ok, warn } from './check.js';

const megabyte = 1024 ** 2;
const dayMs = 86_400_000;

/** What needs no database: Node.js, room on the disk, leftovers of killed processes. */
export async function checkMachine({ home, minFreeMegabytes }: Settings, text: Text): Promise<Check[]> {
  return [
    checkNode(process.versions.node, text),
    await checkDisk(home, minFreeMegabytes, text),
    await checkOrphans(home, text),
    ...checkAbandoned(text),
  ];
}

function checkNode(version: string, text: Text): Check {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isFit = (major === 20 && minor >= 19) || (major === 22 && minor >= 13) || major > 22;
  return isFit ? ok(text('doctor.node'), version) : fail(text('doctor.node'), version, text('doctor.node-todo'));
}

async function checkDisk(home: string, least: number, text: Text): Promise<Check> {
  const folder = await nearestFolder(home);
  const { bavail, bsize } = await statfs(folder);
  const free = (bavail * bsize) / megabyte;
  const found = text('doctor.disk-found', { folder, free: sizeText(bavail * bsize) });
  const check = text('doctor.disk');
  const todo = text('doctor.disk-todo', { least, soon: least * 4 });
  if (free < least) return fail(check, found, todo);
  return free < least * 4 ? warn(check, found, todo) : ok(check, found);
}

/** Temp files of landings and spools that nobody has touched for a day. */
async function checkOrphans(home: string, text: Text): Promise<Check> {
  const folders = [join(home, 'raw', 'incoming'), join(home, 'spool')];
  let count = 0;
  let bytes = 0;
  for (const folder of folders) {
    for (const name of await readdir(folder, { recursive: true }).catch(() => [])) {
      const found = await stat(join(folder, name)).catch(() => null);
      if (!found?.isFile() || Date.now() - found.mtimeMs < dayMs) continue;
      count += 1;
      bytes += found.size;
    }
  }
  const check = text('doctor.orphans');
  if (count === 0) return ok(check, text('doctor.orphans-found'));
  return warn(
    check,
    text('doctor.orphans-bad', { count, size: sizeText(bytes) }),
    text('doctor.orphans-todo', { folder: folders.join(', ') }),
  );
}

/** Only said where there is one: as root, in checkouts that others may not enter. */
function checkAbandoned(text: Text): Check[] {
  const servers = abandonedServers();
  if (servers.length === 0) return [];
  const folders = servers.join(' ');
  return [
    warn(text('doctor.abandoned'), text('doctor.abandoned-found', { count: servers.length, folders }), text('doctor.abandoned-todo')),
  ];
}

async function nearestFolder(path: string): Promise<string> {
  const isThere = await access(path, constants.F_OK).then(
    () => true,
    () => false,
  );
  return isThere ? path : nearestFolder(dirname(path));
}

function sizeText(bytes: number): string {
  return bytes < 1024 * megabyte ? `${Math.round(bytes / megabyte)} MB` : `${(bytes / megabyte / 1024).toFixed(1)} GB`;
}
