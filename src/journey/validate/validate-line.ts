import { addDays } from '../../model/add-days.js';
import type { Day, FlowLine, ReferenceRecord } from '../../model/line.js';
import { message } from '../../model/message.js';
import type { Covers } from '../decode/decode-event.js';
import type { Issue } from '../map/map-outcome.js';

export interface LineLimits {
  readonly sentOn: Day;
  /** Business dates may lie this many days before `sentOn`. */
  readonly windowDays: number;
  /** The days the part speaks for; a line of another day would stand for that whole day. */
  readonly covers: Covers | null;
  /** Fields whose cells are codes: a number in scientific notation there has lost digits. */
  readonly codeFields: ReadonlySet<string>;
  /** Characters that a text of a record may have where its field has no limit of its own; 300 when absent. */
  readonly longestText?: number | undefined;
  /** The part is a workbook, where a code may sit in a number cell that keeps only 15 digits. */
  readonly isWorkbook: boolean;
  /** The sender's title of a field, or the field's own name where it has no column. */
  titleOf(field: string): string;
}

/** Appends to `issues` what is wrong with a line or record that could be read. */
export type LineValidator = (line: FlowLine | ReferenceRecord, issues: Issue[]) => void;

/**
 * Rules that hold for every sender. A quantity of zero with an amount is legal (a price correction, 补差), and so are negative
 * quantities and identical lines.
 */
export function createLineValidator(limits: LineLimits): LineValidator {
  const textColumns = new Set<string>();
  const { covers } = limits;
  const earliest = addDays(limits.sentOn, -limits.windowDays);
  return (line, issues) => {
    if (!('businessDate' in line)) {
      checkText('code', line.code, issues);
      for (const field in line.fields) checkText(field, line.fields[field] ?? '', issues);
      return;
    }
    const { businessDate, party, product } = line;
    if (businessDate > limits.sentOn) outOfWindow('validate.future', businessDate, issues);
    else if (businessDate < earliest && businessDate !== '') outOfWindow('validate.window', businessDate, issues);
    else if (covers && businessDate !== '' && (businessDate < covers.from || businessDate > covers.to))
      issues.push(issue('validate.not-covered', 'date', businessDate, { ...covers }));
    if (party) {
      checkText('party_code', party.code, issues);
      checkText('party_name', party.name, issues);
      checkText('party_address', party.address, issues);
      checkText('region', party.region, issues);
    }
    checkText('product_code', product.code, issues);
    checkText('product_name', product.name, issues);
    checkText('spec', product.spec, issues);
    checkText('maker', product.maker, issues);
    checkText('unit', line.unit, issues);
    checkText('lot', line.lot, issues);
    checkText('doc_no', line.docNo, issues);
    checkText('doc_line', line.docLine, issues);
  };

  function checkText(field: string, text: string, issues: Issue[]): void {
    if (text.length < 4) return;
    if ((isExponent(text) || (limits.isWorkbook && text.length > 15 && isRounded(field, text))) && limits.codeFields.has(field)) {
      issues.push(issue('validate.digits-lost', field, text, {}));
    } else if (text.length > shortest && text.length > limitOf(field)) {
      issues.push(issue('validate.too-long', field, `${text.slice(0, 60)}…`, { length: text.length, limit: limitOf(field) }));
    }
  }

  function limitOf(field: string): number {
    return longest[field] ?? limits.longestText ?? usualLongest;
  }

  /**
   * Beyond 15 digits a number cell holds only zeros. A column that shows other digits there is text, so its codes that merely
   * happen to end in zeros are taken from then on.
   */
  function isRounded(field: string, text: string): boolean {
    if (!/^\d{16,}$/u.test(text)) return false;
    if (!/^0+$/u.test(text.slice(15))) textColumns.add(field);
    return !textColumns.has(field);
  }

  function outOfWindow(code: 'validate.future' | 'validate.window', day: Day, issues: Issue[]): void {
    issues.push(issue(code, 'date', day, { sentOn: limits.sentOn, days: limits.windowDays }));
  }

  function issue(
    code: 'validate.digits-lost' | 'validate.too-long' | 'validate.future' | 'validate.window' | 'validate.not-covered',
    field: string,
    value: string,
    more: Record<string, string | number>,
  ): Issue {
    const column = limits.titleOf(field);
    return { rule: code, column, value, told: message(code, { column, value, ...more }) };
  }
}

const shortest = 50;
const usualLongest = 300;
/** In characters. Anything longer is a shifted column or a pasted page. */
const longest: Readonly<Record<string, number>> = {
  code: 100,
  party_code: 100,
  product_code: 100,
  lot: 100,
  doc_no: 100,
  doc_line: 50,
  unit: 50,
  credit_code: 50,
  approval_no: 200,
  party_address: 500,
  address: 500,
  former_names: 2_000,
  generic_name: 500,
  trade_name: 500,
  spec: 1_000,
  product_name: 500,
  maker: 500,
};

/** Whether no rule minds the text, whichever column it stands in and however the layout calls it; not for workbooks. */
export function isUsualText(field: string, text: string): boolean {
  return text.length <= (longest[field] ?? usualLongest) && !isExponent(text);
}

/** `3.30102E+17`: what is left of a long code after a spreadsheet took it for a number. */
function isExponent(text: string): boolean {
  const first = text.charCodeAt(0);
  if (first < 48 || first > 57) return false;
  const mark = text.charCodeAt(1);
  if (mark !== 46 && mark !== 69 && mark !== 101) return false;
  return /^\d(?:\.\d+)?[Ee]\+\d+$/u.test(text);
}
