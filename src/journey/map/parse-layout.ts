import { createHash } from 'node:crypto';
import { type Layout, layoutSchema } from './layout.js';
import { parseYaml } from './parse-yaml.js';

/** @throws HubError `config` naming every mistake with its line */
export function parseLayout(yamlText: string, fileName: string): Layout {
  return parseYaml(yamlText, fileName, layoutSchema);
}

/** SHA-256 (hex) of a layout's meaning: two texts that say the same have the same version. */
export function layoutVersion(layout: Layout): string {
  return createHash('sha256').update(canonicalJson(layout)).digest('hex');
}

function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const entries = Object.entries(value).filter(([, one]) => one !== undefined);
  const sorted = entries.toSorted(([left], [right]) => (left < right ? -1 : 1));
  return `{${sorted.map(([key, one]) => `${JSON.stringify(key)}:${canonicalJson(one)}`).join(',')}}`;
}
