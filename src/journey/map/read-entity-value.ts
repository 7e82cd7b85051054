import { checkValue } from '../../master/checks/check-value.js';
import { type EntityField, readChoice } from '../../master/entity-definition.js';
import { type Message, type MessageCode, message } from '../../model/message.js';
import { isPlaceholder } from './clean-cell.js';
import { createDateReader, type DateFormat, readYearOrMonth } from './read-date.js';
import { readDecimal } from './read-decimal.js';
import { readMoment } from './read-moment.js';

/** A cell as it is stored. `fault`: it cannot be, the row waits. `remark`: it is stored, and a check minds it. '' = the cell says nothing. */
export interface EntityValue {
  readonly text: string;
  readonly fault?: Message;
  readonly remark?: Message;
}

/** Reads cells of one column. `text` comes cleaned of white space at its ends. */
export function createEntityValueReader(
  field: EntityField,
  column: string,
  { formats, is1904 }: { readonly formats: readonly DateFormat[]; readonly is1904?: boolean | undefined },
): (text: string) => EntityValue {
  const fault = (code: MessageCode, value: string): EntityValue => ({ text: '', fault: message(code, { column, value }) });
  const readDay = createDateReader(formats, 1900, is1904);
  const choices = Object.values(field.choices ?? {}).map(([first]) => first);

  return (text) => {
    if (text === '' || isPlaceholder(text)) return nothing;
    return text.charCodeAt(0) === hash && cellError.test(text) ? ofError(text) : read(text);
  };

  /** What a formula could not work out says nothing. Text that is not needed is left out; a number or day would be missed, so the row waits. */
  function ofError(value: string): EntityValue {
    if (field.required || !mayBeMissed.has(field.type)) return fault('master.error-cell', value);
    return { text: '', remark: message('master.error-cell-left-out', { column, value }) };
  }

  function read(text: string): EntityValue {
    switch (field.type) {
      case 'date': {
        const day = readDay(text);
        if (day !== null) return { text: day };
        const partial = field.required ? null : readYearOrMonth(text);
        if (partial === null) return fault('validate.date', text);
        return { text: partial, remark: message('master.partial-date', { column, value: text, said: partial }) };
      }
      case 'moment': {
        const moment = readMoment(text, readDay);
        return moment === null ? fault('master.moment', text) : { text: moment };
      }
      case 'decimal': {
        const decimal = readDecimal(text);
        return decimal === null ? fault('validate.number', text) : { text: decimal };
      }
      case 'percent': {
        const percent = readPercent(text);
        return percent === null ? fault('master.percent', text) : { text: percent };
      }
      case 'integer': {
        const decimal = readDecimal(text);
        return decimal === null || !/^-?\d{1,15}$/u.test(decimal) ? fault('master.integer', text) : { text: decimal };
      }
      case 'boolean': {
        const said = booleans.get(plain(text).toLowerCase());
        return said === undefined ? fault('master.boolean', text) : { text: said };
      }
      case 'choice': {
        const value = readChoice(field, text);
        if (value !== null) return { text: value };
        const told = message(field.open ? 'master.choice-open' : 'master.choice', { column, value: text, choices: choices.join('、') });
        return field.open ? { text, remark: told } : { text: '', fault: told };
      }
      case 'credit_code':
        return checked(plain(text).replace(/[-\s]/gu, '').toUpperCase());
      case 'phone':
      case 'mobile':
      case 'email':
      case 'postcode':
        return checked(plain(text));
      default:
        return { text };
    }
  }

  function checked(text: string): EntityValue {
    const remark = checkValue(field.type, text, column);
    return remark ? { text, remark } : { text };
  }
}

const nothing: EntityValue = { text: '' };
const hash = 35;
/** As Excel shows a formula that failed, or a column too narrow for its numbers. */
const cellError = /^#(?:N\/A|DIV\/0!|VALUE!|REF!|NAME\?|NUM!|NULL!|SPILL!|CALC!|GETTING_DATA|#+)$/iu;
const mayBeMissed: ReadonlySet<string> = new Set(['text', 'phone', 'mobile', 'email', 'postcode', 'credit_code', 'choice']);
const plain = (text: string): string => text.normalize('NFKC').trim();

/** A share in per cent: `17%`, `17` and `0.17` are 17; what is below 1 and has no sign is a fraction, as a spreadsheet stores it. */
function readPercent(text: string): string | null {
  const said = plain(text);
  const isSigned = said.endsWith('%');
  const decimal = readDecimal(isSigned ? said.slice(0, -1).trim() : said);
  if (decimal === null || isSigned || !/^0\.\d+$/u.test(decimal)) return decimal;
  return readDecimal(`${decimal}E+2`);
}

const booleans = new Map([
  ...[
    '是',
    '有',
    '对',
    'y',
    'yes',
    'true',
    't',
    '1',
    '√',
    '✓',
    '作废',
    '已作废',
    '删除',
    '已删除',
    '退货',
    '红字',
    '红',
    '离职',
    '已离职',
    '同意',
  ].map((text) => [text, 'true'] as const),
  ...['否', '没有', '不', 'n', 'no', 'false', 'f', '0', '×', '✗', '正常', '有效', '未作废', '未删除', '蓝字', '蓝', '在职', '不同意'].map(
    (text) => [text, 'false'] as const,
  ),
]);
