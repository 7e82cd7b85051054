/** How the values of one entity are chosen. Comes from `mappings/entities/*.yaml`; the one in use is stored in `master.policy`. */
export interface Policy {
  /** Changes whenever the answer may. Part of every golden hash. */
  readonly version: string;
  /** Systems, the most trusted first. One that is not listed comes after all that are. */
  readonly systems: readonly string[];
  readonly attributes: Readonly<Record<string, AttributePolicy>>;
  /** Attributes that come from one source together or not at all. An attribute is in one group at most. */
  readonly groups: readonly (readonly string[])[];
  /** What the winner of a group leaves blank comes from the next source that agrees with it on all it says. ADR 49. */
  readonly fillsGroups?: boolean;
  /** Attributes that a complete record has. */
  readonly complete: readonly string[];
}

export interface AttributePolicy {
  /** Instead of the systems of the entity. */
  readonly systems?: readonly string[];
  readonly check?: ValueCheck;
  /** Several values side by side, each once, instead of one that wins. */
  readonly union?: boolean;
}

/** `credit_code` can prove a value (its checksum passes); the others can only find it wrong. */
export type ValueCheck = 'credit_code' | 'phone' | 'mobile' | 'email' | 'postcode' | 'date' | 'not_a_code';

/** For entities that say nothing: every source is trusted alike. */
export const plainPolicy: Policy = { version: 'plain', systems: [], attributes: {}, groups: [], complete: [] };
