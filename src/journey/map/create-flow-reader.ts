import type { FlowKind } from '../../model/kind.js';
import type { Decimal, FlowLine, RawParty } from '../../model/line.js';
import { message } from '../../model/message.js';
import type { LineValidator } from '../validate/validate-line.js';
import { cleanCell, isPlaceholder } from './clean-cell.js';
import type { CompiledLayout } from './compile-layout.js';
import { addDecimals, multiplyDecimals, negateDecimal } from './decimal-arithmetic.js';
import type { Issue, RowFate } from './map-outcome.js';
import type { PartSums } from './part-sums.js';
import { createDateReader, createMonthOrDayReader } from './read-date.js';
import { readDecimal } from './read-decimal.js';
import { createPackSizeReader, createUnitReader, oneToOne, type UnitFactor } from './read-unit.js';
import { type ColumnPlaces, compileCondition } from './row-condition.js';

/** What a reader of rows is made from, once the header of a part is known. */
export interface ReaderSetup extends ColumnPlaces {
  readonly compiled: CompiledLayout;
  readonly constants: Readonly<Record<string, string>>;
  readonly sums: PartSums;
  readonly validate: LineValidator;
  /** The workbook counts days from 1904 on. */
  readonly is1904?: boolean | undefined;
}

export type ReadRow = (cells: readonly string[]) => RowFate;

/**
 * Compiles a layout for one header into a function from a data row to its fate. Everything that depends on the header is decided
 * here, once; a row costs one pass over its used cells. All that is wrong with a row is listed, not only the first.
 */
export function createFlowReader(kind: FlowKind, setup: ReaderSetup): ReadRow {
  const { compiled, constants, sums, validate, fields, titles } = setup;
  const { layout } = compiled;
  const column = (field: string): number => fields.indexOf(field);
  const titleOf = (field: string): string => titles[column(field)] ?? field;
  const text = (field: string): ((cells: readonly string[]) => string) => {
    const at = column(field);
    const constant = constants[field] ?? '';
    return at < 0 ? () => constant : (cells) => cleanCell(cells[at]) || constant;
  };

  const [date, partyName, partyCode, partyAddress] = [text('date'), text('party_name'), text('party_code'), text('party_address')];
  const [province, city, county] = [text('province'), text('city'), text('county')];
  const productName = column('product_name') < 0 && constants['product_name'] === undefined ? text('name_and_spec') : text('product_name');
  const productNameField = column('product_name') < 0 && column('name_and_spec') >= 0 ? 'name_and_spec' : 'product_name';
  const [productCode, spec, maker, lot] = [text('product_code'), text('spec'), text('maker'), text('lot')];
  const [quantity, caseQuantity, looseQuantity, unit] = [text('quantity'), text('case_quantity'), text('loose_quantity'), text('unit')];
  const [packSize, price, amount] = [text('pack_size'), text('price'), text('amount')];
  const [expiry, manufacturedOn, docNo, docLine] = [text('expiry'), text('manufactured_on'), text('doc_no'), text('doc_line')];
  const hasRegion = ['province', 'city', 'county'].some((field) => column(field) >= 0 || constants[field] !== undefined);
  const hasCases = column('case_quantity') >= 0 && (column('pack_size') >= 0 || constants['pack_size'] !== undefined);

  const readDate = createDateReader(layout.dates.formats, undefined, setup.is1904);
  const readMonthOrDay = createMonthOrDayReader(layout.dates.formats);
  const readFactor = createUnitReader(layout.units);
  const readPackSize = createPackSizeReader();
  const required = new Set(compiled.required(kind));
  const others = [...required].filter((field) => !['date', 'product_name', 'name_and_spec', 'quantity', 'party_name'].includes(field));
  const otherTexts = others.map((field) => [field, text(field)] as const);
  const returns = layout.signs.returns.map((rule) => ({ test: compileCondition(rule, setup, constants), flip: rule.flip }));
  const redLetters = layout.signs.red_letter.map((rule) => compileCondition(rule, setup, constants));

  let issues: Issue[] = [];
  const missing = (field: string): void => void issues.push(requiredIssue(titleOf(field)));
  const wrong = (
    code: 'validate.date' | 'validate.month-or-day' | 'validate.number' | 'validate.unit' | 'validate.pack-size',
    field: string,
    value: string,
  ): void => void issues.push({ rule: code, column: titleOf(field), value, told: message(code, { column: titleOf(field), value }) });

  return (cells) => {
    if (issues.length > 0) issues = [];
    const businessDate = dateOf(cells);
    const name = productName(cells);
    if (name === '') missing(productNameField);
    const party = kind === 'stock' ? null : partyOf(cells);
    const sent = quantityOf(cells);
    const sentAmount = numberOf('amount', amount(cells));
    if (sentAmount === undefined) sums.unreadableAmounts++;
    sums.add(sent ?? null, sentAmount ?? null);
    const unitText = unit(cells);
    const factor = factorOf(cells, unitText);
    const [isReturn, isFlipped] = returnOf(cells, sent ?? null);
    const line: FlowLine = {
      kind,
      businessDate,
      party,
      product: { code: productCode(cells), name, spec: spec(cells), maker: maker(cells) },
      quantity: isFlipped && sent ? negateDecimal(sent) : (sent ?? '0'),
      unit: unitText,
      factorNumerator: factor.numerator,
      factorDenominator: factor.denominator,
      price: numberOf('price', price(cells)) ?? null,
      amount: isFlipped && sentAmount && !sentAmount.startsWith('-') ? negateDecimal(sentAmount) : (sentAmount ?? null),
      lot: lot(cells),
      expiry: monthOrDay('expiry', expiry(cells)),
      manufacturedOn: monthOrDay('manufactured_on', manufacturedOn(cells)),
      docNo: docNo(cells),
      docLine: docLine(cells),
      isReturn,
      isRedLetter: redLetters.some((test) => test(cells)),
    };
    for (const [field, read] of otherTexts) if (read(cells) === '') missing(field);
    validate(line, issues);
    return issues.length === 0 ? { fate: 'line', line } : { fate: 'quarantined', issues };
  };

  function dateOf(cells: readonly string[]): string {
    const cell = date(cells);
    if (cell === '') {
      missing('date');
      return '';
    }
    const day = readDate(cell);
    if (day === null) wrong('validate.date', 'date', cell);
    else if (day === '') missing('date');
    else sums.addDay(day);
    return day ?? '';
  }

  function partyOf(cells: readonly string[]): RawParty {
    const name = partyName(cells);
    if (name === '' && required.has('party_name')) missing('party_name');
    const region = hasRegion ? `${province(cells)}/${city(cells)}/${county(cells)}` : '';
    return { code: partyCode(cells), name, address: partyAddress(cells), region: region === '//' ? '' : region };
  }

  /** The quantity as sent; undefined when there is none or it cannot be read (the issue is noted). */
  function quantityOf(cells: readonly string[]): Decimal | undefined {
    const cell = quantity(cells);
    if (cell !== '' && !isPlaceholder(cell)) {
      const value = readDecimal(cell);
      if (value !== null) return value;
      sums.unreadableQuantities++;
      wrong('validate.number', 'quantity', cell);
      return undefined;
    }
    if (hasCases) return quantityOfCases(cells);
    missing('quantity');
    return undefined;
  }

  /** Cases times pack size, plus loose pieces. */
  function quantityOfCases(cells: readonly string[]): Decimal | undefined {
    const cases = numberOf('case_quantity', caseQuantity(cells));
    const loose = numberOf('loose_quantity', looseQuantity(cells));
    if (cases === undefined || loose === undefined) {
      sums.unreadableQuantities++;
      return undefined;
    }
    if (cases === null && loose === null) {
      missing('case_quantity');
      return undefined;
    }
    if (cases === null || cases === '0') return loose ?? '0';
    const size = readPackSize(packSize(cells));
    const perCase = size && readDecimal(size.denominator === 1n ? String(size.numerator) : packSize(cells));
    if (!perCase) {
      sums.unreadableQuantities++;
      wrong('validate.pack-size', 'pack_size', packSize(cells));
      return undefined;
    }
    return addDecimals(multiplyDecimals(cases, perCase), loose ?? '0');
  }

  /** null: the cell is empty; undefined: it cannot be read (the issue is noted). */
  function numberOf(field: string, cell: string): Decimal | null | undefined {
    if (cell === '' || isPlaceholder(cell)) return null;
    const value = readDecimal(cell);
    if (value !== null) return value;
    wrong('validate.number', field, cell);
    return undefined;
  }

  function monthOrDay(field: string, cell: string): string {
    if (cell === '' || isPlaceholder(cell)) return '';
    const read = readMonthOrDay(cell);
    if (read === null) wrong('validate.month-or-day', field, cell);
    return read ?? '';
  }

  function factorOf(cells: readonly string[], unitText: string): UnitFactor {
    const factor = readFactor(unitText);
    if (factor === null) {
      wrong('validate.unit', 'unit', unitText);
      return oneToOne;
    }
    if (factor !== 'pack_size') return factor;
    const size = readPackSize(packSize(cells));
    if (size === null) wrong('validate.pack-size', 'pack_size', packSize(cells));
    return size ?? oneToOne;
  }

  /** A negative quantity is a return; so is a row that the layout's rules name, whose quantity is turned negative if it is not. */
  function returnOf(cells: readonly string[], sent: Decimal | null): readonly [isReturn: boolean, isFlipped: boolean] {
    const isNegative = sent?.startsWith('-') ?? false;
    for (const { test, flip } of returns) if (test(cells)) return [true, flip && !isNegative];
    return [isNegative && kind !== 'stock', false];
  }
}

export function requiredIssue(column: string): Issue {
  return { rule: 'validate.required', column, value: '', told: message('validate.required', { column }) };
}
