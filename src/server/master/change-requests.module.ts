import { Body, ConflictException, Controller, Get, HttpCode, Inject, Module, Post, Query, Req } from '@nestjs/common';
import { z } from 'zod';
import { findAlikeRecords, listAlikeRecords } from '../../app/find-alike-records.js';
import type { Hub } from '../../app/hub.js';
import { askForChange, listChanges } from '../../db/master/change-requests.js';
import { findRecord } from '../../db/master/find-record.js';
import { message } from '../../model/message.js';
import type { ApiRequest } from '../access/access.guard.js';
import { NeedsRight } from '../access/needs-right.js';
import { HUB } from '../hub.module.js';
import { parseRequest } from '../parse-request.js';

const value = z.string().max(2000);
const asked = z.strictObject({
  kind: z.enum(['new', 'rename', 'close', 'merge', 'move']),
  record: z.string().max(200).nullable().default(null),
  fields: z.record(z.string().regex(/^[a-z][a-z0-9_]*$/u, 'expect.field-name'), value).default({}),
  reason: z.string().min(1).max(2000),
  /** The caller saw the candidates and says that it is another one. */
  anyway: z.boolean().default(false),
});
const listed = z.object({ all: z.enum(['true', 'false']).default('false') });

/** Changes of the master that programs ask for; a person approves them. What the master may have already is refused with candidates. */
@Controller('v1/change-requests')
class ChangeRequestsController {
  constructor(@Inject(HUB) private readonly hub: Hub) {}

  @Get()
  @NeedsRight('read')
  list(@Query() query: unknown) {
    return listChanges(this.hub.database, { all: parseRequest(listed, query).all === 'true' });
  }

  @Post()
  @HttpCode(201)
  @NeedsRight('decide')
  async ask(@Body() body: unknown, @Req() request: ApiRequest) {
    const { kind, record, fields, reason, anyway } = parseRequest(asked, body);
    const { database, matcher } = this.hub;
    const about = record === null ? null : await findRecord(database, record);
    const asksWho = kind === 'new' || kind === 'rename';
    const alike = asksWho ? await findAlikeRecords(database, matcher, fields, about?.no ?? null) : [];
    if (alike.length > 0 && !anyway)
      throw new ConflictException({ told: message('golden.alike', { found: listAlikeRecords(alike) }), candidates: alike });
    const made = { kind, record: about?.no ?? null, fields, reason, seen: alike };
    const { id } = await askForChange(database, made, `api:${request.caller!.name}`);
    return { request: id, candidates: alike };
  }
}

@Module({ controllers: [ChangeRequestsController] })
export class ChangeRequestsModule {}
