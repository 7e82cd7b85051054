import type { Day } from '../../model/line.js';
import type { Covers } from './decode-event.js';
import type { JsonObject, JsonValue } from './read-json.js';

/**
 * The first line of what we pulled ourselves from a database, an API or a distributor's agent: what was asked, so that it can be
 * read again, and which days the answer speaks for in full. It holds no clock: the same answer is the same bytes.
 */
export interface PullHead {
  readonly columns: readonly string[];
  readonly covers?: Covers;
}

/** The line itself, `{"huiliu": {...}}`; `asked` says how the rows came about (statement, parameters), secrets left out. */
export function pullHeadLine(head: PullHead & { readonly asked: Readonly<Record<string, unknown>> }): string {
  return `${JSON.stringify({ huiliu: head })}\n`;
}

/** null for a line that is a record like any other. */
export function readPullHead(line: JsonObject): PullHead | null {
  const head = line.get('huiliu');
  if (line.size !== 1 || !isObject(head)) return null;
  const columns = head.get('columns');
  const covers = head.get('covers');
  const texts = typeof columns === 'object' && 'items' in columns ? columns.items.filter((item) => typeof item === 'string') : [];
  const [from, to] = isObject(covers) ? [covers.get('from'), covers.get('to')] : [];
  return { columns: texts, ...(isDay(from) && isDay(to) && from <= to && { covers: { from, to } }) };
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return value instanceof Map;
}

function isDay(value: JsonValue | undefined): value is Day {
  return typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/u.test(value);
}
