import { Body, Controller, Get, HttpCode, Inject, Module, Post, Query, Req } from '@nestjs/common';
import { z } from 'zod';
import type { Hub } from '../../app/hub.js';
import { listAlike, sayApart } from '../../db/master/alike-pairs.js';
import { listEndedOverrides } from '../../db/master/ended-overrides.js';
import { mergeRecords } from '../../db/master/merge-records.js';
import type { ApiRequest } from '../access/access.guard.js';
import { NeedsRight } from '../access/needs-right.js';
import { HUB } from '../hub.module.js';
import { Described } from '../openapi/described.js';
import { parseRequest } from '../parse-request.js';

const record = z.string().min(1).max(200);
/** What would happen is answered, and nothing is written. */
const preview = z.boolean().default(false);
const listed = z.strictObject({ limit: z.coerce.number().int().min(1).max(1000).default(100) });
const decided = z.discriminatedUnion('decision', [
  z.strictObject({ decision: z.literal('merge'), loser: record, survivor: record, reason: z.string().min(1).max(2000), preview }),
  z.strictObject({ decision: z.literal('apart'), one: record, other: record, reason: z.string().min(1).max(2000), preview }),
]);

/** What waits for a steward in the master: customers that may be one, and overrides that ended by themselves (docs/master.md). */
@Controller('v1')
class DuplicatesController {
  constructor(@Inject(HUB) private readonly hub: Hub) {}

  @Described({
    about: 'route.duplicates',
    query: listed,
    example: { query: { limit: '20' } },
    answer: {
      ...{ total: 1, lookedAt: '2026-11-21T18:20:00.000Z', notLooked: 0 },
      pairs: [
        {
          ...{ p: 0.93, why: 'matcher', bits: [{ reason: 'name', bits: 8.2 }], differences: [] },
          one: { no: 'KH0000017', name: '长沙普济堂大药房有限公司', place: '湖南省长沙市', creditCode: '', systems: ['own'] },
          other: { no: 'KH0000018', name: '长沙市普济堂大药房', place: '湖南省长沙市', creditCode: '', systems: ['oa'] },
        },
      ],
    },
  })
  @Get('duplicates')
  @NeedsRight('read')
  list(@Query() query: unknown) {
    return listAlike(this.hub.database, parseRequest(listed, query).limit);
  }

  @Described({
    about: 'route.decide-duplicate',
    body: decided,
    example: { body: { decision: 'merge', loser: 'KH0000018', survivor: 'KH0000017', reason: '同一家，电话核实', preview: true } },
    answer: { written: false, batchId: null },
    refusals: { 'golden.no-such-record': 400, 'golden.one-already': 400 },
  })
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

  @Described({
    about: 'route.ended-overrides',
    answer: [
      {
        ...{ id: '4', no: 'KH0000017', name: '长沙市第一医院', attribute: 'phone', value: '0731-84300000', state: 'moved' },
        ...{ endedAt: '2026-11-20T18:00:00.000Z', source: 'oa/C17', role: '', saidThen: '0731-1', saidNow: '0731-2', golden: '0731-2' },
      },
    ],
  })
  @Get('ended-overrides')
  @NeedsRight('read')
  overrides() {
    return listEndedOverrides(this.hub.database);
  }
}

@Module({ controllers: [DuplicatesController] })
export class DuplicatesModule {}
