import { type FormatKind, formattedText, isoDateText } from './number-format.js';
import { numberText } from './number-text.js';
import { cellText, RichText } from './xlsx-shared-strings.js';
import { attributeOf, XmlScanner } from './xml-scanner.js';

export interface SheetContext {
  readonly strings: readonly string[];
  readonly styles: readonly FormatKind[];
  readonly is1904: boolean;
  /** The highest column a cell may stand in, so that one stray cell cannot make a row of a million blanks. */
  readonly checkColumn: (rowNo: number, columns: number) => void;
}

/**
 * Reads the cells of one worksheet as its XML comes in. What the sheet says about its own size is not believed; cells and
 * rows without a position follow the one before. Formats and formulas are passed over, the value last calculated counts.
 */
export class SheetReader {
  private readonly scanner: XmlScanner;
  private readonly rich = new RichText();
  private rowNo = 0;
  private cells: string[] = [];
  private column = -1;
  private type = '';
  private style = 0;
  private value = '';
  private inValue = false;
  private inInline = false;
  private inData = false;

  constructor(
    private readonly context: SheetContext,
    private readonly take: (rowNo: number, cells: string[]) => void,
  ) {
    this.scanner = new XmlScanner({
      open: (name, attributes) => this.open(name, attributes),
      close: (name) => this.close(name),
      text: (raw) => {
        if (this.inValue) this.value += raw;
        else if (this.inInline) this.rich.add(raw);
      },
    });
  }

  write(chunk: string): void {
    this.scanner.write(chunk);
  }

  end(): void {
    if (!this.scanner.complete) throw new Error('the worksheet is cut short');
  }

  private open(name: string, attributes: string): void {
    if (!this.inData) {
      if (name === 'sheetData') this.inData = true;
    } else if (name === 'c') this.openCell(attributes);
    else if (name === 'v') this.inValue = true;
    else if (name === 'row') this.openRow(attributes);
    else if (name === 'is') {
      this.inInline = true;
      this.rich.begin();
    } else if (this.inInline) this.rich.open(name);
  }

  private close(name: string): void {
    if (!this.inData) return;
    if (name === 'v') this.inValue = false;
    else if (name === 'c') this.closeCell();
    else if (name === 'row') this.take(this.rowNo, this.cells);
    else if (name === 'is') {
      this.inInline = false;
      this.value = this.rich.end();
    } else if (name === 'sheetData') this.inData = false;
    else if (this.inInline) this.rich.close(name);
  }

  private openRow(attributes: string): void {
    const given = Number(attributeOf(attributes, 'r') ?? this.rowNo + 1);
    if (!Number.isInteger(given) || given <= this.rowNo) throw new Error(`row ${given} after row ${this.rowNo}`);
    this.rowNo = given;
    this.cells = [];
    this.column = -1;
  }

  private openCell(attributes: string): void {
    const reference = attributeOf(attributes, 'r');
    this.column = reference === undefined ? this.column + 1 : columnOf(reference);
    this.type = attributeOf(attributes, 't') ?? 'n';
    this.style = Number(attributeOf(attributes, 's') ?? 0);
    this.value = '';
  }

  private closeCell(): void {
    if (this.value === '') return;
    const text = this.textOf(this.value);
    if (text === '') return;
    if (this.column >= this.cells.length) {
      this.context.checkColumn(this.rowNo, this.column + 1);
      while (this.cells.length < this.column) this.cells.push('');
    }
    this.cells[this.column] = text;
  }

  private textOf(value: string): string {
    switch (this.type) {
      case 's':
        return this.shared(value);
      case 'n':
        return this.number(value.trim());
      case 'b':
        return value.trim() === '1' || value.trim() === 'true' ? 'TRUE' : 'FALSE';
      case 'd':
        return isoDateText(value.trim());
      case 'inlineStr':
        return value;
      default:
        return cellText(value);
    }
  }

  private shared(value: string): string {
    const text = this.context.strings[Number(value)];
    if (text === undefined) throw new Error(`row ${this.rowNo} points at shared text ${value}, which does not exist`);
    return text;
  }

  private number(value: string): string {
    const kind = this.context.styles[this.style] ?? 'number';
    if (kind === 'number' || value === '') return numberText(value);
    const serial = Number(value);
    return Number.isFinite(serial) ? formattedText(serial, kind, numberText(value), this.context.is1904) : value;
  }
}

/** `AB12` → 27. */
function columnOf(reference: string): number {
  let column = 0;
  for (let at = 0; at < reference.length; at++) {
    const code = reference.charCodeAt(at) & ~32;
    if (code < 65 || code > 90) break;
    column = column * 26 + code - 64;
  }
  if (column === 0) throw new Error(`the cell reference ${reference}`);
  return column - 1;
}
