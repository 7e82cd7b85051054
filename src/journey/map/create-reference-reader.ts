import type { ReferenceKind } from '../../model/kind.js';
import { referenceFields } from '../../model/line.js';
import { cleanCell } from './clean-cell.js';
import { type ReaderSetup, type ReadRow, requiredIssue } from './create-flow-reader.js';
import { foldCode } from './fold-code.js';
import type { Issue } from './map-outcome.js';

/** The same as `createFlowReader` for a list that describes the master itself. Fields without text are left out of the record. */
export function createReferenceReader(kind: ReferenceKind, { compiled, constants, fields, titles, validate }: ReaderSetup): ReadRow {
  const required = new Set(compiled.required(kind));
  const columns = ['code', ...referenceFields[kind]].map((field) => {
    const at = fields.indexOf(field);
    return { field, at, constant: constants[field] ?? '', isRequired: required.has(field), title: titles[at] ?? field };
  });
  return (cells) => {
    const issues: Issue[] = [];
    const record: Record<string, string> = {};
    let code = '';
    for (const { field, at, constant, isRequired, title } of columns) {
      const text = (at < 0 ? '' : cleanCell(cells[at])) || constant;
      if (text === '') {
        if (isRequired) issues.push(requiredIssue(title));
      } else if (field === 'code') code = foldCode(text);
      else record[field] = text;
    }
    const made = { kind, code, fields: record };
    validate(made, issues);
    return issues.length === 0 ? { fate: 'reference', record: made } : { fate: 'quarantined', issues };
  };
}
