import type { Kind } from '../../model/kind.js';
import type { LayoutCheck } from './check-layout.js';
import type { ProposedConstant } from './propose-constants.js';

export interface ProposedColumn {
  /** 0-based. */
  readonly column: number;
  readonly title: string;
  /** The field to load it as; a spare field = recognised, not loaded; null = not recognised. */
  readonly field: string | null;
  /** 0..1. Below 0.6 a person should look. */
  readonly confidence: number;
  readonly evidence: readonly string[];
  readonly samples: readonly string[];
}

/** A layout for a part nobody has described yet, with its reasons. Plain data: it is attached to findings and printed. */
export interface Proposal {
  /** 1-based row numbers; empty when no row looks like a header. */
  readonly headerRows: readonly number[];
  readonly kind: Kind;
  readonly kindEvidence: readonly string[];
  readonly columns: readonly ProposedColumn[];
  readonly constants: readonly ProposedConstant[];
  readonly totalsRows: readonly number[];
  /** Required fields that neither a column nor a constant gives: the layout does not work before a person adds them. */
  readonly missing: readonly string[];
  readonly yaml: string;
  /** What the first rows become under this layout; null when it cannot work yet. */
  readonly preview: LayoutCheck | null;
}
