import type { ColumnProfile, Look } from './profile-column.js';

/** How much the values speak for (above 0) or against (below 0) a field, -1..1, with the reason; null = nothing to go by. */
export function judgeValues(field: string, profile: ColumnProfile): { readonly weight: number; readonly evidence: string } | null {
  const expected = looksOf[field];
  if (!expected || profile.filled === 0) return null;
  const share = Math.max(...expected.map((look) => profile.looks[look]));
  const percent = Math.round(share * 100);
  return {
    weight: share >= 0.8 ? 1 : share >= 0.4 ? 0.4 : strict.has(field) ? -1 : -0.2,
    evidence: `${percent} % of values look like ${expected.join(' or ')}`,
  };
}

/** Fields whose values alone give them away, for a column whose title says nothing. The first that fits is proposed. */
export function fieldByValues(profile: ColumnProfile): { readonly field: string; readonly evidence: string } | null {
  if (profile.filled < 3) return null;
  for (const [field, look] of telling) {
    if (profile.looks[look] >= 0.8) return { field, evidence: `${Math.round(profile.looks[look] * 100)} % of values look like ${look}` };
  }
  return null;
}

const looksOf: Readonly<Record<string, readonly Look[]>> = {
  date: ['date', 'integer'],
  other_date: ['date', 'integer'],
  expiry: ['date', 'integer'],
  manufactured_on: ['date', 'integer'],
  quantity: ['number'],
  case_quantity: ['number'],
  loose_quantity: ['number'],
  price: ['number'],
  amount: ['number'],
  lot: ['lot'],
  approval_no: ['approval'],
  spec: ['spec'],
  party_name: ['organisation'],
  maker: ['maker'],
  unit: ['unit'],
  party_code: ['code'],
  product_code: ['code'],
  doc_no: ['code'],
  party_address: ['address'],
};

/** Fields that a column of the wrong shape surely is not. */
const strict = new Set(['date', 'expiry', 'manufactured_on', 'quantity', 'case_quantity', 'loose_quantity', 'price', 'amount']);

const telling: readonly (readonly [field: string, look: Look])[] = [
  ['approval_no', 'approval'],
  ['unit', 'unit'],
  ['date', 'date'],
  ['party_name', 'organisation'],
];
