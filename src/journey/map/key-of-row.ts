import { cleanCell, isPlaceholder } from './clean-cell.js';
import { keyOf } from './create-entity-reader.js';
import { entityDefinition } from './entity-definitions.js';
import { foldCode } from './fold-code.js';

/**
 * The key of a row of a list as its cells say it, '' when they do not. `fields` is the field of each column. Only codes and names are
 * read as the load reads them: a key with a day in it may differ from the one that is stored.
 */
export function keyOfRow(kind: string, fields: readonly string[], cells: readonly string[]): string {
  const record: Record<string, string> = {};
  for (const [at, field] of fields.entries()) {
    const text = cleanCell(cells[at]);
    if (field !== '' && text !== '' && !isPlaceholder(text)) record[field] = text;
  }
  const definition = entityDefinition(kind);
  return definition ? keyOf(definition, record) : foldCode(record['code'] ?? '');
}
