import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Connector } from '../journey/collect/connector.js';

const folder = join(import.meta.dirname, '../../connectors');

/** Every folder under connectors/ is a connector of that name; there is no list to keep. */
export async function findConnectors(): Promise<ReadonlyMap<string, Connector>> {
  const extension = import.meta.filename.endsWith('.ts') ? 'ts' : 'js';
  const folders = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isDirectory());
  const connectors = await Promise.all(
    folders.map(async ({ name }) => {
      const module = (await import(pathToFileURL(join(folder, name, `connector.${extension}`)).href)) as { default: Connector };
      return [name, module.default] as const;
    }),
  );
  return new Map(connectors);
}
