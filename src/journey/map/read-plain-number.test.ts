import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readDecimal } from './read-decimal.js';
import { type PlainNumber, readPlainNumber } from './read-plain-number.js';

function read(text: string): { canonical: string; value: PlainNumber } | null {
  const bytes = Buffer.from(`,${text},`);
  const value: PlainNumber = { integer: 0, scale: 0, end: 0 };
  if (!readPlainNumber(bytes, 1, 1 + text.length, value)) return null;
  return { canonical: bytes.toString('latin1', 1, value.end), value };
}

test('what it takes, readDecimal reads as the same text', () => {
  const piece = fc.constantFrom('0', '1', '25', '.', '-', '00', '9', '000');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
      const text = pieces.join('');
      const found = read(text);
      if (found) expect(found.canonical).toBe(readDecimal(text));
    }),
    { numRuns: 2_000 },
  );
});

test('integer and scale are the number as written', () => {
  expect(read('24.10')?.value).toMatchObject({ integer: 2410, scale: 2 });
  expect(read('-3')?.value).toMatchObject({ integer: -3, scale: 0 });
  expect(read('0.00')).toMatchObject({ canonical: '0', value: { integer: 0, scale: 2 } });
});

test('what is written otherwise is left to the long way', () => {
  for (const text of ['', '-', '.5', '5.', '007', '-0', '1,234', '1e3', '1.123456789', '1234567890123456', ' 1', '１'])
    expect(read(text)).toBeNull();
});
