/** A question a preset knows: what is asked, in which order its rows stand, and its titles where an engine does not tell them. */
export interface PresetFeed {
  readonly sql: string;
  readonly order_by: readonly string[];
  readonly columns: readonly string[];
  readonly per?: 'all';
}

/** The questions of one product, by name. A feed may hold values of its own, such as the number of a form. */
export type Preset = Readonly<Record<string, (feed: Readonly<Record<string, unknown>>) => PresetFeed>>;

/**
 * A SELECT of titled columns: `{ 单号: 'm.cDLCode' }`. Titles are those of mappings/dictionary.yaml, so that a layout with `dictionary: true`
 * reads them. Quantities and money are made text over there: the driver of SQL Server would hand them over as binary numbers.
 */
export function select(
  columns: Readonly<Record<string, string>>,
  rest: string,
  order_by: readonly string[],
  { per, numbers = /数量|金额|单价|税额|借方|贷方/u }: { per?: 'all'; numbers?: RegExp | null } = {},
): PresetFeed {
  const list = Object.entries(columns).map(([title, expression]) => `${numbers?.test(title) ? exact(expression) : expression} as ${title}`);
  return { sql: `select ${list.join(', ')} ${rest}`, order_by, columns: Object.keys(columns), ...(per && { per }) };
}

/** Through decimal, because money alone becomes text with two decimals there. */
const exact = (expression: string) => `cast(cast(${expression} as decimal(38, 10)) as char(42))`;

/** `:from` and `:to` as SAP and others write days: 20261120. */
export const compactDays = (column: string) => `${column} >= replace(:from, '-', '') and ${column} < replace(:to, '-', '')`;
