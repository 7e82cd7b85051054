import type { Kind } from '../../model/kind.js';
import type { Row } from '../../model/row.js';
import type { PartStart } from '../decode/decode-event.js';
import type { Dictionary } from './dictionary.js';
import { isSpareField, requiredFields } from './fields.js';
import { normalizeTitle } from './normalize-title.js';

/** A field that the file says outside its columns. `yaml` is the value of the entry under `constants`. */
export interface ProposedConstant {
  readonly field: string;
  readonly value: string;
  readonly where: string;
  readonly yaml: string;
}

interface Known {
  readonly part: PartStart;
  readonly kind: Kind;
  /** Fields that columns give already. */
  readonly given: ReadonlySet<string>;
  readonly titleRows: readonly Row[];
  readonly dictionary: Dictionary;
  /** The unit in brackets behind the title of the quantity, '' when there is none. */
  readonly quantityUnit: string;
}

export function proposeConstants(known: Known): ProposedConstant[] {
  const found = new Map<string, ProposedConstant>();
  const add = (constant: ProposedConstant): void => {
    if (!known.given.has(constant.field) && !found.has(constant.field)) found.set(constant.field, constant);
  };
  for (const row of known.titleRows) {
    const text = row.cells.filter((cell) => cell !== '').join(' ');
    for (const [, label = '', value = ''] of text.normalize('NFKC').matchAll(/([\p{L}]{2,10})\s*:\s*([^\s:]+)/gu)) {
      const field = known.dictionary.lookUp(known.kind, normalizeTitle(label))?.field;
      if (field && !isSpareField(field, known.kind))
        add({ field, value, where: `row ${row.rowNo}`, yaml: `{ from: title, match: '${label}\\s*[:：]\\s*(?<value>\\S+)' }` });
    }
  }
  if (known.quantityUnit !== '')
    add({ field: 'unit', value: known.quantityUnit, where: 'the title of the quantity', yaml: known.quantityUnit });
  if (requiredFields(known.kind).includes('date')) for (const constant of proposeDate(known)) add(constant);
  return [...found.values()];
}

const datePattern = String.raw`(?<value>20\d{2}[-/.年]\d{1,2}[-/.月]\d{1,2}日?)`;
const compactPattern = String.raw`(?<value>20\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))`;

function* proposeDate({ part, kind, titleRows }: Known): Generator<ProposedConstant> {
  const title = titleRows.map((row) => row.cells.join(' ')).join(' ');
  for (const [from, text] of [
    ['title', title],
    ['sheet', part.sheet ?? ''],
    ['file_name', part.fileName],
  ] as const) {
    for (const pattern of [datePattern, compactPattern]) {
      const value = new RegExp(pattern, 'u').exec(text)?.groups?.['value'];
      if (value) yield { field: 'date', value, where: from, yaml: `{ from: ${from}, match: '${pattern}' }` };
    }
  }
  if (kind === 'stock')
    yield { field: 'date', value: 'the day of delivery', where: 'nowhere in the file', yaml: '{ from: sent_on, days: 0 }' };
}
