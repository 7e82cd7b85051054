import { reasonFamily } from '../../../journey/match/score/feature-names.js';
import { cliTexts, type Text, type TextKey } from '../../text.js';

/** Reasons by what they are about, in bits, the strongest first. What a family adds up to is what a person can check. */
export function bitsByFamily(evidence: readonly { readonly reason: string; readonly bits: number }[]): { family: string; bits: number }[] {
  const sums = new Map<string, number>();
  for (const { reason, bits } of evidence) sums.set(reasonFamily(reason), (sums.get(reasonFamily(reason)) ?? 0) + bits);
  return [...sums]
    .map(([family, bits]) => ({ family, bits: Math.round(bits * 10) / 10 }))
    .filter(({ bits }) => bits !== 0)
    .toSorted((a, b) => Math.abs(b.bits) - Math.abs(a.bits));
}

/** The strongest families of stored evidence, as `+6.1 core`. */
export function strongest(bits: Readonly<Record<string, number>>, count: number, text: Text): string[] {
  const evidence = Object.entries(bits).map(([reason, weight]) => ({ reason, bits: weight }));
  return bitsByFamily(evidence)
    .filter(({ family }) => family !== 'none')
    .slice(0, count)
    .map((one) => `${signed(one.bits)} ${familyWord(one.family, text)}`);
}

export const signed = (bits: number): string => `${bits > 0 ? '+' : '−'}${Math.abs(bits).toFixed(1)}`;

export function familyWord(family: string, text: Text): string {
  const key = `family.${family}`;
  return key in cliTexts ? text(key as TextKey) : family;
}
