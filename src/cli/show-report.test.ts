import { expect, test } from 'vitest';
import type { Finding } from '../model/finding.js';
import { message } from '../model/message.js';
import { createScreen } from './screen.js';
import { showFindings, showHeld, showRelease } from './show-report.js';
import { textWidth } from './text-width.js';

const totals: Finding = { gate: 'validate.totals', part: '', told: message('validate.totals', { where: '销售.csv', row: 9 }) };
const volume: Finding = { gate: 'validate.volume', part: '', told: message('validate.volume', { where: '销售.csv' }) };
const header: Finding = { gate: 'map.unknown-header', part: '', told: message('map.unknown-header', { part: '销售.csv' }) };
const broken: Finding = { gate: 'decode', part: '', told: message('decode.empty-file', { name: '销售.csv' }) };
const en = createScreen('en', false);

test('a finding bears the name of its gate and fits the terminal', () => {
  const lines = showFindings([totals, header], en);
  expect(lines.filter((line) => line.startsWith('[')).map((line) => line.split(' ')[0])).toEqual([
    '[validate.totals]',
    '[map.unknown-header]',
  ]);
  for (const line of showHeld({ source: 'd01', name: '销售.csv', deliveryId: '7', findings: [broken] }, createScreen('zh', false)))
    expect(textWidth(line)).toBeLessThanOrEqual(80);
});

test('the command that releases is there to copy, with every gate that holds', () => {
  expect(showRelease('7', [totals, volume, totals], en).at(-1)?.trim()).toBe(
    'huiliu deliveries release 7 --waive validate.totals --waive validate.volume --why "reason"',
  );
});

test('what cannot be waived is tried again after a correction, or has to be sent again', () => {
  expect(showRelease('7', [header, totals], en).at(-1)?.trim()).toBe('huiliu deliveries release 7');
  expect(showRelease('7', [broken], en)).toEqual([]);
});
