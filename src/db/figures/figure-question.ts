import type pg from 'pg';
import { HubError } from '../../model/hub-error.js';
import { message } from '../../model/message.js';

/** Which figures are asked for: a month, and nothing but a distributor's, terminal's or product's when these are given by code. */
export interface FigureQuestion {
  /** `yyyy-MM` */
  readonly month: string;
  /** Which month of a line is meant: the one it counts in, or the one it happened in. */
  readonly by: 'counted' | 'actual';
  readonly distributor?: string;
  readonly terminal?: string;
  readonly product?: string;
}

/** The question with the master's ids; null where nothing is asked. */
export interface FigureIds {
  readonly firstDay: string;
  readonly distributorId: number | null;
  readonly terminalId: string | null;
  readonly productId: string | null;
}

/** Throws a HubError for a code that the master does not have. What was merged is what it means now. */
export async function resolveQuestion(client: pg.Client, question: FigureQuestion): Promise<FigureIds> {
  const { distributor, terminal, product } = question;
  return {
    firstDay: `${question.month}-01`,
    distributorId: (await idOf('distributor', distributor)) as number | null,
    terminalId: (await idOf('terminal', terminal)) as string | null,
    productId: (await idOf('product', product)) as string | null,
  };

  async function idOf(table: 'distributor' | 'terminal' | 'product', code: string | undefined): Promise<unknown> {
    if (code === undefined) return null;
    const { rows } = await client.query<{ id: unknown }>(`select coalesce(survivor_id, id) as id from master.${table} where code = $1`, [
      code,
    ]);
    if (!rows[0]) throw new HubError('config', message(`figures.unknown-${table}`, { code }));
    return rows[0].id;
  }
}

/** Whether `text` is a month, `yyyy-MM`. */
export const isMonth = (text: string): boolean => /^(19|20)\d\d-(0[1-9]|1[0-2])$/u.test(text);
