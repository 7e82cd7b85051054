import { expect, test } from 'vitest';
import { renderMessage } from '../../model/message.js';
import type { PartSummary } from '../map/create-part-mapper.js';
import type { TotalsCheck } from '../map/part-sums.js';
import { emptyGate, footTotals, periodGate, shrunkGate, totalsGate, volumeGate } from './gates.js';

const sums = (quantity: string, amount = '0') => ({ quantity, amount });
const part = (over: Partial<PartSummary> = {}): PartSummary => ({
  part: '',
  rows: 3,
  lines: 2,
  quarantined: 0,
  dropped: {},
  days: {},
  sums: sums('5'),
  sumsWithDropped: sums('5'),
  unreadableQuantities: 0,
  unreadableAmounts: 0,
  checksTotals: true,
  totals: [],
  ...over,
});
const total = (quantity: string | null, before: string, over: Partial<TotalsCheck> = {}): TotalsCheck => ({
  rowNo: 9,
  rule: 'totals',
  quantity,
  amount: null,
  before: sums(before),
  rowsBefore: Number(before),
  ...over,
});

test('a delivery without a line is held, one with only quarantined rows is not empty', () => {
  expect(emptyGate('x', [])?.gate).toBe('validate.empty');
  expect(emptyGate('x', [part({ lines: 0 })])?.gate).toBe('validate.empty');
  expect(emptyGate('x', [part({ lines: 0, quarantined: 1 }), part({ lines: 0 })])).toBeNull();
});

test('a grand total may stand last, first, or after each section', () => {
  expect(footTotals(part({ totals: [total('5', '5')] })).footing).toBe('foots');
  expect(footTotals(part({ totals: [total('5', '0')] })).footing).toBe('foots');
  expect(footTotals(part({ totals: [total('2', '2'), total('3', '5'), total('5', '5')] })).footing).toBe('foots');
  expect(footTotals(part({ sumsWithDropped: sums('7'), totals: [total('7', '5')] })).footing).toBe('foots');
});

test('a total of 0 with no row before it, or since the last total, agrees with nothing by that', () => {
  expect(footTotals(part({ totals: [total('0', '0')] })).footing).toBe('off');
  expect(footTotals(part({ totals: [total('5', '5'), total('0', '5')] })).footing).toBe('off');
  expect(footTotals(part({ sums: sums('0'), totals: [total('0', '0')] })).footing).toBe('foots');
  expect(footTotals(part({ totals: [total('0', '0', { rowsBefore: 2 })] })).footing).toBe('foots'); // a sale and its return
});

test('a total that does not foot holds the delivery and says both figures', () => {
  const finding = totalsGate(part({ totals: [total('6', '5')] }));
  expect(finding && renderMessage(finding.told)).toContain('数量合计写的是 6，明细相加为 5');
  expect(finding && renderMessage(finding.told, 'en')).toContain('quantity says 6');
  expect(totalsGate(part({ totals: [total('5', '5', { amount: '1' })] }))?.gate).toBe('validate.totals');
});

test('nothing follows from totals that cannot be compared', () => {
  expect(footTotals(part({ totals: [total('6', '5')], unreadableQuantities: 1 }))).toEqual({ footing: 'unchecked', finding: null });
  expect(footTotals(part({ totals: [total('6', '5')], checksTotals: false })).footing).toBe('unchecked');
  expect(footTotals(part({ totals: [total('6', '5', { rule: 'subtotal' })] })).footing).toBe('none');
  expect(footTotals(part({ totals: [total(null, '5')] })).footing).toBe('none');
});

test('a delivery mostly dated outside its period is held', () => {
  const parts = [part({ days: { '2026-02-28': 1, '2026-03-01': 1 } }), part({ days: { '2026-04-01': 1 } })];
  expect(periodGate('x', parts, '2026-03-01', '2026-03-31')?.told.values).toMatchObject({ rows: 3, outside: 2 });
  expect(periodGate('x', parts, '2026-02-01', '2026-03-31')).toBeNull();
  expect(periodGate('x', [part({ days: { '2026-04-01': 1 } })], '2026-03-01', '2026-03-31')).toBeNull();
});

test('the volume is compared with the median of at least three earlier deliveries', () => {
  expect(volumeGate('x', 1_001, [100, 1, 5_000])?.gate).toBe('validate.volume');
  expect(volumeGate('x', 1_000, [100, 1, 5_000])).toBeNull();
  expect(volumeGate('x', 9, [100, 100, 100, 100])?.gate).toBe('validate.volume');
  expect(volumeGate('x', 10, [100, 100, 100, 100])).toBeNull();
  expect(volumeGate('x', 9, [100, 100])).toBeNull();
});

test('a correction of less than half the lines is held', () => {
  expect(shrunkGate('x', 49, 100)?.gate).toBe('validate.shrunk');
  expect(shrunkGate('x', 50, 100)).toBeNull();
});
