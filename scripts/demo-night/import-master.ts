import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Hub } from '../../src/app/hub.js';
import type { SampleNight } from '../sample-night/sample-night.js';

const source = 'demo-master';

/** Imports the lists of distributors, terminals and products, as the manufacturer's own deliveries. Distributors first: others name them. */
export async function importMaster(hub: Hub, night: SampleNight, folder: string, signal: AbortSignal): Promise<void> {
  await mkdir(folder, { recursive: true });
  await hub.saveSource({
    code: source,
    title: '主数据清单',
    sender: 'own',
    connector: 'folder',
    settings: { folder, stable_seconds: 0 },
    layouts: ['reference-distributors', 'reference-terminals', 'reference-products'],
    hints: {},
    constants: {},
    expects: {},
    // Imported by hand below, so that the night is the distributors' alone.
    enabled: false,
  });
  for (const { fileName, bytes } of night.references) {
    const path = join(folder, fileName);
    const found = await readFile(path).catch(() => null);
    if (!found?.equals(bytes)) await writeFile(path, bytes);
    await hub.importFile({ path, source, signal });
  }
}

export { source as masterSource };
