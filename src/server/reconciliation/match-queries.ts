import type { TerminalCard } from '../../db/terminal-lookup.js';
import type { Candidate, MatchAnswer, RawName } from '../../journey/match/terminal.js';
import type { ReconciliationQuery } from './read-query-batch.js';
import type { ReconciliationPorts } from './reconciliation-ports.js';
import { anyTerminal, describeCard, terminalProperties, typesOf } from './terminal-property.js';

/** A candidate as both versions of the protocol write it. */
export interface ReconciliationCandidate {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly type: readonly { readonly id: string; readonly name: string }[];
  /** 0-100: the calibrated probability in percent. */
  readonly score: number;
  /** Only for the one candidate that the matcher would link without a person. */
  readonly match: boolean;
  readonly features: readonly { readonly id: string; readonly name: string; readonly value: number | boolean }[];
}

/**
 * The candidates of each query, best first. Each query is answered by itself: names are put to the matcher without their
 * neighbours' customer codes, so what else is in a batch makes no difference. A query that is a terminal's id finds it.
 */
export async function matchQueries(
  queries: readonly ReconciliationQuery[],
  { ask, terminals }: ReconciliationPorts,
  language: 'zh' | 'en',
): Promise<ReconciliationCandidate[][]> {
  const raw = queries.map(rawNameOf);
  const alone = raw.map(({ code }) => code !== undefined);
  const together = queries.flatMap(({ name }, at) => (name === '' || alone[at] ? [] : [at]));
  const candidates = Math.max(5, ...queries.map(({ limit, types, properties }) => (types.length + properties.length > 0 ? 50 : limit)));
  const answers = new Map<number, MatchAnswer>();
  const put = async (places: readonly number[]) => {
    if (places.length === 0) return;
    const got = await ask(
      places.map((at) => raw[at]!),
      { candidates },
    );
    for (const [i, at] of places.entries()) answers.set(at, got[i]!);
  };
  await put(together);
  for (const [at, { name }] of queries.entries()) if (name !== '' && alone[at]) await put([at]);

  const ids = new Set(queries.map(({ name }) => name).filter((name) => name !== ''));
  for (const { ranked } of answers.values()) for (const { id } of ranked) ids.add(id);
  const cards = await terminals.byIds([...ids]);
  return queries.map((query, at) => rank(query, answers.get(at), cards, language));
}

function rawNameOf({ name, properties }: ReconciliationQuery, at: number): RawName {
  const hints: Record<string, string> = {};
  for (const { id, values, quantifier } of properties) {
    const hint = terminalProperties.find((property) => property.id === id)?.hint;
    if (hint && quantifier !== 'none' && values[0]) hints[hint] ??= values[0];
  }
  return { key: String(at), name, ...hints };
}

function rank(
  query: ReconciliationQuery,
  answer: MatchAnswer | undefined,
  cards: ReadonlyMap<string, TerminalCard>,
  language: 'zh' | 'en',
): ReconciliationCandidate[] {
  const asked = cards.get(query.name);
  if (asked) return [write(asked, 1, true, undefined, language)];
  if (!answer) return [];
  const explained = new Map(answer.candidates.map((candidate) => [candidate.terminalId, candidate]));
  return answer.ranked
    .flatMap(({ id, p }, at) => {
      const card = cards.get(id);
      if (!card || !fits(query, card)) return [];
      return [write(card, p, at === 0 && answer.decision === 'auto', explained.get(id), language)];
    })
    .slice(0, query.limit);
}

/** A terminal whose kind the master does not know fits every type. */
function fits({ types, properties }: ReconciliationQuery, card: TerminalCard): boolean {
  const kinds = [
    ...types,
    ...properties.filter(({ id, quantifier }) => id === 'kind' && quantifier !== 'none').flatMap(({ values }) => values),
  ];
  const wanted = kinds.filter((kind) => kind !== anyTerminal.id && kind !== '');
  if (wanted.length > 0 && card.kind !== '' && !wanted.includes(card.kind)) return false;
  return properties.every(({ id, values, isRequired, quantifier }) => {
    if (!isRequired && quantifier !== 'none') return true;
    const own = terminalProperties.find((property) => property.id === id)?.values?.(card);
    // What terminals do not have (a distributor) says something about the name, not about them.
    if (!own) return true;
    const has = (value: string) => own.some((one) => one.includes(value));
    return quantifier === 'none' ? !values.some(has) : quantifier === 'all' ? values.every(has) : values.some(has);
  });
}

function write(
  card: TerminalCard,
  probability: number,
  match: boolean,
  explained: Candidate | undefined,
  language: 'zh' | 'en',
): ReconciliationCandidate {
  const bits = new Map<string, number>();
  for (const { reason, bits: more } of explained?.evidence ?? [])
    bits.set(reason, Math.round(((bits.get(reason) ?? 0) + more) * 100) / 100);
  return {
    id: card.id,
    name: card.name,
    description: describeCard(card),
    type: typesOf(card, language),
    score: Math.round(Math.min(1, Math.max(0, probability)) * 10_000) / 100,
    match,
    features: [
      ...[...bits].map(([reason, value]) => ({ id: `bits:${reason}`, name: reason, value })),
      ...(explained?.conflicts ?? []).map((name) => ({ id: `conflict:${name}`, name: `conflict: ${name}`, value: true })),
    ],
  };
}
