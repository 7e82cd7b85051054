import { entityDefinition } from '../../../journey/map/entity-definitions.js';
import type { Language } from '../../../model/message.js';
import { grouped } from '../../grouped.js';

/** The title of a field of an entity in the reader's language; its own name when the entity does not define it. */
export function fieldTitle(entity: string, field: string, language: Language): string {
  return entityDefinition(entity)?.fields[field]?.[language] ?? fieldsOfLists[field]?.[language] ?? field;
}

/** The field that a person means by its name or by its title in either language; what is neither stays as it is. */
export function fieldNamed(entity: string, word: string): string {
  const fields = entityDefinition(entity)?.fields ?? {};
  if (fields[word]) return word;
  return Object.keys(fields).find((field) => fields[field]!.zh === word || fields[field]!.en === word) ?? word;
}

/** Fields that only our own lists, or requests, have. */
const fieldsOfLists: Readonly<Record<string, Readonly<Record<Language, string>>>> = {
  tier: { zh: '商业级别', en: 'tier' },
  into: { zh: '并入', en: 'into' },
};

/** A value as people write it: of a choice, in Chinese, its first word. */
export function valueWord(entity: string, field: string, value: string, language: Language): string {
  const choices = entityDefinition(entity)?.fields[field]?.choices;
  return (language === 'zh' ? choices?.[value]?.[0] : undefined) ?? value;
}

/**
 * A record in a line: its number and name, then its days and amounts with their titles; of one that has neither name nor days the first few
 * values. Without those that say whose it is.
 */
export function briefRecord(entity: string, fields: Readonly<Record<string, string>>, language: Language): string {
  const definition = entityDefinition(entity)?.fields ?? {};
  const order = Object.keys(entityDefinition(entity)?.fields ?? fields).filter(
    (field) => fields[field] !== undefined && !field.startsWith('customer_'),
  );
  const told = (field: string) => `${fieldTitle(entity, field, language)} ${wordOf(field)}`;
  const heads = ['code', 'name'].filter((field) => order.includes(field)).map((field) => fields[field]!);
  const measures = order.filter((field) => measured.has(definition[field]?.type ?? '')).slice(0, 5);
  if (measures.length > 0 || fields['name'] !== undefined)
    return [heads.join(' '), ...measures.map(told)].filter((one) => one !== '').join(' · ');
  return order.slice(0, 5).map(told).join(' · ');

  function wordOf(field: string): string {
    const value = fields[field]!;
    return definition[field]?.type === 'decimal' ? grouped(value) : valueWord(entity, field, value, language);
  }
}

const measured = new Set(['date', 'moment', 'decimal', 'percent']);
