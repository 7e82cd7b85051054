import type pg from 'pg';
import { addDecimals } from '../../journey/map/decimal-arithmetic.js';
import { HubError } from '../../model/hub-error.js';
import { message } from '../../model/message.js';
import type { Database } from '../database.js';
import { inSnapshot } from '../in-snapshot.js';
import { survivorCode } from '../survivor-code.js';
import { type FigureIds, type FigureQuestion, isMonth, resolveQuestion } from './figure-question.js';
import {
  type BalanceLine,
  type BalanceSpan,
  type LotBalance,
  readBalance,
  readBalanceLines,
  readSpans,
  readWaitingRows,
  type WaitingRow,
} from './read-balance.js';
import { type ChainCheck, type ChainState, chainStates, readChain } from './read-chain.js';
import { readClosedAt } from './read-closings.js';
import { countLateOf, type LateChange, readLate } from './read-late.js';
import { countPending, type DistributorMonth, type MonthFigure, readDistributorMonths, readMonth, type Sum } from './read-month.js';
import { type OpenDelivery, readOpenDeliveries, readScorecards, type Scorecard } from './read-scorecard.js';

// What the command line prints with --json and the API answers: the same objects. Each is read in one snapshot.

interface Answer {
  readonly month: string;
  /** Distributors' months that changed since the last refresh: 0 = these are the figures of now. */
  readonly pending: number;
  /** When the month was closed: what counts in it does not change any more. Null while it is open. */
  readonly closedAt: Date | null;
}

export type MonthTotal = Pick<DistributorMonth, 'sellOut' | 'transfers' | 'unknown' | 'purchases' | 'stock'>;
export interface SummaryAnswer extends Answer {
  readonly by: FigureQuestion['by'];
  readonly distributors: readonly DistributorMonth[];
  readonly total: MonthTotal;
  /** Late changes (sums of a day, `.../late`): of closed months that count in this one, and of this month that count later. */
  readonly late: { readonly cameIn: number; readonly wentOut: number };
}

export function answerSummary(database: Database, question: FigureQuestion): Promise<SummaryAnswer> {
  return answer(database, question, async (client) => {
    const distributors = await readDistributorMonths(client, question);
    return { by: question.by, distributors, total: addUp(distributors), late: await countLateOf(client, question) };
  });
}

/** Per column the sum over distributors. */
export function addUp(distributors: readonly MonthTotal[]): MonthTotal {
  const sum = (of: keyof MonthTotal): Sum =>
    distributors.reduce<Sum>(
      (total, { [of]: { lines, quantity, amount } }) => ({
        lines: total.lines + lines,
        quantity: addDecimals(total.quantity, quantity),
        amount: addDecimals(total.amount, amount),
      }),
      { lines: 0, quantity: '0', amount: '0' },
    );
  return {
    sellOut: sum('sellOut'),
    transfers: sum('transfers'),
    unknown: sum('unknown'),
    purchases: sum('purchases'),
    stock: sum('stock'),
  };
}

export interface RowsAnswer extends Answer {
  readonly by: FigureQuestion['by'];
  readonly rows: readonly MonthFigure[];
  /** Where the next page begins; null after the last. */
  readonly nextOffset: number | null;
}

export function answerRows(database: Database, question: FigureQuestion, page: { limit: number; offset: number }): Promise<RowsAnswer> {
  return answer(database, question, async (client) => {
    return { by: question.by, ...pageOf(await readMonth(client, question, { limit: page.limit + 1, offset: page.offset }), page) };
  });
}

/** One row more than the page was read. */
function pageOf<Row>(rows: readonly Row[], { limit, offset }: { limit: number; offset: number }) {
  return { rows: rows.slice(0, limit), nextOffset: rows.length > limit ? offset + limit : null };
}

export interface LateAnswer extends Answer {
  readonly by: FigureQuestion['by'];
  readonly changes: readonly LateChange[];
  /** Where the next page begins; null after the last. */
  readonly nextOffset: number | null;
}

/** By the counted month what came for closed months and counts in this one, by the actual one what belongs to it and counts later. */
export function answerLate(database: Database, question: FigureQuestion, page: { limit: number; offset: number }): Promise<LateAnswer> {
  return answer(database, question, async (client) => {
    const { rows, nextOffset } = pageOf(await readLate(client, question, { limit: page.limit + 1, offset: page.offset }), page);
    return { by: question.by, changes: rows, nextOffset };
  });
}

export interface BalanceAnswer extends Answer {
  readonly spans: readonly BalanceSpan[];
  readonly lots: number;
  readonly balanced: number;
  readonly rows: readonly LotBalance[];
  /** Behind the one row that is left; null when there are more or none. */
  readonly lines: readonly BalanceLine[] | null;
  /** Rows in quarantine that say its product and lot, which may be the difference; null as `lines`. */
  readonly waiting: readonly WaitingRow[] | null;
}

/** `only` leaves out other lots, and products by code or, where none is linked, by name and, where one has several, specification. */
export function answerBalance(
  database: Database,
  { month, distributor }: Pick<FigureQuestion, 'month' | 'distributor'>,
  only: { readonly product?: string; readonly spec?: string; readonly lot?: string } = {},
): Promise<BalanceAnswer> {
  return answer(database, question(month, distributor), async (client, ids) => {
    const spans = await readSpans(client, ids);
    const all = await readBalance(client, { ...ids, productId: null });
    const asked = only.product === undefined ? undefined : await survivorCode(client, 'product', only.product);
    const rows = all.filter(
      ({ product, productName, spec, lot }) =>
        (asked === undefined || product === asked || (product === null && productName === asked)) &&
        (only.spec === undefined || spec === only.spec) &&
        (only.lot === undefined || lot === only.lot),
    );
    const [first] = rows;
    const isOne =
      rows.length === 1 && first !== undefined && ids.distributorId !== null && only.product !== undefined && only.lot !== undefined;
    const one = isOne ? { ...ids, distributorId: ids.distributorId! } : null;
    const lines = one && (await readBalanceLines(client, one, first!));
    const waiting = one && (await readWaitingRows(client, one, first!));
    return { spans, lots: rows.length, balanced: rows.filter(({ difference }) => difference === '0').length, rows, lines, waiting };
  });
}

export interface ChainAnswer extends Answer {
  readonly counts: Readonly<Record<ChainState, number>>;
  readonly purchases: readonly ChainCheck[];
}

export function answerChain(
  database: Database,
  { month, distributor }: Pick<FigureQuestion, 'month' | 'distributor'>,
): Promise<ChainAnswer> {
  return answer(database, question(month, distributor), async (client, ids) => {
    const purchases = await readChain(client, ids);
    const counts = Object.fromEntries(chainStates.map((state) => [state, purchases.filter((one) => one.state === state).length]));
    return { counts: counts as ChainAnswer['counts'], purchases };
  });
}

export interface ScorecardAnswer extends Answer {
  readonly distributors: readonly Scorecard[];
  /** What was late or did not come; null unless one distributor was asked for. */
  readonly deliveries: readonly OpenDelivery[] | null;
}

export function answerScorecard(
  database: Database,
  { month, distributor }: Pick<FigureQuestion, 'month' | 'distributor'>,
): Promise<ScorecardAnswer> {
  return answer(database, question(month, distributor), async (client, ids) => {
    const { distributorId } = ids;
    const distributors = await readScorecards(client, ids);
    return { distributors, deliveries: distributorId === null ? null : await readOpenDeliveries(client, { ...ids, distributorId }) };
  });
}

const question = (month: string, distributor: string | undefined): FigureQuestion => ({
  ...{ month, by: 'actual' },
  ...(distributor !== undefined && { distributor }),
});

async function answer<More extends object>(
  database: Database,
  asked: FigureQuestion,
  read: (client: pg.Client, ids: FigureIds) => Promise<More>,
): Promise<More & Answer> {
  if (!isMonth(asked.month)) throw new HubError('config', message('figures.bad-month', { value: asked.month }));
  return inSnapshot(database, async (client) => {
    const more = await read(client, await resolveQuestion(client, asked));
    return { month: asked.month, pending: await countPending(client), closedAt: await readClosedAt(client, asked.month), ...more };
  });
}
