import { z } from 'zod';
import { message } from '../../model/message.js';
import { BadRequest } from './bad-request.js';
import { parsed } from './read-query-batch.js';
import type { ReconciliationPorts } from './reconciliation-ports.js';
import { terminalProperties } from './terminal-property.js';

const mostIds = 1000;

const schema = z.looseObject({
  ids: z.array(z.string()),
  properties: z
    .array(z.looseObject({ id: z.string(), settings: z.looseObject({ limit: z.coerce.number().int().min(0).optional() }).optional() }))
    .max(50),
});

interface Fetched {
  readonly meta: readonly { readonly id: string; readonly name: string }[];
  /** Per asked id, per asked property, its values. */
  readonly rows: readonly {
    readonly id: string;
    readonly properties: readonly { readonly id: string; readonly values: readonly { readonly str: string }[] }[];
  }[];
}

/** Values of properties of terminals. An id or property that we do not know has no values; it is not an error. */
export async function extend(query: unknown, { terminals }: ReconciliationPorts, language: 'zh' | 'en'): Promise<Fetched> {
  const { ids, properties } = parsed(schema, query, 'extend');
  if (ids.length > mostIds) throw new BadRequest(413, message('reconcile.too-many', { count: ids.length, most: mostIds }));
  const cards = await terminals.byIds(ids);
  const known = properties.map(({ id, settings }) => ({
    id,
    most: settings?.limit || Infinity,
    of: terminalProperties.find((one) => one.id === id),
  }));
  return {
    meta: known.map(({ id, of }) => ({ id, name: of?.name[language] ?? id })),
    rows: ids.map((id) => {
      const card = cards.get(id);
      return {
        id,
        properties: known.map(({ id: property, most, of }) => ({
          id: property,
          values: (card ? (of?.values?.(card) ?? []) : []).slice(0, most).map((str) => ({ str })),
        })),
      };
    }),
  };
}

/** The same as version 0.2 writes it: objects by id instead of lists. */
export function asVersion02({ meta, rows }: Fetched) {
  return {
    meta,
    rows: Object.fromEntries(
      rows.map(({ id, properties }) => [id, Object.fromEntries(properties.map(({ id: property, values }) => [property, values]))]),
    ),
  };
}
