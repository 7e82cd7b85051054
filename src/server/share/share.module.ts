import type { Readable } from 'node:stream';
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
import { searchRecords } from '../../db/master/search-records.js';
import { compareCopy } from '../../db/share/compare-copy.js';
import { findRecord } from '../../db/share/find-record.js';
import { compareParity } from '../../db/share/parity-store.js';
import { lastSeq, readChanges } from '../../db/share/read-changes.js';
import { findByKey, notePull } from '../../db/share/subscriber-store.js';
import { entityKinds } from '../../model/kind.js';
import { message } from '../../model/message.js';
import { csvRows, readCopy } from '../../share/read-copy.js';
import type { ApiRequest } from '../access/access.guard.js';
import { NeedsRight } from '../access/needs-right.js';
import { HUB } from '../hub.module.js';
import { Described } from '../openapi/described.js';
import { parseRequest } from '../parse-request.js';

interface HttpResponse {
  setHeader(name: string, value: string): void;
  status(code: number): void;
}

const changesQuery = z.strictObject({
  after: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(5000).default(500),
  entity: z
    .string()
    .default('')
    .transform((given) => given.split(',').filter((one) => one !== ''))
    .pipe(z.array(z.enum(entityKinds))),
});
const findQuery = z.strictObject({
  find: z.string().trim().min(1).max(200),
  entity: z.enum(entityKinds).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(20),
});
const parityOf = z.strictObject({ seq: z.coerce.number().int().min(0) });
const report = z.strictObject({
  seq: z.number().int().min(0),
  count: z.number().int().min(0),
  hash: z.string().regex(/^[0-9a-f]{16}$/u, 'expect.parity'),
});

/** The master for other systems (docs/sharing.md): changes in the order of commits, single records, and the comparison of both sides. */
@Controller('v1')
@NeedsRight('read')
class ShareController {
  constructor(@Inject(HUB) private readonly hub: Hub) {}

  @Described({
    about: 'route.changes',
    query: changesQuery,
    example: { query: { after: '0', limit: '100', entity: 'customer,contract' } },
    answer: {
      changes: [
        {
          ...{ seq: 1, no: 'KH0000017', entity: 'customer', kind: 'created', attributes: ['name'] },
          after: { no: 'KH0000017', status: 'active', fields: { name: '长沙市第一医院' }, isVoid: false },
          at: '2026-11-21T18:13:00.000Z',
        },
      ],
      through: 1,
      last: 1,
    },
    refusals: { 'share.ahead': 400 },
    hasTag: true,
  })
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

  /** What a text means: a number of ours, a key, a credit code, a part of a name, or the number of a contract, invoice, receivable ... */
  @Described({
    about: 'route.find',
    query: findQuery,
    example: { query: { find: 'HT-2026-7' } },
    answer: {
      records: [
        {
          ...{
            no: 'KH0000017',
            entity: 'customer',
            status: 'active',
            name: '长沙市第一医院',
            place: '湖南省长沙市',
            keys: 2,
            survivor: null,
          },
          documents: [{ entity: 'contract', number: 'HT-2026-7' }],
          aliases: [],
        },
      ],
    },
  })
  @Get('records')
  async find(@Query() query: unknown) {
    const { find, entity = null, limit } = parseRequest(findQuery, query);
    return { records: await searchRecords(this.hub.database, find, { entity, limit }) };
  }

  /** By our number, or by what a system calls it: `/v1/records/KH0000001`, `/v1/records/oa:customer:C-17`. */
  @Described({
    about: 'route.record',
    parts: { no: 'KH0000017' },
    answer: {
      ...{ no: 'KH0000017', entity: 'customer', status: 'active', fields: { name: '长沙市第一医院' }, isVoid: false, completeness: 83 },
      ...{ redirectedFrom: ['KH0000003'], keys: [{ system: 'oa', role: '', key: 'C17' }] },
    },
    refusals: { 'share.no-record': 404 },
  })
  @Get('records/:no')
  async record(@Param('no') no: string) {
    const found = await findRecord(this.hub.database, no);
    if (!found) throw new NotFoundException(message('share.no-record', { no }));
    return found;
  }

  /** A subscriber says what it holds after change `seq`; the answer says whether we held the same. */
  @Described({
    about: 'route.parity',
    body: report,
    example: { body: { seq: 1200, count: 533, hash: '0f3a5c7e9b1d2f40' } },
    answer: {
      ...{ seq: 1200, agrees: false },
      ...{ ours: { count: 533, hash: '77ad01c2b3e4f506' }, theirs: { count: 533, hash: '0f3a5c7e9b1d2f40' } },
    },
    refusals: { 'share.ahead': 400, 'share.no-reporter': 400 },
  })
  @Post('parity')
  @HttpCode(200)
  async parity(@Body() body: unknown, @Req() request: ApiRequest) {
    const { seq, count, hash } = parseRequest(report, body);
    const asked = await this.reporter(request, seq);
    return compareParity(this.hub.database, { ...asked, theirs: { count, hash } });
  }

  /** The same record by record: a csv of `no` and `hash`, or of all values as in a snapshot. The answer names what differs. */
  @Described({
    about: 'route.parity-records',
    query: parityOf,
    file: 'text/csv',
    example: { query: { seq: '1200' } },
    answer: {
      ...{ seq: 1200, agrees: false, ours: { count: 533, hash: '77ad01c2b3e4f506' }, theirs: { count: 532, hash: '0f3a5c7e9b1d2f40' } },
      ...{ differing: 1, differences: [{ no: 'KH0000017', entity: 'customer', what: 'missing', fields: null }] },
    },
    refusals: { 'share.ahead': 400, 'share.no-reporter': 400, 'share.not-csv': 400 },
  })
  @Post('parity/records')
  @HttpCode(200)
  async parityOfRecords(@Query() query: unknown, @Req() request: ApiRequest & Readable) {
    const { seq } = parseRequest(parityOf, query);
    const asked = await this.reporter(request, seq);
    if (request.readableEnded) throw new BadRequestException(message('share.not-csv', {}));
    const name = 'POST /v1/parity/records';
    return compareCopy(this.hub.database, { ...asked, copy: readCopy(csvRows(request, name), name) });
  }

  /** Whose copy it is, by the key of the request. */
  private async reporter(request: ApiRequest, seq: number) {
    const key = request.caller!.name;
    const subscriber = await findByKey(this.hub.database, key);
    if (!subscriber) throw new BadRequestException(message('share.no-reporter', { key }));
    const last = await lastSeq(this.hub.database);
    if (seq > last) throw new BadRequestException(message('share.ahead', { seq, last }));
    return { subscriber: subscriber.code, entities: subscriber.entities, seq };
  }
}

@Module({ controllers: [ShareController] })
export class ShareModule {}
