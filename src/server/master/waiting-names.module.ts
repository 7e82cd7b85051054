import { Body, Controller, Get, HttpCode, Inject, Module, Post, Query, Req } from '@nestjs/common';
import { z } from 'zod';
import type { Hub } from '../../app/hub.js';
import { answerName, listWaitingNames } from '../../db/master/waiting-names.js';
import type { ApiRequest } from '../access/access.guard.js';
import { NeedsRight } from '../access/needs-right.js';
import { HUB } from '../hub.module.js';
import { Described } from '../openapi/described.js';
import { parseRequest } from '../parse-request.js';

const listed = z.strictObject({ limit: z.coerce.number().int().min(1).max(1000).default(100) });
const answered = z.strictObject({
  name: z.string().min(1).max(500),
  system: z.string().min(1).max(100).optional(),
  to: z.string().min(1).max(200),
  reason: z.string().min(1).max(2000),
});

/** Names of customers that rows of other systems refer to in vain, and what they mean (docs/history.md). */
@Controller('v1/waiting-names')
class WaitingNamesController {
  constructor(@Inject(HUB) private readonly hub: Hub) {}

  @Described({
    about: 'route.waiting-names',
    query: listed,
    example: { query: { limit: '20' } },
    answer: {
      total: 1,
      names: [
        {
          ...{
            system: 'finance',
            side: 'customer',
            name: '长沙第一医院',
            waiting: 12,
            loose: 0,
            entities: ['receivable'],
            verdict: 'review',
          },
          ...{
            candidates: [{ no: 'KH0000017', name: '长沙市第一医院', p: 0.91, why: [{ reason: 'name', bits: 8.2 }] }],
            whyNotAuto: ['near-tie'],
          },
        },
      ],
    },
  })
  @Get()
  @NeedsRight('read')
  list(@Query() query: unknown) {
    return listWaitingNames(this.hub.database, parseRequest(listed, query).limit);
  }

  @Described({
    about: 'route.answer-name',
    body: answered,
    example: { body: { name: '长沙第一医院', system: 'finance', to: 'KH0000017', reason: '财务核对' } },
    answer: { batchId: '341' },
    refusals: { 'golden.nobody-waits': 400, 'golden.waits-in-several': 400, 'golden.no-such-record': 400, 'golden.other-entity': 400 },
  })
  @Post()
  @HttpCode(201)
  @NeedsRight('decide')
  answer(@Body() body: unknown, @Req() request: ApiRequest) {
    const { name, system, to, reason } = parseRequest(answered, body);
    const answer = { name, to, because: reason, ...(system !== undefined && { system }) };
    return answerName(this.hub.database, answer, { actor: `api:${request.caller!.name}`, isPreview: false });
  }
}

@Module({ controllers: [WaitingNamesController] })
export class WaitingNamesModule {}
