import { join } from 'node:path';
import { type Dictionary, loadDictionary } from '../journey/map/dictionary.js';
import type { Layout } from '../journey/map/layout.js';
import { loadLayouts } from '../journey/map/load-layouts.js';

/** The layouts of all folders by code, a later folder overriding an earlier one, and the dictionary of the project. */
export async function readLayouts(folders: readonly string[]): Promise<{ layouts: ReadonlyMap<string, Layout>; dictionary: Dictionary }> {
  const lists = await Promise.all(folders.map((folder) => loadLayouts(folder)));
  const layouts = new Map(lists.flat().map((layout) => [layout.layout, layout]));
  return { layouts, dictionary: await loadDictionary(join(folders[0]!, 'dictionary.yaml')) };
}
