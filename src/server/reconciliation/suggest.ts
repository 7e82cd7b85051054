import { message } from '../../model/message.js';
import { BadRequest } from './bad-request.js';
import type { ReconciliationPorts } from './reconciliation-ports.js';
import { anyTerminal, describeCard, type TerminalProperty, terminalProperties, typesOf } from './terminal-property.js';

const pageSize = 20;

interface Asked {
  readonly prefix: string;
  /** How many to skip. */
  readonly cursor: number;
  readonly language: 'zh' | 'en';
}

interface Suggestion {
  readonly id: string;
  readonly name: string;
  readonly description?: string;
  readonly notable?: readonly { readonly id: string; readonly name: string }[];
}

/** What may complete a few letters; the same answer shape in both versions. */
export async function suggest(what: string, asked: Asked, { terminals }: ReconciliationPorts): Promise<{ result: Suggestion[] }> {
  const { prefix, cursor, language } = asked;
  if (what === 'entity') {
    if (prefix === '') return { result: [] };
    const cards = await terminals.startingWith(prefix, cursor, pageSize);
    return {
      result: cards.map((card) => ({ id: card.id, name: card.name, description: describeCard(card), notable: typesOf(card, language) })),
    };
  }
  if (what === 'property') return page(terminalProperties.map(named(language)), asked);
  if (what === 'type') {
    const kinds = await terminals.kinds();
    return page([{ id: anyTerminal.id, name: anyTerminal.name[language] }, ...kinds.map((kind) => ({ id: kind, name: kind }))], asked);
  }
  throw new BadRequest(404, message('reconcile.no-route', { path: `suggest/${what}`.slice(0, 100) }));
}

/** Properties that can be fetched for a type: all terminals have the same ones. */
export function proposeProperties(type: string, limit: number | undefined, language: 'zh' | 'en') {
  const properties = terminalProperties.filter(({ values }) => values).map(named(language));
  return { properties: properties.slice(0, limit), type, ...(limit !== undefined && { limit }) };
}

const named =
  (language: 'zh' | 'en') =>
  ({ id, name }: TerminalProperty): Suggestion => ({ id, name: name[language] });

function page(all: readonly Suggestion[], { prefix, cursor }: Asked): { result: Suggestion[] } {
  const low = prefix.toLowerCase();
  const found = all.filter(({ id, name }) => id.toLowerCase().startsWith(low) || name.toLowerCase().includes(low));
  return { result: found.slice(cursor, cursor + pageSize) };
}
