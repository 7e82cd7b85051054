import { Body, Controller, Get, HttpCode, Inject, Module, Post, Query, Req } from '@nestjs/common';
import { z } from 'zod';
import type { Hub } from '../../app/hub.js';
import { answerName, listWaitingNames } from '../../db/master/waiting-names.js';
import type { ApiRequest } from '../access/access.guard.js';
import { NeedsRight } from '../access/needs-right.js';
import { HUB } from '../hub.module.js';
import { parseRequest } from '../parse-request.js';

const listed = z.object({ limit: z.coerce.number().int().min(1).max(1000).default(100) });
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

  @Get()
  @NeedsRight('read')
  list(@Query() query: unknown) {
    return listWaitingNames(this.hub.database, parseRequest(listed, query).limit);
  }

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
