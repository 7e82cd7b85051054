import * as XLSX from 'xlsx';
import type { ReferenceKind } from '../../src/model/kind.js';
import type { SampleMaster } from './master.js';

/** A list of the master as the manufacturer keeps it; goes through the journey like any delivery. */
export interface ReferenceWorkbook {
  readonly kind: ReferenceKind;
  readonly fileName: string;
  readonly bytes: Buffer;
  readonly records: number;
}

export function writeReferenceWorkbooks({ distributors, terminals, products }: SampleMaster): ReferenceWorkbook[] {
  return [
    book('distributor', 'distributors.xlsx', [
      ['code', 'name', 'province', 'city', 'tier'],
      ...distributors.map(({ code, name, province, city, tier }) => [code, name, province, city, tier]),
    ]),
    book('terminal', 'terminals.xlsx', [
      ['id', 'name', 'kind', 'province', 'city', 'county', 'address', 'level'],
      ...terminals.map(({ id, name, kind, province, city, county, address, level }) => [
        id,
        name,
        kind,
        province,
        city,
        county,
        address,
        level,
      ]),
    ]),
    book('product', 'products.xlsx', [
      ['id', 'generic_name', 'trade_name', 'spec', 'dosage_form', 'manufacturer', 'approval_no', 'unit'],
      ...products.map((p) => [p.id, p.genericName, p.tradeName, p.spec, p.dosageForm, p.manufacturer, p.approvalNo, p.unit]),
    ]),
  ];
}

function book(kind: ReferenceKind, fileName: string, rows: readonly string[][]): ReferenceWorkbook {
  const workbook = Object.assign(XLSX.utils.book_new(), { SSF: { 0: 'General' } });
  const cells = rows.map((row) => row.map((text) => text || null));
  XLSX.utils.book_append_sheet(workbook, XLSX.utils.aoa_to_sheet(cells), kind);
  const bytes = XLSX.write(workbook, { type: 'buffer', bookType: 'xlsx', compression: true, bookSST: true }) as Buffer;
  return { kind, fileName, bytes, records: rows.length - 1 };
}
