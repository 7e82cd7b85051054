/** A number or exact decimal text with thousands separators: `1234567.50` -> `1,234,567.50`. Any other text is left as it is. */
export function grouped(value: number | string): string {
  return String(value).replace(/^-?\d+(?=\.\d+$|$)/u, (whole) => whole.replace(/\B(?=(?:\d{3})+$)/gu, ','));
}
