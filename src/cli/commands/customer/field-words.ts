import { entityDefinition } from '../../../journey/map/entity-definitions.js';
import type { Language } from '../../../model/message.js';

/** The title of a field of an entity in the reader's language; its own name when the entity does not define it. */
export function fieldTitle(entity: string, field: string, language: Language): string {
  return entityDefinition(entity)?.fields[field]?.[language] ?? field;
}

/** A value as people write it: of a choice, in Chinese, its first word. */
export function valueWord(entity: string, field: string, value: string, language: Language): string {
  const choices = entityDefinition(entity)?.fields[field]?.choices;
  return (language === 'zh' ? choices?.[value]?.[0] : undefined) ?? value;
}

/** The first few values of a record with their titles, in the order of its definition, without those that say whose it is. */
export function briefRecord(entity: string, fields: Readonly<Record<string, string>>, language: Language): string {
  const order = Object.keys(entityDefinition(entity)?.fields ?? fields);
  return order
    .filter((field) => fields[field] !== undefined && !field.startsWith('customer_'))
    .slice(0, 5)
    .map((field) => `${fieldTitle(entity, field, language)} ${valueWord(entity, field, fields[field]!, language)}`)
    .join(' · ');
}
