const plain = /^-?(0|[1-9]\d{0,14})$|^-?(?=[\d.]{1,16}$)(0|[1-9]\d*)\.\d*[1-9]$/;

/**
 * A number as Excel shows it: at most 15 significant digits, no exponent, no trailing zeros. `source` is the text in the
 * file, usually a double written with 17 digits (0.1 + 0.2 is 0.3 again here).
 */
export function numberText(source: string): string {
  if (plain.test(source)) return source;
  const value = Number(source);
  return source.trim() === '' || !Number.isFinite(value) ? source : roundedText(value);
}

export function roundedText(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return value === 0 ? '0' : String(value);
  const [mantissa, exponent] = value.toExponential(14).split('e') as [string, string];
  const sign = mantissa.startsWith('-') ? '-' : '';
  const digits = mantissa.replace(/[-.]/g, '').replace(/0+$/, '');
  const point = Number(exponent) + 1;
  if (digits === '') return '0';
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  if (point >= digits.length) return sign + digits + '0'.repeat(point - digits.length);
  return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}
