import { flowKinds, type Kind, type ReferenceKind } from '../../model/kind.js';
import { referenceFields } from '../../model/line.js';

/** Fields of a flow file that end up in a line, or decide about one (doc_type, red_flag). */
export const flowFields = [
  'date',
  'party_name',
  'party_code',
  'party_address',
  'province',
  'city',
  'county',
  'product_name',
  'product_code',
  'name_and_spec',
  'spec',
  'maker',
  'quantity',
  'case_quantity',
  'loose_quantity',
  'unit',
  'pack_size',
  'price',
  'amount',
  'lot',
  'expiry',
  'manufactured_on',
  'doc_no',
  'doc_line',
  'doc_type',
  'red_flag',
] as const;

/** Fields we recognise so that their columns are no surprise, but load nothing from. */
export const spareFields = [
  'distributor_name',
  'distributor_code',
  'distributor_branch',
  'party_license',
  'party_type',
  'store_code',
  'store_name',
  'dosage_form',
  'approval_no',
  'net_price',
  'net_amount',
  'tax_rate',
  'tax',
  'other_date',
  'invoice_no',
  'salesman',
  'clerk',
  'remark',
  'serial',
  'warehouse',
  'stock_status',
  'period',
  'other_party',
  'other_amount',
  'internal',
] as const;

/** The canonical fields a layout of this kind may name. A reference list has its own id as `code`. */
export function fieldsOf(kind: Kind): readonly string[] {
  return isFlowKind(kind) ? flowFields : ['code', ...referenceFields[kind as ReferenceKind]];
}

export function isFlowKind(kind: Kind): boolean {
  return (flowKinds as readonly string[]).includes(kind);
}

export const isSpareField = (field: string): boolean => spareSet.has(field);
const spareSet = new Set<string>(spareFields);

/** What a file of this kind must tell when its layout does not say otherwise. */
export const requiredByKind: Readonly<Record<Kind, readonly string[]>> = {
  sale: ['date', 'party_name', 'product_name', 'quantity'],
  purchase: ['date', 'product_name', 'quantity'],
  stock: ['date', 'product_name', 'quantity'],
  terminal: ['code', 'name'],
  product: ['code', 'generic_name'],
  distributor: ['code', 'name'],
};

/** What no line or record of the kind can be without, whatever its layout says. */
export function indispensable(kind: Kind): readonly string[] {
  return isFlowKind(kind) ? ['date', 'product_name', 'quantity'] : ['code'];
}

/** Codes stay text; a cell in which Excel has already rounded digits away must not be loaded. */
export const codeFields: readonly string[] = [
  'code',
  'party_code',
  'product_code',
  'lot',
  'doc_no',
  'doc_line',
  'credit_code',
  'approval_no',
];
