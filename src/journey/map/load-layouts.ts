import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HubError } from '../../model/hub-error.js';
import { type Message, message } from '../../model/message.js';
import { type Dictionary, parseDictionary } from './dictionary.js';
import type { Layout } from './layout.js';
import { parseLayout } from './parse-layout.js';

const dictionaryFile = 'dictionary.yaml';

/** What a folder of mappings holds: its layouts by code, and the dictionary. */
export interface Mappings {
  readonly layouts: ReadonlyMap<string, Layout>;
  readonly dictionary: Dictionary;
}

/**
 * Reads every `*.yaml` of a folder. A folder without a dictionary takes the `inherited` one.
 *
 * @throws HubError `config` with the mistakes of all files together, also when two files hold the same layout code
 */
export async function loadLayouts(folder: string, inherited: Dictionary | null = null): Promise<Mappings> {
  const files = (await readdir(folder)).filter((name) => /\.ya?ml$/u.test(name)).toSorted();
  const layouts = new Map<string, Layout>();
  const problems: Message[] = [];
  let dictionary = inherited;
  for (const file of files) {
    const text = await readFile(join(folder, file), 'utf8');
    try {
      if (file === dictionaryFile) {
        dictionary = parseDictionary(text, file);
        continue;
      }
      const layout = parseLayout(text, file);
      if (layouts.has(layout.layout))
        problems.push(message('problem.rule', { field: file, expected: message('mistake.layout-twice', { layout: layout.layout }) }));
      layouts.set(layout.layout, layout);
    } catch (error) {
      if (!(error instanceof HubError)) throw error;
      problems.push(error.told);
    }
  }
  if (!dictionary) problems.push(message('problem.rule', { field: dictionaryFile, expected: message('mistake.file-missing') }));
  if (problems.length > 0 || !dictionary) throw new HubError('config', message('map.yaml-invalid', { file: folder, problems }));
  return { layouts, dictionary };
}
