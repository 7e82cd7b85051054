import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { commonFieldsSchema, type EntityDefinition, entitySchema } from '../../master/entity-definition.js';
import { HubError } from '../../model/hub-error.js';
import { type EntityKind, entityKinds, isEntityKind } from '../../model/kind.js';
import { type Message, message } from '../../model/message.js';
import { canonicalJson, sha256 } from './canonical-json.js';
import { normalizeTitle } from './normalize-title.js';
import { parseYaml } from './parse-yaml.js';

/**
 * The entities of the master, as `mappings/entities` of the program says. Read once, when something first asks: most processes
 * never do, and reading costs more than mapping a small file.
 *
 * @throws HubError `config` with every mistake of all files
 */
export function entityDefinitions(): ReadonlyMap<EntityKind, EntityDefinition> {
  definitions ??= readEntityDefinitions(findFolder(import.meta.dirname));
  return definitions;
}

let definitions: ReadonlyMap<EntityKind, EntityDefinition> | null = null;

/** Null for kinds that are no entity: flow, and the lists of terminals and distributors. */
export function entityDefinition(kind: string): EntityDefinition | null {
  return isEntityKind(kind) ? entityDefinitions().get(kind)! : null;
}

/** SHA-256 (hex) of one definition. */
export function entityVersion(kind: EntityKind): string {
  return sha256(canonicalJson(entityDefinitions().get(kind)));
}

function readEntityDefinitions(folder: string): ReadonlyMap<EntityKind, EntityDefinition> {
  const found = new Map<EntityKind, EntityDefinition>();
  const problems: Message[] = [];
  const wrong = (file: string, expected: Message): void =>
    void problems.push(message('problem.rule', { field: `entities/${file}`, expected }));
  const common = parseYaml(readFileSync(join(folder, 'common.yaml'), 'utf8'), 'entities/common.yaml', commonFieldsSchema).fields;
  for (const file of readdirSync(folder).toSorted()) {
    if (!file.endsWith('.yaml') || file === 'common.yaml') continue;
    try {
      const own = parseYaml(readFileSync(join(folder, file), 'utf8'), `entities/${file}`, entitySchema);
      if (file !== `${own.entity}.yaml`) wrong(file, message('mistake.file-name', { name: `${own.entity}.yaml` }));
      found.set(
        own.entity,
        withCommon(own, common, (told) => wrong(file, told)),
      );
    } catch (error) {
      if (!(error instanceof HubError)) throw error;
      problems.push(error.told);
    }
  }
  for (const kind of entityKinds) if (!found.has(kind)) wrong(`${kind}.yaml`, message('mistake.file-missing'));
  if (problems.length > 0) throw new HubError('config', message('map.yaml-invalid', { file: 'entities', problems }));
  return new Map(entityKinds.map((kind) => [kind, found.get(kind)!]));
}

/** Titles that an entity uses itself are taken from the common fields, and a common field it defines itself goes before. */
function withCommon(entity: EntityDefinition, common: EntityDefinition['fields'], wrong: (told: Message) => void): EntityDefinition {
  const seen = new Map<string, string>();
  for (const [field, { zh, titles }] of Object.entries(entity.fields))
    for (const title of [zh, ...titles]) {
      const earlier = seen.get(normalizeTitle(title));
      if (earlier !== undefined) wrong(message('mistake.title-under-two', { title, earlier, field }));
      seen.set(normalizeTitle(title), field);
    }
  const added = Object.entries(common)
    .filter(([field]) => entity.fields[field] === undefined)
    .map(([field, one]) => [field, { ...one, titles: one.titles.filter((title) => !seen.has(normalizeTitle(title))) }] as const);
  return { ...entity, fields: { ...entity.fields, ...Object.fromEntries(added) } };
}

/** Compiled code lies in `dist/`, the definitions stay in `mappings/` beside it. */
function findFolder(from: string): string {
  const folder = join(from, 'mappings/entities');
  if (existsSync(folder)) return folder;
  const parent = dirname(from);
  if (parent === from) throw new Error('mappings/entities is missing above the program');
  return findFolder(parent);
}
