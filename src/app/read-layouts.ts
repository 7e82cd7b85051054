import type { Dictionary } from '../journey/map/dictionary.js';
import type { Layout } from '../journey/map/layout.js';
import { loadLayouts } from '../journey/map/load-layouts.js';

/** The mappings of all folders, one after the other: a later folder overrides an earlier one. The first has the dictionary. */
export async function readLayouts(folders: readonly string[]): Promise<{ layouts: ReadonlyMap<string, Layout>; dictionary: Dictionary }> {
  const layouts = new Map<string, Layout>();
  let dictionary: Dictionary | null = null;
  for (const folder of folders) {
    const mappings = await loadLayouts(folder, dictionary);
    dictionary = mappings.dictionary;
    for (const [code, layout] of mappings.layouts) layouts.set(code, layout);
  }
  return { layouts, dictionary: dictionary! };
}
