import type { EntityDefinition } from '../../master/entity-definition.js';
import type { EntityKind } from '../../model/kind.js';
import { message } from '../../model/message.js';
import { cleanCell } from './clean-cell.js';
import { type ReaderSetup, type ReadRow, requiredIssue } from './create-flow-reader.js';
import { foldCode } from './fold-code.js';
import type { Issue } from './map-outcome.js';
import { createEntityValueReader, type EntityValue } from './read-entity-value.js';

/**
 * The same as `createFlowReader` for a record of an entity. What cannot be read makes the row wait; what a check minds is loaded and
 * remarked. A row that its system calls void needs nothing but its key.
 */
export function createEntityReader(kind: EntityKind, definition: EntityDefinition, setup: ReaderSetup): ReadRow {
  const { compiled, constants, fields, titles, validate } = setup;
  const required = new Set(compiled.required(kind));
  const { formats } = compiled.layout.dates;
  const columns = Object.entries(definition.fields).flatMap(([field, about]) => {
    const at = fields.indexOf(field);
    const constant = constants[field] ?? '';
    if (at < 0 && constant === '') return [];
    const title = titles[at] ?? about.zh;
    return [
      {
        field,
        at,
        constant,
        title,
        isRequired: required.has(field),
        read: createEntityValueReader({ ...about, required: required.has(field) }, title, { formats, is1904: setup.is1904 }),
      },
    ];
  });
  const codes = new Set(['code', ...Object.values(definition.references).flatMap((reference) => reference.code ?? [])]);
  const given = new Set(columns.map(({ field }) => field));
  const references = Object.entries(definition.references)
    .map(([reference, { code, name }]) => ({
      reference,
      by: [name, code].filter((one) => one !== undefined && given.has(one)) as string[],
    }))
    .filter(({ reference }) => required.has(reference));

  return (cells) => {
    const issues: Issue[] = [];
    const remarks: Issue[] = [];
    const record: Record<string, string> = {};
    const empty: string[] = [];
    for (const { field, at, constant, title, isRequired, read } of columns) {
      const written = (at < 0 ? '' : cleanCell(cells[at])) || constant;
      const value = read(written);
      if (value.text !== '') record[field] = codes.has(field) ? foldCode(value.text) : value.text;
      else if (isRequired && !value.fault) empty.push(title);
      if (value.fault) issues.push(issueOf(value.fault, title, written));
      if (value.remark) remarks.push(issueOf(value.remark, title, written));
    }
    const isVoid = record['is_void'] === 'true';
    if (!isVoid) {
      for (const title of empty) issues.push(requiredIssue(title));
      for (const { reference, by } of references)
        if (!by.some((field) => record[field] !== undefined)) issues.push(noReference(reference, by));
    }
    const code = keyOf(definition, record);
    if (code === '' && issues.length === 0) issues.push(noKey());
    if (!isVoid) delete record['is_void'];
    // What a system calls a customer or product by is its key, and no value that could win over another system's.
    if (kind === 'customer' || kind === 'product') delete record['code'];
    const made = { kind, code, fields: record, remarks };
    validate(made, issues);
    return issues.length === 0 ? { fate: 'reference', record: made } : { fate: 'quarantined', issues };
  };

  function titleOf(field: string): string {
    return columns.find((column) => column.field === field)?.title ?? definition.fields[field]?.zh ?? field;
  }

  function noReference(reference: string, by: readonly string[]): Issue {
    const { code, name, to } = definition.references[reference]!;
    const asked = (by.length > 0 ? by : [name, code].filter((one) => one !== undefined)).map((field) => `“${titleOf(field)}”`);
    const told = message('master.no-reference', { what: to, columns: asked.join(' / ') });
    return { rule: told.code, column: by[0] === undefined ? '' : titleOf(by[0]), value: '', told };
  }

  function noKey(): Issue {
    const words = definition.key.map((parts) =>
      parts.map((part) => titleOf(definition.references[part]?.name ?? definition.references[part]?.code ?? part)).join(' + '),
    );
    const told = message('master.no-key', { alternatives: words.join(' / ') });
    return { rule: told.code, column: '', value: '', told };
  }
}

/**
 * What the sending system tells this record from others by: its code, or the first alternative of the definition that is filled,
 * joined by `|`. '' when none is. Width never makes another key. A reference counts by its name, since old lists have names more often than codes.
 */
export function keyOf({ key, references }: EntityDefinition, record: Readonly<Record<string, string>>): string {
  for (const parts of key) {
    const texts = parts.map((part) => {
      const reference = references[part];
      if (!reference) return record[part] ?? '';
      return (reference.name && record[reference.name]) || (reference.code && record[reference.code]) || '';
    });
    if (texts.every((text) => text !== '')) return parts.length === 1 ? foldCode(texts[0]!) : texts.map(keyText).join('|');
  }
  return '';
}

/** Width, case and spaces do not make another key; long texts (the content of a feedback) are cut. */
export function keyText(text: string): string {
  return text.normalize('NFKC').replace(/\s+/gu, '').replaceAll('|', '/').toUpperCase().slice(0, 80);
}

function issueOf(told: NonNullable<EntityValue['fault']>, column: string, value: string): Issue {
  return { rule: told.code, column, value, told };
}
