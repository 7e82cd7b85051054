import type { DictionarySections } from '../journey/map/dictionary.js';
import type { Layout } from '../journey/map/layout.js';
import { loadLayouts } from '../journey/map/load-layouts.js';

/** The mappings of all folders; a later folder overrides an earlier one. The dictionary is that of the project, the first folder. */
export async function readLayouts(
  folders: readonly string[],
): Promise<{ layouts: ReadonlyMap<string, Layout>; dictionary: DictionarySections }> {
  const mappings = await Promise.all(folders.map(loadLayouts));
  const layouts = new Map<string, Layout>(mappings.flatMap((one) => [...one.layouts]));
  return { layouts, dictionary: mappings[0]!.dictionary! };
}
