import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder of the program itself (with package.json, mappings/), found from here upwards: right in dist/ and in sources. */
export function projectFolder(from = import.meta.dirname): string {
  if (existsSync(join(from, 'package.json'))) return from;
  const parent = dirname(from);
  if (parent === from) throw new Error('package.json is missing above the program');
  return projectFolder(parent);
}
