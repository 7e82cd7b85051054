import { Controller, Get, Inject, Module, Param, Query } from '@nestjs/common';
import type { Hub } from '../../app/hub.js';
import {
  answerBalance,
  answerChain,
  answerRows,
  answerScorecard,
  answerSummary,
  type BalanceAnswer,
  type ChainAnswer,
  type RowsAnswer,
  type ScorecardAnswer,
  type SummaryAnswer,
} from '../../db/figures/figure-answers.js';
import type { FigureQuestion } from '../../db/figures/figure-question.js';
import { HubError } from '../../model/hub-error.js';
import { message } from '../../model/message.js';
import { NeedsRight } from '../access/needs-right.js';
import { HUB } from '../hub.module.js';

type Asked = Readonly<Record<string, unknown>>;
const mostRows = 10_000;

/** `/v1/figures/2026-10/...`: the figures of a month (docs/figures.md), as `huiliu figures ... --json` prints them. Exact numbers are text. */
@Controller('v1/figures/:month')
@NeedsRight('read')
class FiguresController {
  constructor(@Inject(HUB) private readonly hub: Hub) {}

  @Get()
  summary(@Param('month') month: string, @Query() asked: Asked): Promise<SummaryAnswer> {
    return answerSummary(this.hub.database, questionOf(month, asked));
  }

  @Get('rows')
  rows(@Param('month') month: string, @Query() asked: Asked): Promise<RowsAnswer> {
    const page = { limit: countOf(asked, 'limit', 1000, 1, mostRows), offset: countOf(asked, 'offset', 0, 0, 100_000_000) };
    return answerRows(this.hub.database, questionOf(month, asked), page);
  }

  @Get('balance')
  balance(@Param('month') month: string, @Query() asked: Asked): Promise<BalanceAnswer> {
    return answerBalance(
      this.hub.database,
      { month, ...textsOf(asked, ['distributor']) },
      {
        ...textsOf(asked, ['product']),
        ...textsOf(asked, ['spec', 'lot'], { mayBeEmpty: true }),
      },
    );
  }

  @Get('chain')
  chain(@Param('month') month: string, @Query() asked: Asked): Promise<ChainAnswer> {
    return answerChain(this.hub.database, { month, ...textsOf(asked, ['distributor']) });
  }

  @Get('scorecard')
  scorecard(@Param('month') month: string, @Query() asked: Asked): Promise<ScorecardAnswer> {
    return answerScorecard(this.hub.database, { month, ...textsOf(asked, ['distributor']) });
  }
}

@Module({ controllers: [FiguresController] })
export class FiguresModule {}

function questionOf(month: string, asked: Asked): FigureQuestion {
  const { by = 'counted', ...codes } = textsOf(asked, ['by', 'distributor', 'terminal', 'product']);
  if (by !== 'counted' && by !== 'actual') throw badQuery('by', by, 'counted | actual');
  return { month, by, ...codes };
}

/** A parameter that is given twice is no text. A lot or specification may be empty: senders leave them out. */
function textsOf<Name extends string>(asked: Asked, names: readonly Name[], { mayBeEmpty = false } = {}): { [name in Name]?: string } {
  const texts: { [name in Name]?: string } = {};
  for (const name of names) {
    const value = asked[name];
    if (value === undefined) continue;
    if (typeof value !== 'string' || (value === '' && !mayBeEmpty)) throw badQuery(name, JSON.stringify(value), 'text');
    texts[name] = value;
  }
  return texts;
}

function countOf(asked: Asked, name: string, usual: number, least: number, most: number): number {
  const value = asked[name];
  if (value === undefined) return usual;
  const count = typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
  if (!(count >= least && count <= most)) throw badQuery(name, JSON.stringify(value), `${least}-${most}`);
  return count;
}

const badQuery = (name: string, value: string, expected: string): HubError =>
  new HubError('config', message('figures.bad-query', { name, value, expected }));
