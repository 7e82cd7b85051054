/** PostgreSQL's COPY text format: tab-separated, `\N` for null, backslash escapes. Text must not contain NUL (decoders see to it). */
export function copyText(value: string): string {
  return needsEscape.test(value) ? value.replace(escapable, (character) => escapes[character]!) : value;
}

const needsEscape = /[\\\t\n\r]/;
const escapable = /[\\\t\n\r]/g;
const escapes: Record<string, string> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };
