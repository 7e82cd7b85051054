import type { RawName } from '../../journey/match/terminal.js';

/** Why a name is looked at: it has no answer; its answer may be another now; a rule may know it now; a person's link may be wrong now. */
export type Purpose = 'new' | 'again' | 'alias' | 'challenge';

export interface NameToMatch {
  readonly raw: RawName;
  readonly purpose: Purpose;
  /** The decision in force when we looked, null = none. */
  readonly seenDecision: string | null;
  readonly verdict: string | null;
  readonly terminalId: string | null;
  readonly terminalStatus: string;
  /** Terminals that a person ruled out for this name. */
  readonly denied: readonly string[];
  /** Terminals that people linked to the same spelling of the same distributor, under another code or address. */
  readonly aliases: readonly string[];
}

export interface StoredName {
  readonly id: string;
  /** The distributor's id as text. */
  readonly distributor: string;
  readonly code: string;
  readonly name: string;
  readonly address: string;
  readonly region: string;
}

/**
 * A raw name as the matcher wants it. The place is what the file says of the customer, never where the distributor sits: those
 * who deliver to three provinces would be wrong in two.
 */
export function toRawName(row: StoredName): RawName {
  const { id, distributor, code, name, address } = row;
  const [province = '', city = '', county = ''] = row.region.split('/');
  return { key: id, name, province, city, county, address, distributor, code };
}
