import {
  BadRequestException,
  Body,
  Controller,
  Get,
  Headers,
  HttpCode,
  Inject,
  Module,
  NotFoundException,
  Param,
  Post,
  Query,
  Req,
  Res,
} from '@nestjs/common';
import { z } from 'zod';
import type { Hub } from '../../app/hub.js';
import { findRecord } from '../../db/share/find-record.js';
import { compareParity } from '../../db/share/parity-store.js';
import { lastSeq, readChanges } from '../../db/share/read-changes.js';
import { findByKey, notePull } from '../../db/share/subscriber-store.js';
import { entityKinds } from '../../model/kind.js';
import { message } from '../../model/message.js';
import type { ApiRequest } from '../access/access.guard.js';
import { NeedsRight } from '../access/needs-right.js';
import { HUB } from '../hub.module.js';
import { parseRequest } from '../parse-request.js';

interface HttpResponse {
  setHeader(name: string, value: string): void;
  status(code: number): void;
}

const changesQuery = z.object({
  after: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(5000).default(500),
  entity: z
    .string()
    .default('')
    .transform((given) => given.split(',').filter((one) => one !== ''))
    .pipe(z.array(z.enum(entityKinds))),
});
const report = z.strictObject({
  seq: z.number().int().min(0),
  count: z.number().int().min(0),
  hash: z.string().regex(/^[0-9a-f]{16}$/u),
});

/** The master for other systems (docs/sharing.md): changes in the order of commits, single records, and the comparison of both sides. */
@Controller('v1')
@NeedsRight('read')
class ShareController {
  constructor(@Inject(HUB) private readonly hub: Hub) {}

  @Get('changes')
  async changes(
    @Query() query: unknown,
    @Headers('if-none-match') known: string | undefined,
    @Req() request: ApiRequest,
    @Res({ passthrough: true }) response: HttpResponse,
  ) {
    const { after, limit, entity } = parseRequest(changesQuery, query);
    const last = await lastSeq(this.hub.database);
    if (after > last) throw new BadRequestException(message('share.ahead', { seq: after, last }));
    await notePull(this.hub.database, request.caller!.name, after);
    const tag = `"${after}-${last}-${entity.join()}-${limit}"`;
    response.setHeader('etag', tag);
    response.setHeader('cache-control', 'no-cache');
    if (known === tag) return void response.status(304);
    return readChanges(this.hub.database, { after, limit, last, entities: entity });
  }

  /** By our number, or by what a system calls it: `/v1/records/KH0000001`, `/v1/records/oa:customer:C-17`. */
  @Get('records/:no')
  async record(@Param('no') no: string) {
    const found = await findRecord(this.hub.database, no);
    if (!found) throw new NotFoundException(message('share.no-record', { no }));
    return found;
  }

  /** A subscriber says what it holds after change `seq`; the answer says whether we held the same. */
  @Post('parity')
  @HttpCode(200)
  async parity(@Body() body: unknown, @Req() request: ApiRequest) {
    const { seq, count, hash } = parseRequest(report, body);
    const key = request.caller!.name;
    const subscriber = await findByKey(this.hub.database, key);
    if (!subscriber) throw new BadRequestException(message('share.no-reporter', { key }));
    const last = await lastSeq(this.hub.database);
    if (seq > last) throw new BadRequestException(message('share.ahead', { seq, last }));
    return compareParity(this.hub.database, { subscriber: subscriber.code, entities: subscriber.entities, seq, theirs: { count, hash } });
  }
}

@Module({ controllers: [ShareController] })
export class ShareModule {}
