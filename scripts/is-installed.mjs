// Ends with 0 when node_modules holds what package-lock.json asks for. npm writes node_modules/.package-lock.json last, so
// an installation that was cut off does not count. Packages that are optional (other systems) may be absent.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

try {
  const wanted = packagesOf('package-lock.json');
  const there = packagesOf('node_modules/.package-lock.json');
  const isThere = ([path, { version, optional, devOptional }]) =>
    path === '' || (there[path] ? there[path].version === version : Boolean(optional ?? devOptional));
  process.exitCode = Object.entries(wanted).every(isThere) ? 0 : 1;
} catch {
  process.exitCode = 1;
}

function packagesOf(file) {
  return JSON.parse(readFileSync(join(root, file), 'utf8')).packages;
}
