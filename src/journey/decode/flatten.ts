import type { JsonArray, JsonObject, JsonValue } from './read-json.js';

/** An object as columns: what is nested becomes `a.b`, arrays stay JSON text. `onTwice` is told of a column that an object has twice that way; it throws, or the last one stands. */
export function flatten(object: JsonObject, onTwice: (column: string) => void = () => undefined): Map<string, string> {
  const flat = new Map<string, string>();
  const add = (level: JsonObject, prefix: string) => {
    for (const [key, inner] of level) {
      const column = prefix + key;
      if (isObject(inner)) add(inner, `${column}.`);
      else {
        if (flat.has(column)) onTwice(column);
        flat.set(column, cellOf(inner));
      }
    }
  };
  add(object, '');
  return flat;
}

/** A value as one cell. */
export function cellOf(value: JsonValue): string {
  if (typeof value === 'string') return value;
  return isArray(value) ? value.source : JSON.stringify(Object.fromEntries(flatten(value)));
}

export function isArray(value: JsonValue | undefined): value is JsonArray {
  return typeof value === 'object' && 'items' in value;
}

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return value instanceof Map;
}
