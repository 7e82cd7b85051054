import { z } from 'zod';
import { found } from '../../model/check-value.js';
import type { FlowKind, Kind, ReferenceKind } from '../../model/kind.js';
import { message } from '../../model/message.js';
import { canonicalJson, sha256 } from './canonical-json.js';
import { entityDefinition } from './entity-definitions.js';
import { fieldsOf, isFlowKind, isSpareField } from './fields.js';
import { normalizeTitle, withoutRemark } from './normalize-title.js';
import { parseYaml } from './parse-yaml.js';

const titlesOfFields = z.record(z.string(), z.array(z.string().min(1)));

/** `flow` holds for sales, purchases and stock alike; a kind's own section goes before it, since 客户 means the buyer only in sales. Titles of entities stand in their definitions. */
const dictionarySchema = z
  .strictObject({
    flow: titlesOfFields,
    sale: titlesOfFields,
    purchase: titlesOfFields,
    stock: titlesOfFields,
    terminal: titlesOfFields,
    product: titlesOfFields,
    distributor: titlesOfFields,
  })
  .superRefine((sections, context) => {
    for (const [section, fields] of Object.entries(sections)) {
      const known = new Set(fieldsOf(section === 'flow' ? 'sale' : (section as Kind)));
      const seen = new Map<string, string>();
      for (const [field, titles] of Object.entries(fields)) {
        if (!known.has(field) && !isSpareField(field, section === 'flow' ? 'sale' : (section as Kind)))
          context.addIssue(found([section, field], message('mistake.no-field', { field, known: [...known].join(', ') })));
        for (const [index, title] of titles.entries()) {
          const earlier = seen.get(normalizeTitle(title));
          if (earlier !== undefined) context.addIssue(found([section, field, index], message('mistake.title-twice', { title, earlier })));
          seen.set(normalizeTitle(title), field);
        }
      }
    }
  });

export type DictionarySections = z.output<typeof dictionarySchema>;

/** What a title means in files of a kind. `rank`: the smaller, the better this title names the field when several columns could. */
interface DictionaryEntry {
  readonly field: string;
  readonly title: string;
  readonly rank: number;
}

export interface Dictionary {
  /** As data, so that it can be handed to a child process; `createDictionary` makes it ready again. */
  readonly sections: DictionarySections;
  /** SHA-256 (hex) of its content. */
  readonly version: string;
  /** The meaning of a normalised title, by itself or without a harmless remark such as (盒). */
  lookUp(kind: Kind, normalizedTitle: string): DictionaryEntry | null;
  entries(kind: Kind): ReadonlyMap<string, DictionaryEntry>;
}

/** @throws HubError `config` naming every mistake with its line */
export function parseDictionary(yamlText: string, fileName: string): Dictionary {
  return createDictionary(parseYaml(yamlText, fileName, dictionarySchema));
}

export function createDictionary(sections: DictionarySections): Dictionary {
  const byKind = new Map<Kind, ReadonlyMap<string, DictionaryEntry>>();
  const entries = (kind: Kind): ReadonlyMap<string, DictionaryEntry> => {
    const known = byKind.get(kind);
    if (known) return known;
    const made = new Map<string, DictionaryEntry>();
    for (const section of sectionsOf(kind)) {
      for (const [field, titles] of Object.entries(section)) {
        const offset = [...made.values()].filter((entry) => entry.field === field).length;
        for (const [index, title] of titles.entries()) {
          const key = normalizeTitle(title);
          if (!made.has(key)) made.set(key, { field, title, rank: offset + index });
        }
      }
    }
    byKind.set(kind, made);
    return made;
  };
  const sectionsOf = (kind: Kind): (typeof sections)[keyof typeof sections][] => {
    if (isFlowKind(kind)) return [sections[kind as FlowKind], sections.flow];
    const listed = sections[kind as ReferenceKind];
    const entity = entityDefinition(kind);
    const defined = Object.entries(entity?.fields ?? {}).map(([field, { zh, titles }]) => [field, [zh, ...titles]] as [string, string[]]);
    return [...(listed ? [listed] : []), Object.fromEntries(defined)];
  };
  return {
    sections,
    version: sha256(canonicalJson(sections)),
    entries,
    lookUp(kind, title) {
      const found = entries(kind).get(title);
      if (found) return found;
      const plain = withoutRemark(title);
      return (plain && entries(kind).get(plain.title)) ?? null;
    },
  };
}
