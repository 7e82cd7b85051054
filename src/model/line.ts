import type { EntityKind, FlowKind, ReferenceKind } from './kind.js';
import type { Message } from './message.js';

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

/** One record of the master as a sender says it: of a list (a terminal, a distributor), or of an entity. `code` is the sender's own key for it. */
export interface ReferenceRecord {
  readonly kind: ReferenceKind | EntityKind;
  readonly code: string;
  /**
   * Canonical field -> text, none empty; only fields of `referenceFields[kind]`, or of the entity's definition. Three of an entity are
   * about the record: `changed_at` (ISO 8601 with offset), `is_void` (`true`, otherwise absent), and the `role` of a customer.
   */
  readonly fields: Readonly<Record<string, string>>;
  /** What checks found; the record is loaded all the same. */
  readonly remarks?: readonly Remark[];
}

/** A value that a check minds, in the column of that title. */
interface Remark {
  readonly rule: string;
  readonly column: string;
  readonly value: string;
  readonly told: Message;
}

export const referenceFields = {
  terminal: ['name', 'former_names', 'type', 'level', 'province', 'city', 'county', 'address', 'credit_code'],
  product: ['generic_name', 'trade_name', 'spec', 'dosage_form', 'maker', 'approval_no', 'unit'],
  distributor: ['name', 'former_names', 'province', 'city', 'tier'],
} as const satisfies Record<ReferenceKind, readonly string[]>;
