import type { Database } from '../../../db/database.js';
import { findRecord } from '../../../db/master/find-record.js';
import { entityDefinition } from '../../../journey/map/entity-definitions.js';
import { usualDateFormats } from '../../../journey/map/read-date.js';
import { createEntityValueReader } from '../../../journey/map/read-entity-value.js';
import type { Language } from '../../../model/message.js';
import type { Text } from '../../text.js';
import { fieldTitle } from './field-words.js';

/**
 * What the checks of a load mind about a value that a person sets, as a sentence; null when nothing. The person decides, so it is told and
 * never refused.
 */
export async function doubtValue(
  database: Database,
  record: string,
  { attribute, value }: { readonly attribute: string; readonly value: string },
  { text, language }: { readonly text: Text; readonly language: Language },
): Promise<string | null> {
  const { entity } = await findRecord(database, record);
  const field = entityDefinition(entity)?.fields[attribute];
  if (!field) return null;
  const { fault, remark } = createEntityValueReader(field, attribute, { formats: usualDateFormats })(value);
  if (!fault && !remark) return null;
  const expected =
    field.type === 'choice'
      ? Object.values(field.choices ?? {})
          .map(([first]) => first)
          .join(' / ')
      : field.type === 'text' || field.type === 'code'
        ? ''
        : text(`customer.expected-${field.type}`);
  return text('customer.doubt', { field: fieldTitle(entity, attribute, language), value, expected });
}
