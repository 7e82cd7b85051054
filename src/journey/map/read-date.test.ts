import { expect, test } from 'vitest';
import { createDateReader, createMonthOrDayReader, readYearOrMonth, usualDateFormats } from './read-date.js';

const read = createDateReader(usualDateFormats);

test.each([
  ['2024-03-05', '2024-03-05'],
  ['2024-03-05 13:45:00', '2024-03-05'],
  ['2024-03-05T13:45:00.000Z', '2024-03-05'],
  ['2024/3/5', '2024-03-05'],
  ['2024/3/5 8:30', '2024-03-05'],
  ['2024.3.5', '2024-03-05'],
  ['2024年3月5日', '2024-03-05'],
  ['２０２４年３月５日', '2024-03-05'],
  ['20240305', '2024-03-05'],
  ['20240305134500', '2024-03-05'],
  ['45356', '2024-03-05'],
  ['45356.5625', '2024-03-05'],
  ['二〇〇三年五月一日', '2003-05-01'],
  ['二○○三年十二月三十一日', '2003-12-31'],
  ['二零一零年十月二十日', '2010-10-20'],
  ['一九九八年十一月十日', '1998-11-10'],
  ['二〇〇三年二月三十日', null],
  ['二〇〇三年五月', null],
  ['1970-01-01', ''],
  ['1970-01-01 00:00:00', ''],
  ['0000-00-00', ''],
  ['0000-00-00 00:00:00', ''],
  ['2024-02-30', null],
  ['2023-02-29', null],
  ['2024-13-01', null],
  ['3/5/2024', null],
  ['202403', null],
  ['12', null],
  ['甲医院', null],
])('%s is %s', (text, day) => expect(read(text)).toBe(day));

test('formats that could be misread are read only where the layout names them', () => {
  expect(createDateReader(['M/d/yyyy'])('3/5/2024')).toBe('2024-03-05');
  expect(createDateReader(['d/M/yyyy'])('3/5/2024')).toBe('2024-05-03');
  expect(createDateReader(['yy-M-d'])('24-3-5')).toBe('2024-03-05');
  expect(createDateReader(['yyyy-M'])('2024年2月')).toBe('2024-02-29');
  expect(createDateReader(['yyyy-M'])('202402')).toBe('2024-02-29');
});

test('an expiry is as exact as its sender', () => {
  const readExpiry = createMonthOrDayReader(usualDateFormats);
  expect(['2026-12', '2026年5月', '202612', '2026-12-31', '20261231', '36个月'].map(readExpiry)).toEqual([
    '2026-12',
    '2026-05',
    '2026-12',
    '2026-12-31',
    '2026-12-31',
    null,
  ]);
});

test.each([
  ['2003年', '2003'],
  ['2003', '2003'],
  ['二〇〇三年', '2003'],
  ['2003-05', '2003-05'],
  ['2003.5', '2003-05'],
  ['２００３年５月', '2003-05'],
  ['二〇〇三年五月', '2003-05'],
  ['2003年13月', null],
  ['17', null],
  ['3003', null],
  ['2003-05-01', null],
])('%s says no more than %s', (text, said) => expect(readYearOrMonth(text)).toBe(said));
