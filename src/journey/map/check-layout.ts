import type { Finding } from '../../model/finding.js';
import type { Row } from '../../model/row.js';
import type { PartStart } from '../decode/decode-event.js';
import { compileLayout, type MapContext } from './compile-layout.js';
import { createPartMapper, type MappedRow } from './create-part-mapper.js';
import type { Dictionary } from './dictionary.js';
import type { Layout } from './layout.js';
import type { Issue, MappedPart } from './map-outcome.js';

/** A decoded part, kept whole: for trying layouts, not for loading. */
export interface DecodedPart {
  readonly part: PartStart;
  readonly rows: readonly Row[];
}

interface PreviewRow {
  readonly rowNo: number;
  /** Canonical field -> text of what would be loaded. */
  readonly fields: Readonly<Record<string, string>>;
}

/** What a layout makes of decoded parts; plain data, ready to print. */
export interface LayoutCheck {
  readonly parts: readonly {
    readonly part: string;
    readonly mapped: MappedPart | null;
    readonly findings: readonly Finding[];
    /** `line`, `reference`, `quarantined` and each drop rule -> rows. */
    readonly counts: Readonly<Record<string, number>>;
    /** The first few of each. */
    readonly issues: readonly { readonly rowNo: number; readonly issue: Issue }[];
    readonly preview: readonly PreviewRow[];
  }[];
}

/** Tries a layout on parts without loading anything. */
export function checkLayout(
  layout: Layout,
  dictionary: Dictionary,
  parts: readonly DecodedPart[],
  context: MapContext,
  shown = 10,
): LayoutCheck {
  const compiled = compileLayout(layout, dictionary);
  return { parts: parts.map(({ part, rows }) => checkPart(part, rows)) };

  function checkPart(part: PartStart, rows: readonly Row[]): LayoutCheck['parts'][number] {
    const mapper = createPartMapper([compiled], part, context);
    const settled = mapper.push(rows);
    const result = mapper.finish();
    const all = [...settled, ...result.rows];
    const counts: Record<string, number> = {};
    for (const [, fate] of all) {
      const name = fate.fate === 'dropped' ? fate.rule : fate.fate;
      counts[name] = (counts[name] ?? 0) + 1;
    }
    const issues = all.flatMap(([row, fate]) =>
      fate.fate === 'quarantined' ? fate.issues.map((issue) => ({ rowNo: row.rowNo, issue })) : [],
    );
    const preview = all.flatMap((one) => previewOf(one) ?? []);
    return {
      part: part.path,
      mapped: result.mapped,
      findings: result.findings,
      counts,
      issues: issues.slice(0, shown),
      preview: preview.slice(0, shown),
    };
  }
}

function previewOf([{ rowNo }, fate]: MappedRow): PreviewRow | null {
  if (fate.fate === 'reference') return { rowNo, fields: { code: fate.record.code, ...fate.record.fields } };
  if (fate.fate !== 'line') return null;
  const { party, product, factorNumerator, factorDenominator, ...rest } = fate.line;
  const named = {
    party_name: party?.name,
    party_code: party?.code,
    party_address: party?.address,
    region: party?.region,
    product_name: product.name,
    product_code: product.code,
    spec: product.spec,
    maker: product.maker,
    factor: factorNumerator === factorDenominator ? undefined : `${factorNumerator}/${factorDenominator}`,
    ...rest,
  };
  const shown = Object.entries(named).filter(([, value]) => value !== undefined && value !== null && value !== '' && value !== false);
  return { rowNo, fields: Object.fromEntries(shown.map(([field, value]) => [field, String(value)])) };
}
