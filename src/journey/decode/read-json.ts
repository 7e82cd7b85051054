/** JSON as text: a number keeps its digits (an 18-digit code is no double), and an array remembers how it was written. */
export type JsonValue = string | JsonArray | JsonObject;
export interface JsonArray {
  readonly items: readonly JsonValue[];
  readonly source: string;
}
export type JsonObject = ReadonlyMap<string, JsonValue>;

const maxDepth = 100;
const scalar = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)/y;
const space = /[ \t\r\n]*/y;
const plainString = /"[^"\\\u0000-\u001f]*"/y;

export class JsonCutShort extends Error {}

/** Reads one JSON value. `null` becomes '', true and false their names. Throws on anything that is not strictly JSON. */
export function readJson(text: string): JsonValue {
  let at = 0;
  const value = readValue(0);
  skipSpace();
  if (at < text.length) throw unexpected();
  return value;

  function readValue(depth: number): JsonValue {
    if (depth > maxDepth) throw new Error(`nested more than ${maxDepth} deep`);
    skipSpace();
    const first = text[at];
    if (first === '{') return readObject(depth);
    if (first === '[') return readArray(depth);
    if (first === '"') return readString();
    const found = match(scalar);
    if (found === null) throw unexpected();
    return found === 'null' ? '' : found;
  }

  function readObject(depth: number): JsonObject {
    const object = new Map<string, JsonValue>();
    at += 1;
    skipSpace();
    if (text[at] === '}') {
      at += 1;
      return object;
    }
    for (;;) {
      skipSpace();
      const key = readString();
      if (object.has(key)) throw new Error(`the key "${key}" twice in one object, character ${at}`);
      skipSpace();
      expectCharacter(':');
      object.set(key, readValue(depth + 1));
      skipSpace();
      if (text[at] === '}') {
        at += 1;
        return object;
      }
      expectCharacter(',');
    }
  }

  function readArray(depth: number): JsonArray {
    const start = at;
    const items: JsonValue[] = [];
    at += 1;
    skipSpace();
    if (text[at] === ']') {
      at += 1;
      return { items, source: '[]' };
    }
    for (;;) {
      items.push(readValue(depth + 1));
      skipSpace();
      if (text[at] === ']') {
        at += 1;
        return { items, source: text.slice(start, at) };
      }
      expectCharacter(',');
    }
  }

  function readString(): string {
    const plain = match(plainString);
    if (plain !== null) return plain.slice(1, -1);
    if (text[at] !== '"') throw unexpected();
    const start = at;
    for (at += 1; text[at] !== '"'; at += text[at] === '\\' ? 2 : 1) {
      if (at >= text.length) throw new JsonCutShort('it ends within a text');
    }
    at += 1;
    return JSON.parse(text.slice(start, at)) as string;
  }

  function match(pattern: RegExp): string | null {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found === null) return null;
    at += found[0].length;
    return found[0];
  }

  function skipSpace(): void {
    const code = text.charCodeAt(at);
    if (code <= 32) match(space);
  }

  function expectCharacter(wanted: string): void {
    if (text[at] !== wanted) throw unexpected();
    at += 1;
  }

  function unexpected(): Error {
    if (at >= text.length) return new JsonCutShort('it ends too early');
    return new Error(`unexpected ${JSON.stringify(text.slice(at, at + 10))} at character ${at}`);
  }
}
