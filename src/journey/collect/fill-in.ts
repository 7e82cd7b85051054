/** The values that stand for `{name}` in a request. */
export type Values = Readonly<Record<string, string | number>>;

/** Puts values into a text; a name without a value stays as it stands. */
export function fillIn(text: string, values: Values): string {
  return text.replaceAll(/\{(\w+)\}/gu, (whole, name: string) => (name in values ? String(values[name]) : whole));
}

/** The same for every text inside a JSON value. A text that is nothing but the place of a number becomes that number. */
export function fillInJson(value: unknown, values: Values): unknown {
  if (typeof value === 'string') {
    const only = /^\{(\w+)\}$/u.exec(value)?.[1];
    return only !== undefined && typeof values[only] === 'number' ? values[only] : fillIn(value, values);
  }
  if (Array.isArray(value)) return value.map((item) => fillInJson(item, values));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, fillInJson(inner, values)]));
}

export function fillInAll(texts: Readonly<Record<string, string>>, values: Values): Record<string, string> {
  return Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, fillIn(text, values)]));
}
