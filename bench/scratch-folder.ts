import { chmodSync, mkdirSync, mkdtempSync } from 'node:fs';
import { join, resolve } from 'node:path';

/**
 * A folder of its own below `.huiliu/bench`. Open to all, so that the database of root's bench lies in it too and goes with it;
 * databases of closed folders went to /var/lib and stayed there.
 */
export function scratchFolder(name: string): string {
  const root = resolve('.huiliu/bench');
  mkdirSync(root, { recursive: true });
  const folder = mkdtempSync(join(root, `${name}-`));
  chmodSync(folder, 0o755);
  return folder;
}
