import fc from 'fast-check';
import { expect, test } from 'vitest';
import { documentStem, orderKey } from './order-key.js';

const at = (hour: number) => new Date(Date.UTC(2026, 2, 21, hour));

test('deliveries go by when they were sent; sent at the same moment, a correction goes last, then name and content decide', () => {
  const keys = [
    orderKey(at(8), '销售_更正.csv', 'a'),
    orderKey(at(9), '销售.csv', 'a'),
    orderKey(at(9), '销售.csv', 'b'),
    orderKey(at(9), '销售2.csv', 'a'),
    orderKey(at(9), '更正_销售.csv', 'a'),
    orderKey(at(10), '销售.csv', 'a'),
  ];
  expect(keys.toSorted()).toEqual(keys);
});

test('the order is total and does not depend on the order of arrival', () => {
  const delivery = fc.tuple(fc.integer({ min: 0, max: 3 }), fc.constantFrom('a.csv', 'b.csv', 'a_更正.csv'), fc.constantFrom('1', '2'));
  fc.assert(
    fc.property(fc.array(delivery, { minLength: 1, maxLength: 8 }), (sent) => {
      const keys = sent.map(([hour, name, sha256]) => orderKey(at(hour), name, sha256));
      expect(keys.toSorted().at(-1)).toBe(keys.toReversed().toSorted().at(-1));
      expect(new Set(keys).size).toBe(new Set(sent.map(String)).size);
    }),
  );
});

test.for([
  ['销售_20260320.csv', '销售_20260320_更正.csv'],
  ['销售_20260320.csv', '销售_更正_20260320.csv'],
  ['销售_20260320.csv', '【更正】销售_20260320.csv'],
  ['销售_20260320.csv', '销售_20260320(更正版).xlsx'],
  ['销售_20260320.csv', '销售_20260320 (1).csv'],
  ['销售_20260320.csv', '销售_20260320（2）.csv'],
  ['销售_20260320.csv', '销售_20260320_2.csv'],
  ['销售_20260320.csv', '销售-20260320-v2.csv'],
  ['三月销售.xls', '三月销售 - 副本.xls'],
  ['三月销售.xls', '三月销售_重发2.xls'],
  ['sales.csv', 'sales_corrected.csv'],
] as const)('%s and %s are one document', ([first, second], { expect }) => {
  expect(documentStem(second)).toBe(documentStem(first));
});

test.for([
  ['销售_2026-03-20.csv', '销售_2026-03-21.csv'],
  ['销售 03-20.csv', '销售 03-21.csv'],
  ['sale_2026_03.csv', 'sale_2026_04.csv'],
  ['销售_20260320.csv', '销售_20260321.csv'],
  ['东区销售.csv', '西区销售.csv'],
] as const)('%s and %s are two documents', ([first, second], { expect }) => {
  expect(documentStem(second)).not.toBe(documentStem(first));
});
