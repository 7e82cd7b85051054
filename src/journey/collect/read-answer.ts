import { type JsonArray, type JsonObject, type JsonValue, readJson } from '../decode/read-json.js';

/** What stands at `a.b.0` of an answer; undefined when there is nothing. '' is the answer itself. A key may hold dots of its own. */
function at(value: JsonValue, path: string): JsonValue | undefined {
  if (path === '') return value;
  if (value instanceof Map && value.has(path)) return value.get(path);
  const dot = path.indexOf('.');
  const key = dot < 0 ? path : path.slice(0, dot);
  const inner = value instanceof Map ? value.get(key) : isArray(value) ? value.items[Number(key)] : undefined;
  return inner === undefined || dot < 0 ? inner : at(inner, path.slice(dot + 1));
}

export function textAt(value: JsonValue, path: string): string | undefined {
  const found = at(value, path);
  return typeof found === 'string' ? found : undefined;
}

/** The records as objects of texts, numbers with their own digits. Lists of values get the given titles. null: there is no list at the place. */
export function recordsAt(value: JsonValue, path: string, columns: readonly string[] | undefined): Record<string, string>[] | null {
  const list = at(value, path);
  if (list === '') return [];
  if (!isArray(list)) return null;
  return list.items.map((item) => {
    if (isArray(item)) return Object.fromEntries(item.items.map((cell, place) => [columns?.[place] ?? `${place + 1}`, textOf(cell)]));
    return item instanceof Map ? flat(item) : { value: textOf(item) };
  });
}

export const parseAnswer = readJson;

function flat(object: JsonObject, prefix = ''): Record<string, string> {
  const out: Record<string, string> = {};
  for (const [key, inner] of object) {
    if (inner instanceof Map) Object.assign(out, flat(inner, `${prefix}${key}.`));
    else out[`${prefix}${key}`] = textOf(inner);
  }
  return out;
}

function textOf(value: JsonValue): string {
  if (typeof value === 'string') return value;
  return isArray(value) ? value.source : JSON.stringify(Object.fromEntries(Object.entries(flat(value as JsonObject))));
}

function isArray(value: JsonValue | undefined): value is JsonArray {
  return typeof value === 'object' && 'items' in value;
}
