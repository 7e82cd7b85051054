import fc from 'fast-check';
import { expect, test } from 'vitest';
import { allocateSample } from './allocate-sample.js';
import { chooseDecoy } from './choose-decoy.js';
import { clopperPearson } from './clopper-pearson.js';
import { isAttentive, judgeStratum, precisionOf } from './judge-stratum.js';

test('the exact bound agrees with what is known of it', () => {
  // Without an error the lower bound is 0.05^(1/n): 2,995 clean audits certify 99.9 %.
  expect(clopperPearson(2995, 2995).lower).toBeGreaterThanOrEqual(0.999);
  expect(clopperPearson(2994, 2994).lower).toBeLessThan(0.999);
  expect(clopperPearson(4741, 4742).lower).toBeGreaterThanOrEqual(0.999);
  expect(clopperPearson(4740, 4741).lower).toBeLessThan(0.999);
  expect(clopperPearson(0, 10)).toEqual({ lower: 0, upper: expect.closeTo(1 - 0.05 ** 0.1, 9) });
  // Tables: 8 of 10, one-sided 95 %.
  expect(clopperPearson(8, 10).lower).toBeCloseTo(0.4931, 4);
  expect(clopperPearson(8, 10).upper).toBeCloseTo(0.9632, 4);
  expect(clopperPearson(0, 0)).toEqual({ lower: 0, upper: 1 });
});

test('the bound holds the share that was seen, and more answers bring it nearer', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 400 }), fc.nat(400), (trials, hits) => {
      const seen = Math.min(hits, trials);
      const { lower, upper } = clopperPearson(seen, trials);
      expect(lower).toBeLessThanOrEqual(seen / trials);
      expect(upper).toBeGreaterThanOrEqual(seen / trials);
      expect(clopperPearson(seen * 3, trials * 3).lower).toBeGreaterThanOrEqual(lower - 1e-9);
    }),
    { seed: 3 },
  );
});

test('a sample has the size asked for, no more of a kind than there are, and 30 of each kind if it can', () => {
  expect(allocateSample({ a: 1000, b: 100, c: 5 }, 200)).toEqual({ a: 153, b: 42, c: 5 });
  expect(allocateSample({ a: 3, b: 4 }, 100)).toEqual({ a: 3, b: 4 });
  fc.assert(
    fc.property(fc.array(fc.nat(5000), { minLength: 1, maxLength: 9 }), fc.integer({ min: 1, max: 800 }), (counts, size) => {
      const strata = Object.fromEntries(counts.map((count, i) => [`s${i}`, count]));
      const drawn = allocateSample(strata, size);
      const total = counts.reduce((sum, one) => sum + one, 0);
      expect(Object.values(drawn).reduce((sum, one) => sum + one, 0)).toBe(Math.min(size, total));
      for (const [kind, count] of Object.entries(drawn)) expect(count).toBeLessThanOrEqual(strata[kind]!);
    }),
    { seed: 3 },
  );
});

test('a decoy looks like the name and is neither the terminal nor its namesake', () => {
  const truth = { id: '1', name: '长沙市第一医院', formerNames: ['长沙工人医院'] };
  const rivals = [truth, { id: '2', name: '长沙工人医院' }, { id: '3', name: '长沙市第二医院' }, { id: '4', name: '康泽大药房' }];
  expect(chooseDecoy('长沙第一医院', truth, rivals)?.id).toBe('3');
  expect(chooseDecoy('长沙第一医院', truth, [truth])).toBeNull();
});

test('a kind of link falls when its share is below the promise, and comes back only by a real audit that keeps it', () => {
  const by = { promised: 0.98, isAttentive: true };
  expect(judgeStratum('auto', { yes: 29, no: 1, unsure: 0 }, by)).toBe('suggest');
  expect(judgeStratum('auto', { yes: 20, no: 1, unsure: 0 }, by)).toBe('auto');
  expect(judgeStratum('auto', { yes: 2, no: 5, unsure: 0 }, by)).toBe('suggest');
  expect(judgeStratum('auto', { yes: 0, no: 0, unsure: 9 }, by)).toBe('auto');
  expect(judgeStratum('suggest', { yes: 29, no: 0, unsure: 0 }, by)).toBe('suggest');
  expect(judgeStratum('suggest', { yes: 30, no: 0, unsure: 0 }, by)).toBe('auto');
  expect(judgeStratum('suggest', { yes: 30, no: 0, unsure: 0 }, { ...by, isAttentive: false })).toBe('suggest');
  expect(precisionOf({ yes: 10, no: 0, unsure: 10 })).toMatchObject({ point: 1, upper: 1 });
  expect(precisionOf({ yes: 10, no: 0, unsure: 10 }).lower).toBeLessThan(0.5);
  expect([
    isAttentive({ yes: 1, no: 4, unsure: 0 }),
    isAttentive({ yes: 2, no: 3, unsure: 0 }),
    isAttentive({ yes: 0, no: 0, unsure: 0 }),
  ]).toEqual([true, false, true]);
});
