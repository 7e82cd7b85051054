/**
 * What a person concludes about a raw name. Stored as a decision with by_person = true; `link` as verdict `auto` with a terminal.
 * `not`: it does not mean this terminal, whatever else it means; no rule may link the two again. `distributor`: it means a
 * distributor, and a sale to it is a transfer.
 */
export const personVerdicts = ['link', 'not', 'new', 'hold', 'noise', 'unlink', 'distributor'] as const;
export type PersonVerdict = (typeof personVerdicts)[number];

/**
 * Where a decision holds. `name`: this distributor, code, name and address. `distributor`: this spelling from this distributor,
 * whatever code or address. `everywhere`: this spelling from anybody. The narrower goes before the wider.
 */
export const decisionScopes = ['name', 'distributor', 'everywhere'] as const;
export type DecisionScope = (typeof decisionScopes)[number];

/** One decision as a person gives it: a row of a workbook they filled in, or a command. `row` is its number there, for messages. */
export interface NameEdit {
  readonly row: number;
  readonly rawNameId: string;
  /** The name as the workbook shows it; null when the column is missing. Another name in the store = the rows were shifted. */
  readonly seenName: string | null;
  /** The decision in force when the workbook was written; null = not told, '' = there was none. */
  readonly seenDecisionId: string | null;
  readonly verdict: PersonVerdict;
  /** Of a `link` or `not`, and of a `distributor` that one's code; '' otherwise. */
  readonly terminalCode: string;
  readonly note: string;
  /** Default `name`. */
  readonly scope?: DecisionScope;
  /** A change from this business day (`yyyy-MM-dd`) on: earlier lines stay where they are. Without it a correction: it was always so. */
  readonly validFrom?: string;
  /** Of a `new`: what is known of the terminal beside the raw name's own fields. */
  readonly fields?: Readonly<Record<string, string>>;
  /** Of a `new`: terminals that are like it, as the person saw them. */
  readonly like?: readonly object[];
}

/** An edit that says something new, with its codes resolved. */
export interface DecisionToWrite extends NameEdit {
  readonly terminalId: string | null;
  readonly distributorId: number | null;
  /** The decision that was in force for the name. */
  readonly insteadOf: string;
  /** The request for a new terminal it belongs to. */
  readonly request?: string;
}

export const verdictStored = (verdict: PersonVerdict): string => (verdict === 'link' ? 'auto' : verdict);
