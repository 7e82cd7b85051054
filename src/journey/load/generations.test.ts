import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { FlowLine } from '../../model/line.js';
import type { PartStart } from '../decode/decode-event.js';
import { createGenerations, type Generations } from './generations.js';

const part = (path: string): PartStart => ({ path, fileName: 'x.csv', sheet: null, media: 'csv', encoding: null });
const line = (over: Partial<FlowLine> = {}): FlowLine => ({
  kind: 'sale',
  businessDate: '2026-03-20',
  party: { code: '', name: '甲', address: '', region: '' },
  product: { code: '', name: '片', spec: '', maker: '' },
  quantity: '1',
  unit: '盒',
  factorNumerator: 1n,
  factorDenominator: 1n,
  price: null,
  amount: null,
  lot: '',
  expiry: '',
  manufacturedOn: '',
  docNo: '',
  docLine: '',
  isReturn: false,
  isRedLetter: false,
  ...over,
});
const documents = (rule: Parameters<Generations['add']>[1], name: string, paths: string[]): string[] => {
  const generations = createGenerations(name, 1n, 100);
  for (const path of paths) generations.add(part(path), rule, line());
  return generations.list().map(({ document }) => document);
};

test('lines are sorted by kind and day, counted and summed exactly; ids follow the reserved block', () => {
  const generations = createGenerations('x.csv', 1000n, 100);
  const ids = [
    generations.add(part('x.csv'), 'kind', line({ quantity: '0.1', amount: '0.10' })),
    generations.add(part('x.csv'), 'kind', line({ businessDate: '2026-03-21' })),
    generations.add(part('x.csv'), 'kind', line({ quantity: '0.2', amount: '-0.30' })),
    generations.add(part('x.csv'), 'kind', line({ kind: 'purchase' })),
  ];
  expect(ids).toEqual([1000n, 1001n, 1000n, 1002n]);
  expect(generations.list()[0]).toMatchObject({ id: '1000', kind: 'sale', rowCount: 2, quantity: '0.3', amount: '-0.2' });
});

test('what a resend replaces is the kind and day, the file, or the part, by rule', () => {
  const paths = ['三月_更正.xlsx#一', '三月_更正.xlsx#二'];
  expect(documents('kind', '三月_更正.xlsx', paths)).toEqual(['']);
  expect(documents('file', '三月_更正.xlsx', paths)).toEqual(['三月']);
  expect(documents('part', '三月_更正.xlsx', paths)).toEqual(['三月#一', '三月#二']);
  expect(documents('part', '$&.xlsx', ['$&.xlsx#一'])).toEqual(['$&#一']);
});

test('more days than ids are reserved for are the fault of the file', () => {
  const generations = createGenerations('x.csv', 1n, 1);
  generations.add(part('x.csv'), 'kind', line());
  expect(() => generations.add(part('x.csv'), 'kind', line({ kind: 'stock' }))).toThrow(
    expect.objectContaining({ errorClass: 'source-data', told: expect.objectContaining({ code: 'hub.too-many-days' }) }) as Error,
  );
});

test('every line counts in exactly one generation, in whatever order they come', () => {
  const lines = fc.array(fc.tuple(fc.constantFrom('sale', 'purchase', 'stock'), fc.integer({ min: 1, max: 5 }), fc.integer()), {
    maxLength: 60,
  });
  fc.assert(
    fc.property(lines, (given) => {
      const generations = createGenerations('x.csv', 1n, 100);
      const keyOf = new Map<bigint, string>();
      for (const [kind, day, quantity] of given) {
        const id = generations.add(part('x.csv'), 'kind', line({ kind, businessDate: `2026-03-0${day}`, quantity: String(quantity) }));
        expect(keyOf.get(id) ?? `${kind}${day}`).toBe(`${kind}${day}`);
        keyOf.set(id, `${kind}${day}`);
      }
      const listed = generations.list();
      expect(listed.length).toBe(new Set(keyOf.values()).size);
      expect(listed.reduce((sum, { rowCount }) => sum + rowCount, 0)).toBe(given.length);
      expect(listed.reduce((sum, { quantity }) => sum + BigInt(quantity), 0n)).toBe(
        given.reduce((sum, [, , one]) => sum + BigInt(one), 0n),
      );
    }),
  );
});
