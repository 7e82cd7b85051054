/** What a person concludes about a raw name. Stored as a decision with by_person = true; `link` as verdict `auto` with a terminal. */
const personVerdicts = ['link', 'new', 'hold', 'noise', 'unlink'] as const;
export type PersonVerdict = (typeof personVerdicts)[number];

/** One row of a matching table that a person filled in. `row` is its number in their workbook, for messages. */
export interface NameEdit {
  readonly row: number;
  readonly rawNameId: string;
  /** The name as the workbook shows it; null when the column is missing. Another name in the store = the rows were shifted. */
  readonly seenName: string | null;
  /** The decision in force when the workbook was written; null = not told, '' = there was none. */
  readonly seenDecisionId: string | null;
  readonly verdict: PersonVerdict;
  /** Of a `link`; '' otherwise. */
  readonly terminalCode: string;
  readonly note: string;
}
