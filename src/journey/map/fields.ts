import { flowKinds, isEntityKind, type Kind, type ReferenceKind } from '../../model/kind.js';
import { referenceFields } from '../../model/line.js';
import { entityDefinition } from './entity-definitions.js';

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
  if (isFlowKind(kind)) return flowFields;
  const entity = entityDefinition(kind);
  return entity ? Object.keys(entity.fields) : ['code', ...referenceFields[kind as ReferenceKind]];
}

export function isFlowKind(kind: Kind): boolean {
  return (flowKinds as readonly string[]).includes(kind);
}

/** Whether a field of this kind is recognised without being loaded; what flow passes over may be a field of an entity. */
export const isSpareField = (field: string, kind: Kind): boolean =>
  spareSet.has(field) && !(isEntityKind(kind) && fieldsOf(kind).includes(field));
const spareSet = new Set<string>(spareFields);

/** What a file of this kind must tell when its layout does not say otherwise; of an entity also the names of references. */
export function requiredFields(kind: Kind): readonly string[] {
  const entity = entityDefinition(kind);
  if (!entity) return requiredByKind[kind as keyof typeof requiredByKind];
  const isRequired = (of: typeof entity.fields | typeof entity.references) => Object.keys(of).filter((one) => of[one]?.required);
  return [...isRequired(entity.fields), ...isRequired(entity.references)];
}

const requiredByKind = {
  sale: ['date', 'party_name', 'product_name', 'quantity'],
  purchase: ['date', 'product_name', 'quantity'],
  stock: ['date', 'product_name', 'quantity'],
  terminal: ['code', 'name'],
  distributor: ['code', 'name'],
} as const;

/** The fields that together stand for a required name of this kind: a reference is given by its code or by its name. */
export function fieldsBehind(kind: Kind, required: string): readonly string[] {
  const reference = entityDefinition(kind)?.references[required];
  return reference ? [reference.name, reference.code].filter((one) => one !== undefined) : [required];
}

/** What no line or record of the kind can be without, whatever its layout says. */
export function indispensable(kind: Kind): readonly string[] {
  if (isFlowKind(kind)) return ['date', 'product_name', 'quantity'];
  return isEntityKind(kind) ? requiredFields(kind) : ['code'];
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
