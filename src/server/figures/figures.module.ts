import { Controller, Get, Inject, Module, Param, Query } from '@nestjs/common';
import { z } from 'zod';
import type { Hub } from '../../app/hub.js';
import {
  answerBalance,
  answerChain,
  answerLate,
  answerRows,
  answerScorecard,
  answerSummary,
  type BalanceAnswer,
  type ChainAnswer,
  type LateAnswer,
  type RowsAnswer,
  type ScorecardAnswer,
  type SummaryAnswer,
} from '../../db/figures/figure-answers.js';
import { type Closing, readClosings } from '../../db/figures/read-closings.js';
import { inSnapshot } from '../../db/in-snapshot.js';
import { NeedsRight } from '../access/needs-right.js';
import { given } from '../given.js';
import { HUB } from '../hub.module.js';
import { Described, type RouteDescription } from '../openapi/described.js';
import { parseRequest } from '../parse-request.js';

const code = z.string().min(1).max(200);
const ofDistributor = z.strictObject({ distributor: code.optional() });
const summaryQuery = z.strictObject({
  by: z.enum(['counted', 'actual']).default('counted'),
  ...{ distributor: code.optional(), terminal: code.optional(), product: code.optional() },
});
const rowsQuery = summaryQuery.extend({
  limit: z.coerce.number().int().min(1).max(10_000).default(1000),
  offset: z.coerce.number().int().min(0).max(100_000_000).default(0),
});
/** A lot or specification may be empty: senders leave them out. */
const balanceQuery = ofDistributor.extend({
  product: code.optional(),
  spec: z.string().max(200).optional(),
  lot: z.string().max(200).optional(),
});

const sum = { lines: 12, quantity: '340', amount: '5100.5' };
const sums = { sellOut: sum, transfers: sum, unknown: sum, purchases: sum, stock: sum };
const month = { month: '2026-10', pending: 0, closedAt: null };
const unknownCodes = { 'figures.unknown-distributor': 400, 'figures.unknown-terminal': 400, 'figures.unknown-product': 400 } as const;
const ofMonth = {
  parts: { month: '2026-10' },
  refusals: { 'figures.bad-month': 400, ...unknownCodes },
} as const satisfies Partial<RouteDescription>;

/** `/v1/figures/2026-10/...`: the figures of a month (docs/figures.md), as `huiliu figures ... --json` prints them. Exact numbers are text. */
@Controller('v1/figures/:month')
@NeedsRight('read')
class FiguresController {
  constructor(@Inject(HUB) private readonly hub: Hub) {}

  @Described({
    about: 'route.figures',
    ...{ ...ofMonth, query: summaryQuery, example: { query: { by: 'counted', distributor: 'D01' } } },
    answer: {
      ...month,
      by: 'counted',
      distributors: [{ distributor: 'D01', distributorName: '粤衡达', ...sums, stockOn: '2026-10-31' }],
      total: sums,
      late: { cameIn: 0, wentOut: 0 },
    },
  })
  @Get()
  summary(@Param('month') asked: string, @Query() query: unknown): Promise<SummaryAnswer> {
    return answerSummary(this.hub.database, { month: asked, ...given(parseRequest(summaryQuery, query)) });
  }

  @Described({
    about: 'route.figure-rows',
    ...{ ...ofMonth, query: rowsQuery, example: { query: { product: 'P0012', limit: '100' } } },
    answer: {
      ...{ ...month, by: 'counted', nextOffset: null },
      rows: [
        {
          ...{ kind: 'sale', buyerKind: 'terminal', countedMonth: '2026-10', actualMonth: '2026-10', distributor: 'D01' },
          ...{ distributorName: '粤衡达', terminal: 'T0001', terminalName: '长沙市第一医院', partner: null, partnerName: null },
          ...{ product: 'P0012', productName: '甲片', ...sum },
        },
      ],
    },
  })
  @Get('rows')
  rows(@Param('month') asked: string, @Query() query: unknown): Promise<RowsAnswer> {
    const { limit, offset, ...question } = parseRequest(rowsQuery, query);
    return answerRows(this.hub.database, { month: asked, ...given(question) }, { limit, offset });
  }

  @Described({
    about: 'route.late',
    ...{ ...ofMonth, query: rowsQuery, example: { query: { by: 'counted', limit: '100' } } },
    answer: {
      ...{ ...month, by: 'counted', nextOffset: null },
      changes: [
        {
          ...{ kind: 'sale', buyerKind: 'terminal', countedMonth: '2026-10', actualMonth: '2026-09', businessDate: '2026-09-28' },
          ...{ distributor: 'D01', distributorName: '粤衡达', rawName: '长沙一医院', terminal: 'T0001', terminalName: '长沙市第一医院' },
          ...{ partner: null, partnerName: null, product: 'P0012', productName: '甲片', rawProduct: '甲片', rawSpec: '10片' },
          ...{ lines: 1, quantity: '-20', amount: '-300', deliveries: ['812'] },
        },
      ],
    },
  })
  @Get('late')
  late(@Param('month') asked: string, @Query() query: unknown): Promise<LateAnswer> {
    const { limit, offset, ...question } = parseRequest(rowsQuery, query);
    return answerLate(this.hub.database, { month: asked, ...given(question) }, { limit, offset });
  }

  @Described({
    about: 'route.balance',
    ...{ ...ofMonth, query: balanceQuery, example: { query: { distributor: 'D01', product: 'P0012', lot: '20260101' } } },
    answer: {
      ...{
        ...month,
        spans: [{ distributor: 'D01', distributorName: '粤衡达', openingOn: '2026-09-30', closingOn: '2026-10-31', senders: [] }],
      },
      ...{ lots: 1, balanced: 1, lines: null, waiting: null },
      rows: [
        {
          ...{ distributor: 'D01', product: 'P0012', productName: '甲片', spec: '10片', lot: '20260101', opening: '100', purchases: '50' },
          ...{ sales: '40', transfers: '0', expected: '110', closing: '110', difference: '0' },
        },
      ],
    },
  })
  @Get('balance')
  balance(@Param('month') asked: string, @Query() query: unknown): Promise<BalanceAnswer> {
    const { distributor, ...only } = given(parseRequest(balanceQuery, query));
    return answerBalance(this.hub.database, { month: asked, ...(distributor !== undefined && { distributor }) }, only);
  }

  @Described({
    about: 'route.chain',
    ...{ ...ofMonth, query: ofDistributor, example: { query: { distributor: 'D01' } } },
    answer: { ...month, counts: { matched: 12 }, purchases: [] },
  })
  @Get('chain')
  chain(@Param('month') asked: string, @Query() query: unknown): Promise<ChainAnswer> {
    return answerChain(this.hub.database, { month: asked, ...given(parseRequest(ofDistributor, query)) });
  }

  @Described({
    about: 'route.scorecard',
    ...{ ...ofMonth, query: ofDistributor, example: { query: { distributor: 'D01' } } },
    answer: {
      ...month,
      deliveries: [{ source: 'd01-ftp', businessDate: '2026-10-13', dueAt: '2026-10-14T00:00:00.000Z', seenAt: null }],
      distributors: [
        {
          ...{
            distributor: 'D01',
            distributorName: '粤衡达',
            expected: 22,
            onTime: 20,
            late: 1,
            saleDays: 21,
            stockDays: 21,
            saleLines: 812,
          },
          ...{ namedLines: 800, productLines: 990, linkedLines: 985, lots: 40, balancedLots: 39, corrections: 2 },
        },
      ],
    },
  })
  @Get('scorecard')
  scorecard(@Param('month') asked: string, @Query() query: unknown): Promise<ScorecardAnswer> {
    return answerScorecard(this.hub.database, { month: asked, ...given(parseRequest(ofDistributor, query)) });
  }
}

/** `/v1/closings`: which months were closed, by whom, and what was taken back. */
@Controller('v1/closings')
@NeedsRight('read')
class ClosingsController {
  constructor(@Inject(HUB) private readonly hub: Hub) {}

  @Described({
    about: 'route.closings',
    answer: {
      closings: [
        {
          ...{ month: '2026-09', closedAt: '2026-10-08T02:00:00.000Z', closedBy: 'wang', note: '九月', reopenedAt: null, reopenedBy: null },
          ...{ stillOpen: { missing: 1, held: 0, quarantined: 3, unknown: 12, unlinked: 0 }, reopenedWhy: null },
        },
      ],
    },
  })
  @Get()
  async list(): Promise<{ closings: readonly Closing[] }> {
    return { closings: await inSnapshot(this.hub.database, readClosings) };
  }
}

@Module({ controllers: [FiguresController, ClosingsController] })
export class FiguresModule {}
