import type { FlowKind, ReferenceKind } from './kind.js';

/** A decimal number as exact text: `-?digits[.digits]`, no exponent, no separators, no leading '+'. Never a binary float. */
export type Decimal = string;

/** A calendar day `yyyy-MM-dd`. */
export type Day = string;

/** The other side of a line as the sender spelled it: the buyer of a sale, the supplier of a purchase. '' where the file says nothing. */
export interface RawParty {
  readonly code: string;
  readonly name: string;
  readonly address: string;
  /** Region the file states in columns of its own (省份, 城市, 区县), joined by '/', e.g. `湖南省/岳阳市/`. '' when it has none. */
  readonly region: string;
}

/** What a party is to the sender: only buyers can be terminals. */
export type PartyRole = 'buyer' | 'supplier';
export const roleOf: Readonly<Record<FlowKind, PartyRole>> = { sale: 'buyer', purchase: 'supplier', stock: 'buyer' };

/** The product as the sender spelled it. */
export interface RawProduct {
  readonly code: string;
  readonly name: string;
  readonly spec: string;
  readonly maker: string;
}

/** One canonical sale, purchase or stock line (流向明细), ready to be loaded. */
export interface FlowLine {
  readonly kind: FlowKind;
  readonly businessDate: Day;
  /** null for stock. */
  readonly party: RawParty | null;
  readonly product: RawProduct;
  readonly quantity: Decimal;
  /** '' when the file gives none. */
  readonly unit: string;
  /** baseQuantity = quantity * factorNumerator / factorDenominator, exactly. */
  readonly factorNumerator: bigint;
  readonly factorDenominator: bigint;
  readonly price: Decimal | null;
  readonly amount: Decimal | null;
  readonly lot: string;
  /** As exact as the sender is: `yyyy-MM-dd` or `yyyy-MM`; '' when unknown. */
  readonly expiry: string;
  readonly manufacturedOn: string;
  readonly docNo: string;
  readonly docLine: string;
  readonly isReturn: boolean;
  readonly isRedLetter: boolean;
}

/** One record of a list that describes the master itself: a terminal, a product, a distributor. `code` is the list's own id. */
export interface ReferenceRecord {
  readonly kind: ReferenceKind;
  readonly code: string;
  /** Canonical field -> text, e.g. name, province, spec; only fields of `referenceFields[kind]`. */
  readonly fields: Readonly<Record<string, string>>;
}

export const referenceFields = {
  terminal: ['name', 'former_names', 'type', 'level', 'province', 'city', 'county', 'address', 'credit_code'],
  product: ['generic_name', 'trade_name', 'spec', 'dosage_form', 'maker', 'approval_no', 'unit'],
  distributor: ['name', 'former_names', 'province', 'city', 'tier'],
} as const satisfies Record<ReferenceKind, readonly string[]>;
