import { canonicalJson, sha256 } from './canonical-json.js';
import { type Layout, layoutSchema } from './layout.js';
import { parseYaml } from './parse-yaml.js';

/** @throws HubError `config` naming every mistake with its line */
export function parseLayout(yamlText: string, fileName: string): Layout {
  return parseYaml(yamlText, fileName, layoutSchema);
}

/** SHA-256 (hex) of a layout's meaning: two texts that say the same have the same version. */
export function layoutVersion(layout: Layout): string {
  let version = versions.get(layout);
  if (version === undefined) {
    version = sha256(canonicalJson(layout));
    versions.set(layout, version);
  }
  return version;
}

/** Layouts never change once read; a small file would otherwise pay more for its version than for its rows. */
const versions = new WeakMap<Layout, string>();
