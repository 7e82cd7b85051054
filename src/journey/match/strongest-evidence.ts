import type { Evidence } from './terminal.js';

/** The twelve reasons that weigh most, for or against, in tenths of a bit. */
export const strongestEvidence = (evidence: readonly Evidence[]): { readonly reason: string; readonly bits: number }[] =>
  evidence
    .toSorted((left, right) => Math.abs(right.bits) - Math.abs(left.bits))
    .slice(0, 12)
    .map(({ reason, bits }) => ({ reason, bits: Math.round(bits * 10) / 10 }));
