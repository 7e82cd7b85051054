import type { Day } from '../../src/model/line.js';
import type { WritingStyle } from './distributors.js';
import type { FlowRow } from './flow-rows.js';

/** The fields a sender's column may hold. */
export type CellField =
  | 'date'
  | 'docNo'
  | 'docLine'
  | 'docType'
  | 'partyCode'
  | 'party'
  | 'address'
  | 'city'
  | 'county'
  | 'licence'
  | 'productCode'
  | 'product'
  | 'spec'
  | 'productSpec'
  | 'maker'
  | 'approval'
  | 'lot'
  | 'mfg'
  | 'expiry'
  | 'qty'
  | 'unit'
  | 'packSize'
  | 'price'
  | 'amount'
  | 'salesman'
  | 'remark'
  | 'status';

/** The fields that a spreadsheet keeps as numbers. */
export const numericFields: ReadonlySet<CellField> = new Set(['qty', 'price', 'amount', 'packSize', 'docLine']);

/** What one sender writes for one field of a row, the clerk's mistake included. */
export function cellText(field: CellField, row: FlowRow, style: WritingStyle): string {
  const inCases = style.units === 'case' && row.quantity % row.product.packFactor === 0;
  const perUnit = inCases ? row.product.packFactor : 1;
  switch (field) {
    case 'date':
      return row.mistake === 'unreadable-date' ? unreadableDate(row) : writeDay(row.day, style.dates, row);
    case 'docNo':
      return row.docNo;
    case 'docLine':
      return String(row.docLine);
    case 'docType':
      return row.quantity < 0 ? '销售退回' : '销售出库';
    case 'party':
      return row.mistake === 'missing-customer' ? '' : row.party.name;
    case 'partyCode':
      return row.mistake === 'missing-customer' ? '' : row.party.code;
    case 'address':
    case 'city':
    case 'county':
    case 'licence':
      return row.party[field];
    case 'productCode':
      return `${row.product.id.slice(1)}${String(row.product.packFactor).padStart(4, '0')}`;
    case 'product':
      return row.product.genericName;
    case 'spec':
      return row.product.spec.replaceAll('*', style.specSign);
    case 'productSpec':
      return `${row.product.genericName} ${row.product.spec.replaceAll('*', style.specSign)}`;
    case 'maker':
      return row.product.manufacturer;
    case 'approval':
      return row.product.approvalNo;
    case 'lot':
      return row.lot.lotNo;
    case 'mfg':
      return writeDay(row.lot.madeOn, 'iso', row);
    case 'expiry':
      return writeExpiry(row.lot.expiresOn, style.expiry);
    case 'qty':
      return row.mistake === 'text-in-quantity' ? textForQuantity(row) : digits(String(written(row, style) / perUnit), row, style);
    case 'unit':
      return inCases ? '件' : row.product.unit;
    case 'packSize':
      return String(row.product.packFactor);
    case 'price':
      return moneyText(row.unitCents * perUnit);
    case 'amount':
      return moneyText(row.unitCents * written(row, style));
    case 'status':
      return row.isVoid ? '作废' : '已审核';
    case 'salesman':
    case 'remark':
      return row[field];
  }
}

/** The quantity as this sender writes it, in base units. */
export const written = ({ quantity }: FlowRow, { unsignedReturns }: WritingStyle): number =>
  unsignedReturns ? Math.abs(quantity) : quantity;

export function moneyText(cents: number): string {
  const whole = String(Math.abs(cents)).padStart(3, '0');
  return `${cents < 0 ? '-' : ''}${whole.slice(0, -2)}.${whole.slice(-2)}`;
}

/** The day as a spreadsheet counts it: days since 1899-12-30. */
const serialOf = (day: Day): number => Date.parse(`${day}T00:00:00Z`) / 86_400_000 + 25_569;

function writeDay(day: Day, way: WritingStyle['dates'], row: FlowRow): string {
  const [year = '', month = '', date = ''] = day.split('-');
  switch (way) {
    case 'iso':
      return day;
    case 'slash':
      return `${year}/${Number(month)}/${Number(date)}`;
    case 'compact':
      return `${year}${month}${date}`;
    case 'dots':
      return `${year}.${Number(month)}.${Number(date)}`;
    case 'chinese':
      return `${year}年${Number(month)}月${Number(date)}日`;
    case 'serial':
      return String(serialOf(day));
    case 'datetime':
      return `${day} ${String(8 + (oddsOf(row) % 10)).padStart(2, '0')}:${String(oddsOf(row) % 60).padStart(2, '0')}:${String((oddsOf(row) * 7) % 60).padStart(2, '0')}`;
  }
}

function writeExpiry(day: Day, way: WritingStyle['expiry']): string {
  return way === 'month' ? day.slice(0, 7) : way === 'compact' ? day.replaceAll('-', '') : day;
}

const unreadableDate = (row: FlowRow): string => ['2026-11-31', '昨日', '20261320', '20日补'][oddsOf(row) % 4]!;
const textForQuantity = (row: FlowRow): string => ['3盒左右', '若干', '#N/A', '见附件'][oddsOf(row) % 4]!;

/** Some clerks' input methods are left in full-width mode. */
function digits(text: string, row: FlowRow, { fullWidthDigits }: WritingStyle): string {
  if (!fullWidthDigits || oddsOf(row) % 5 !== 0) return text;
  return text.replaceAll(/[-0-9]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) + 0xfee0));
}

/** A number that is the row's own, so that a choice made from it is the same each time the row is written. */
const oddsOf = ({ docNo }: FlowRow): number => Number(docNo.slice(-5));
