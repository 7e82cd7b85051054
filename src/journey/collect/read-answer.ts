import { cellOf, flatten, isArray } from '../decode/flatten.js';
import { type JsonValue, readJson } from '../decode/read-json.js';

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
    if (isArray(item)) return Object.fromEntries(item.items.map((cell, place) => [columns?.[place] ?? `${place + 1}`, cellOf(cell)]));
    return item instanceof Map ? Object.fromEntries(flatten(item)) : { value: cellOf(item) };
  });
}

export const parseAnswer = readJson;
