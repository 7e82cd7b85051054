import type { FlowKind } from '../../model/kind.js';
import type { Day, RawParty, RawProduct } from '../../model/line.js';
import { ByteLine } from '../decode/byte-line.js';
import { isUsualText } from '../validate/validate-line.js';
import { ByteMemo } from './byte-memo.js';
import { cleanCell, isPlaceholder } from './clean-cell.js';
import type { Header } from './find-header.js';
import type { Layout } from './layout.js';
import { oddCells } from './odd-cells.js';
import type { PartSums } from './part-sums.js';
import { type PlainDay, type PlainRow, plainFields, type Shared } from './plain-row.js';
import { createDateReader, createMonthOrDayReader } from './read-date.js';
import { type PlainNumber, readPlainNumber } from './read-plain-number.js';
import { createUnitReader } from './read-unit.js';

/** Reads a line that is bytes; null for one that has to be read as text. */
export type ReadPlain = (line: ByteLine) => PlainRow | null;

export interface PlainSetup {
  readonly kind: FlowKind;
  readonly layout: Layout;
  readonly required: readonly string[];
  readonly header: Header;
  readonly constants: Readonly<Record<string, string>>;
  readonly sums: PartSums;
  readonly encoding: 'utf-8' | 'gb18030';
  /** Business days that are neither too old nor in the future. */
  readonly window: { readonly from: Day; readonly to: Day };
}

/**
 * Compiles a layout for one header into a reader of **ordinary** rows: those in which every cell, looked at alone, is what a sound line
 * has there and touches no rule of the layout. Each distinct cell is judged once, as text, by the same functions that read text rows,
 * and the answer is remembered by its bytes. In any doubt the answer is null and the row goes the long way. So what is taken here must
 * come out the same there; what is left costs time only (`docs/adr/0016`). Null when the layout asks for more than single cells can say.
 */
export function createPlainReader(setup: PlainSetup): ReadPlain | null {
  const { kind, layout, header, constants, sums, window } = setup;
  const { fields } = header.binding;
  const width = fields.length;
  const at = (field: string): number => fields.indexOf(field);
  const odd = oddCells(setup);
  const hasNumberConstant = ['quantity', 'price', 'amount'].some((field) => constants[field] !== undefined);
  if (odd === null || typeof layout.kind !== 'string' || layout.fill_down.length > 0 || at('quantity') < 0 || hasNumberConstant)
    return null;

  const decoder = new TextDecoder(setup.encoding, { fatal: true, ignoreBOM: true });
  const texts = { bytes: Buffer.alloc(0) as Buffer, starts: new Int32Array(width), list: new Array<string | null>(width).fill('') };
  const required = new Set(setup.required);
  const productName = at('product_name') < 0 && constants['product_name'] === undefined ? 'name_and_spec' : 'product_name';
  const judged = new Set<number>();
  const day = remember(['date'], judgeDay());
  const party =
    kind === 'stock' ? null : remember(['party_code', 'party_name', 'party_address', 'province', 'city', 'county'], judgeParty());
  const product = remember(['product_code', productName, 'spec', 'maker'], judgeProduct);
  const unit = remember(['unit'], judgeUnit());
  const expiry = remember(['expiry'], judgeMonth('expiry'));
  const manufacturedOn = remember(['manufactured_on'], judgeMonth('manufactured_on'));
  const copied = (['lot', 'doc_no', 'doc_line'] as const).map((name) => ({
    field: name === 'lot' ? plain.lot : name === 'doc_no' ? plain.docNo : plain.docLine,
    column: at(name),
    mayBeEmpty: !required.has(name) && constants[name] === undefined,
    text: rememberText(name),
  }));
  const [quantity, price, amount] = [at('quantity'), at('price'), at('amount')];
  // Columns that nothing above judges: a rule may look at them; and odd bytes in them must be characters all the same.
  const readElsewhere = new Set([quantity, price, amount, ...copied.map(({ column }) => column)]);
  const watched = [...fields.keys()]
    .filter((column) => !judged.has(column) && (odd.has(column) || !readElsewhere.has(column)))
    .map((column) => ({ column, always: odd.has(column), memo: new ByteMemo([column], (line) => isOrdinary(line, column)) }));
  const number: PlainNumber = { integer: 0, scale: 0, end: 0 };
  const row: PlainRow = {
    day: { value: '', count: { rows: 0 }, stored: null },
    party: null,
    product: { value: { code: '', name: '', spec: '', maker: '' }, stored: null },
    isReturn: false,
    quantity: 0,
    quantityScale: 0,
    amount: 0,
    amountScale: -1,
    bytes: plainFields.map(() => nothing),
    starts: new Int32Array(plainFields.length),
    ends: new Int32Array(plainFields.length),
  };

  return (line) => {
    if (line.cellCount !== width) return null;
    const { starts, ends, flags } = line;
    for (let index = 0; index < watched.length; index++) {
      const { column, always, memo } = watched[index]!;
      if ((always || flags[column] !== 0 || ends[column]! - starts[column]! > longestUnread) && !memo.get(line)) return null;
    }
    const foundDay = day(line);
    const foundParty = party === null ? null : party(line);
    const foundProduct = product(line);
    if (foundDay === null || foundProduct === null || (party && foundParty === null)) return null;
    if (!putText(plain.unit, unit(line))) return null;
    if (!putText(plain.expiry, expiry(line)) || !putText(plain.manufacturedOn, manufacturedOn(line))) return null;
    for (let index = 0; index < copied.length; index++) if (!copyText(line, copied[index]!)) return null;

    if (starts[quantity] === ends[quantity] || !copyNumber(line, quantity, plain.quantity)) return null;
    row.quantity = number.integer;
    row.quantityScale = number.scale;
    row.isReturn = number.integer < 0 && kind !== 'stock';
    if (!copyNumber(line, price, plain.price) || !copyNumber(line, amount, plain.amount)) return null;
    row.amount = number.integer;
    row.amountScale = number.scale;
    row.day = foundDay;
    row.party = foundParty;
    row.product = foundProduct;
    return row;
  };

  function put(field: number, bytes: Uint8Array, start: number, end: number): void {
    row.bytes[field] = bytes;
    row.starts[field] = start;
    row.ends[field] = end;
  }

  function putText(field: number, text: Uint8Array | null): boolean {
    if (text === null) return false;
    put(field, text, 0, text.length);
    return true;
  }

  /** Leaves the number in `number`, scale -1 where the cell is empty. */
  function copyNumber({ bytes, starts, ends }: ByteLine, column: number, field: number): boolean {
    if (column < 0 || starts[column] === ends[column]) {
      number.scale = -1;
      put(field, nothing, 0, 0);
      return !required.has(plainNumbers[field]!);
    }
    if (!readPlainNumber(bytes, starts[column]!, ends[column]!, number)) return false;
    put(field, bytes, starts[column]!, number.end);
    return true;
  }

  /** A short word of letters and digits is copied as it stands; anything else is judged as text. */
  function copyText(line: ByteLine, { field, column, mayBeEmpty, text }: (typeof copied)[number]): boolean {
    if (column >= 0) {
      const start = line.starts[column]!;
      const length = line.ends[column]! - start;
      if (length === 0 ? mayBeEmpty : length > 4 && length <= 50 && line.flags[column] === 0 && !mayBeExponent(line.bytes, start)) {
        put(field, line.bytes, start, start + length);
        return true;
      }
    }
    return putText(field, text(line));
  }

  /** The judgement over the cells of these fields, remembered; where the file has none of them it is made once, over the constants. */
  function remember<Value>(names: readonly string[], judge: (line: ByteLine) => Value | null): (line: ByteLine) => Value | null {
    const columns = names.map(at).filter((column) => column >= 0);
    for (const column of columns) judged.add(column);
    if (columns.length === 0) {
      const always = judge(new ByteLine(0));
      return () => always;
    }
    const memo = new ByteMemo(columns, (line) => (columns.every((column) => isOrdinary(line, column)) ? judge(line) : null));
    return (line) => memo.get(line);
  }

  function rememberText(field: string): (line: ByteLine) => Uint8Array | null {
    const text = remember([field], (line) => bytesOf(cleanText(line, field)));
    judged.delete(at(field));
    return text;
  }

  /** The cell as text; null when its bytes are no characters. Asked several times in one judgement, so the last answer is kept. */
  function decoded(line: ByteLine, column: number): string | null {
    const { bytes, starts, ends } = line;
    if (texts.bytes !== bytes) texts.starts.fill(-1);
    texts.bytes = bytes;
    if (texts.starts[column] !== starts[column]) {
      texts.starts[column] = starts[column]!;
      texts.list[column] = textIn(bytes, starts[column]!, ends[column]!, line.flags[column] === 0);
    }
    return texts.list[column]!;
  }

  function textIn(bytes: Buffer, start: number, end: number, isAscii: boolean): string | null {
    if (isAscii) return bytes.toString('latin1', start, end);
    try {
      return decoder.decode(bytes.subarray(start, end));
    } catch {
      return null;
    }
  }

  function isOrdinary(line: ByteLine, column: number): boolean {
    const text = decoded(line, column);
    if (text === null || text.length > longestUnread || /[\0\r]/u.test(text)) return false;
    return !(odd!.get(column) ?? []).some((isOdd) => isOdd(text));
  }

  /** The clean text of a field, its constant where the cell is empty; null when it cannot be stored without a further look. */
  function cleanText(line: ByteLine, field: string): string | null {
    const column = at(field);
    const text = (column < 0 ? '' : cleanCell(decoded(line, column)!)) || (constants[field] ?? '');
    if (text === '' && required.has(field)) return null;
    return isUsualText(field, text) && !unstorable.test(text) ? text : null;
  }

  function judgeDay(): (line: ByteLine) => PlainDay | null {
    const readDate = createDateReader(layout.dates.formats);
    return (line) => {
      const text = cleanText(line, 'date');
      const value = text && readDate(text);
      return value && value >= window.from && value <= window.to ? { value, count: sums.countOf(value), stored: null } : null;
    };
  }

  function judgeParty(): (line: ByteLine) => Shared<RawParty, Uint8Array> | null {
    const hasRegion = ['province', 'city', 'county'].some((field) => at(field) >= 0 || constants[field] !== undefined);
    return (line) => {
      const [code, name, address] = [cleanText(line, 'party_code'), cleanText(line, 'party_name'), cleanText(line, 'party_address')];
      const places = ['province', 'city', 'county'].map((field) => cleanText(line, field));
      if (code === null || name === null || address === null || places.includes(null)) return null;
      const region = hasRegion ? places.join('/') : '';
      if (!isUsualText('region', region)) return null;
      return { value: { code, name, address, region: region === '//' ? '' : region }, stored: null };
    };
  }

  function judgeProduct(line: ByteLine): Shared<RawProduct, Uint8Array> | null {
    const [code, name] = [cleanText(line, 'product_code'), cleanText(line, productName)];
    const [spec, maker] = [cleanText(line, 'spec'), cleanText(line, 'maker')];
    if (code === null || name === null || name === '' || spec === null || maker === null) return null;
    return { value: { code, name, spec, maker }, stored: null };
  }

  function judgeUnit(): (line: ByteLine) => Uint8Array | null {
    const readFactor = createUnitReader(layout.units);
    return (line) => {
      const text = cleanText(line, 'unit');
      const factor = text === null ? null : readFactor(text);
      return factor !== null && factor !== 'pack_size' && factor.numerator === factor.denominator ? bytesOf(text) : null;
    };
  }

  function judgeMonth(field: string): (line: ByteLine) => Uint8Array | null {
    const read = createMonthOrDayReader(layout.dates.formats);
    return (line) => {
      const text = cleanText(line, field);
      return bytesOf(text === null || text === '' ? text : isPlaceholder(text) ? '' : read(text));
    };
  }
}

const plain = Object.fromEntries(plainFields.map((field, index) => [field, index])) as Record<(typeof plainFields)[number], number>;
/** Names of the fields that are numbers, by their place in `plainFields`. */
const plainNumbers: readonly string[] = plainFields;
const nothing = new Uint8Array(0);
const longestUnread = 1_000;
const unstorable = /[\u0000-\u001f\u007f\\]/u;

const bytesOf = (text: string | null): Uint8Array | null => (text === null ? null : Buffer.from(text, 'utf8'));

/** `3.1E+5` and its like: a digit followed by a point or an E. */
function mayBeExponent(bytes: Uint8Array, start: number): boolean {
  const second = bytes[start + 1]! | 0x20;
  return bytes[start]! >= 0x30 && bytes[start]! <= 0x39 && (second === 0x2e || second === 0x65);
}
