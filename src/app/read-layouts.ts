import type { Layout } from '../journey/map/layout.js';
import { loadLayouts, type Mappings } from '../journey/map/load-layouts.js';

/** The mappings of all folders; a later folder overrides an earlier one. The dictionary is that of the first. */
export async function readLayouts(folders: readonly string[]): Promise<Mappings> {
  const mappings = await Promise.all(folders.map((folder, index) => loadLayouts(folder, { needsDictionary: index === 0 })));
  const layouts = new Map<string, Layout>(mappings.flatMap((one) => [...one.layouts]));
  return { layouts, dictionary: mappings[0]!.dictionary };
}
