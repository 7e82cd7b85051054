import { decimalAsFraction } from './decimal-arithmetic.js';
import type { Layout } from './layout.js';
import { readDecimal } from './read-decimal.js';

/** base quantity = quantity * numerator / denominator. */
export interface UnitFactor {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

export const oneToOne: UnitFactor = { numerator: 1n, denominator: 1n };

/** The factor of a unit; `pack_size`: take it from the row's pack size; null: the layout lists units strictly and this is none. */
export function createUnitReader({ factors, others }: Layout['units']): (unit: string) => UnitFactor | 'pack_size' | null {
  const listed = new Map<string, UnitFactor | 'pack_size'>();
  for (const [unit, factor] of Object.entries(factors)) {
    if (typeof factor !== 'string') {
      listed.set(plainUnit(unit), 'pack_size');
      continue;
    }
    const [numerator = '1', denominator = '1'] = factor.split('/');
    listed.set(plainUnit(unit), { numerator: BigInt(numerator), denominator: BigInt(denominator) });
  }
  const known = new Map<string, UnitFactor | 'pack_size' | null>();
  return (unit) => {
    let factor = known.get(unit);
    if (factor === undefined) {
      factor = listed.get(plainUnit(unit)) ?? (others === 'as-is' || unit === '' ? oneToOne : null);
      if (known.size >= 1_000) known.clear();
      known.set(unit, factor);
    }
    return factor;
  };
}

/** A pack size such as `200`, `200.0`, `200盒/件` or `1*200`; null when it is no number above zero. */
export function createPackSizeReader(): (text: string) => UnitFactor | null {
  const known = new Map<string, UnitFactor | null>();
  return (text) => {
    let factor = known.get(text);
    if (factor === undefined) {
      factor = readPackSize(text.normalize('NFKC').replace(/\s+/gu, ''));
      if (known.size >= 1_000) known.clear();
      known.set(text, factor);
    }
    return factor;
  };
}

function readPackSize(text: string): UnitFactor | null {
  const plain = /^(?:1[*x×:/])?(\d+(?:\.\d+)?)(?:[^\d*x×:/.]*(?:\/[^\d]*)?)$/iu.exec(text)?.[1];
  const value = plain === undefined ? null : readDecimal(plain);
  if (value === null || value === '0') return null;
  const [numerator, denominator] = decimalAsFraction(value);
  return { numerator, denominator };
}

const plainUnit = (unit: string): string => unit.normalize('NFKC').trim().toLowerCase();
