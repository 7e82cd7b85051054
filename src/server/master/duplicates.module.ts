import { Body, Controller, Get, HttpCode, Inject, Module, Post, Query, Req } from '@nestjs/common';
import { z } from 'zod';
import type { Hub } from '../../app/hub.js';
import { listAlike, sayApart } from '../../db/master/alike-pairs.js';
import { listEndedOverrides } from '../../db/master/ended-overrides.js';
import { mergeRecords } from '../../db/master/merge-records.js';
import type { ApiRequest } from '../access/access.guard.js';
import { NeedsRight } from '../access/needs-right.js';
import { HUB } from '../hub.module.js';
import { parseRequest } from '../parse-request.js';

const record = z.string().min(1).max(200);
/** What would happen is answered, and nothing is written. */
const preview = z.boolean().default(false);
const listed = z.object({ limit: z.coerce.number().int().min(1).max(1000).default(100) });
const decided = z.discriminatedUnion('decision', [
  z.strictObject({ decision: z.literal('merge'), loser: record, survivor: record, reason: z.string().min(1).max(2000), preview }),
  z.strictObject({ decision: z.literal('apart'), one: record, other: record, reason: z.string().min(1).max(2000), preview }),
]);

/** What waits for a steward in the master: customers that may be one, and overrides that ended by themselves (docs/master.md). */
@Controller('v1')
class DuplicatesController {
  constructor(@Inject(HUB) private readonly hub: Hub) {}

  @Get('duplicates')
  @NeedsRight('read')
  list(@Query() query: unknown) {
    return listAlike(this.hub.database, parseRequest(listed, query).limit);
  }

  @Post('duplicates')
  @HttpCode(201)
  @NeedsRight('decide')
  async decide(@Body() body: unknown, @Req() request: ApiRequest) {
    const asked = parseRequest(decided, body);
    const { database } = this.hub;
    const how = { actor: `api:${request.caller!.name}`, isPreview: asked.preview };
    const impact =
      asked.decision === 'merge'
        ? await mergeRecords(database, { loser: asked.loser, survivor: asked.survivor, reason: asked.reason }, how)
        : await sayApart(database, { one: asked.one, other: asked.other, because: asked.reason }, how);
    return { written: !asked.preview, ...impact, batchId: asked.preview ? null : impact.batchId };
  }

  @Get('ended-overrides')
  @NeedsRight('read')
  overrides() {
    return listEndedOverrides(this.hub.database);
  }
}

@Module({ controllers: [DuplicatesController] })
export class DuplicatesModule {}
