import {
  Body,
  ConflictException,
  Controller,
  Get,
  HttpCode,
  Inject,
  Module,
  NotFoundException,
  Param,
  Post,
  Query,
  Req,
} from '@nestjs/common';
import { z } from 'zod';
import { findAlikeOfRecord } from '../../app/find-alike-of-record.js';
import { listAlikeRecords } from '../../app/find-alike-records.js';
import type { Hub } from '../../app/hub.js';
import { answerRequests, movedBy } from '../../db/master/answer-requests.js';
import { askForChange, changeKinds, listChanges } from '../../db/master/change-requests.js';
import { findRecord } from '../../db/master/find-record.js';
import { parseRequestNumbers } from '../../db/master/parse-request-numbers.js';
import { readRequest } from '../../db/master/read-request.js';
import { HubError } from '../../model/hub-error.js';
import { message, renderMessage } from '../../model/message.js';
import type { ApiRequest } from '../access/access.guard.js';
import { NeedsRight } from '../access/needs-right.js';
import { given } from '../given.js';
import { HUB } from '../hub.module.js';
import { languageOf } from '../language-of.js';
import { Described } from '../openapi/described.js';
import { parseRequest } from '../parse-request.js';

const value = z.string().max(2000);
const asked = z.strictObject({
  kind: z.enum(changeKinds),
  record: z.string().max(200).nullable().default(null),
  fields: z.record(z.string().regex(/^[a-z][a-z0-9_]*$/u, 'expect.field-name'), value).default({}),
  reason: z.string().min(1).max(2000),
  /** The caller saw the candidates and says that it is another one. */
  anyway: z.boolean().default(false),
});
const word = z.string().trim().min(1).max(200);
const number = z.string().regex(/^[1-9]\d{0,17}$/u, 'expect.record-number');
const filters = {
  import: number.optional(),
  source: word.optional(),
  batch: number.optional(),
  field: word.optional(),
  askedBy: word.optional(),
  upTo: number.optional(),
};
const listed = z.strictObject({ all: z.enum(['true', 'false']).default('false'), kind: z.enum(changeKinds).optional(), ...filters });
const answered = z.strictObject({
  decision: z.enum(['approve', 'reject']),
  /** Numbers and ranges, `"12"`, `"15-40"`. */
  requests: z.array(z.string().max(50)).max(10_000).default([]),
  kinds: z.array(z.enum(changeKinds)).min(1).optional(),
  ...filters,
  reason: z.string().trim().min(1).max(2000),
  /** Nothing is written unless it is said. */
  preview: z.boolean().default(true),
});

const exampleRequest = {
  ...{ id: '12', batchId: '340', kind: 'rename', state: 'open', recordId: '17', no: 'KH0000017', name: '长沙市第一医院', mergedNo: null },
  ...{ fields: { name: '长沙市第一人民医院' }, before: { name: '长沙市第一医院' }, import: null, isImported: false, seen: [] },
  ...{ reason: '公章已换', askedBy: 'api:oa', askedAt: '2026-11-22T01:00:00.000Z', answeredBy: null, answer: null },
};
const examplePair = {
  from: { no: 'KH0000018', name: '长沙普济堂大药房', place: '湖南省长沙市' },
  into: { no: 'KH0000017', name: '长沙市普济堂大药房有限公司', place: '湖南省岳阳市' },
  ...{
    differences: [{ field: 'city', one: '长沙市', other: '岳阳市' }],
    otherValues: [{ field: 'phone', one: '0731-84300000', other: '0730-84300001' }],
  },
  challenged: 0,
};
const exampleBehind = { names: 3, lines: 214, lastDay: '2026-11-20', related: [{ entity: 'contract', records: 2 }] };

/** Changes of the master that programs ask for; a person approves them. What the master may have already is refused with candidates. */
@Controller('v1/change-requests')
class ChangeRequestsController {
  constructor(@Inject(HUB) private readonly hub: Hub) {}

  @Described({
    about: 'route.change-requests',
    query: listed,
    example: { query: { all: 'true' } },
    answer: [exampleRequest],
  })
  @Get()
  @NeedsRight('read')
  list(@Query() query: unknown) {
    const { all, kind, ...filter } = parseRequest(listed, query);
    return listChanges(this.hub.database, { all: all === 'true', filter: { ...given(filter), ...(kind && { kinds: [kind] }) } });
  }

  @Described({
    about: 'route.change-request',
    parts: { id: '12' },
    answer: {
      ...exampleRequest,
      ...{ kind: 'merge', recordId: '18', no: 'KH0000018', name: '长沙普济堂大药房', fields: { into: 'KH0000017' }, before: { into: '' } },
      approval: {
        ...{ told: null, pair: examplePair, behind: exampleBehind },
        impact: { records: 2, changes: [], terminals: 1, names: 3, rows: 214, amount: '8120.50', cameIn: 0 },
      },
    },
    refusals: { 'golden.unknown-request': 404 },
  })
  /** What an approver sees before answering; the rule of two does not keep anybody from looking. */
  @Get(':id')
  @NeedsRight('read')
  async detail(@Param('id') id: string, @Req() request: ApiRequest) {
    const found = await readRequest(this.hub.database, id);
    if (!found) throw new NotFoundException(message('golden.unknown-request', { request: id }));
    const { approval, ...asked } = found;
    if (!approval) return { ...asked, approval };
    const { told, ...sight } = approval;
    return {
      ...asked,
      approval: { told: told && { code: told.code, message: renderMessage(told, languageOf(request)) }, ...sight },
    };
  }

  @Described({
    about: 'route.answer-changes',
    body: answered,
    example: { body: { decision: 'approve', requests: ['12', '15-40'], reason: '已核对', preview: true } },
    answer: {
      ...{ written: false, batchId: null, done: 1, refused: 0, upTo: '12', unknown: [] },
      ...{ records: 1, terminals: 0, names: 0, rows: 0, amount: '0' },
      outcomes: [
        {
          ...{ request: '12', kind: 'rename', no: 'KH0000017', name: '长沙市第一医院', before: { name: '长沙市第一医院' } },
          ...{ fields: { name: '长沙市第一人民医院' }, askedBy: 'api:oa', done: true },
        },
      ],
    },
    refusals: { 'golden.no-requests-meant': 400 },
  })
  /** Answers many as one act; a caller who asked for one cannot approve it. */
  @Post('answers')
  @HttpCode(200)
  @NeedsRight('decide')
  async answer(@Body() body: unknown, @Req() request: ApiRequest) {
    const { decision, requests, reason, preview, ...rest } = parseRequest(answered, body);
    const filter = { ...parseRequestNumbers(requests), ...given(rest) };
    if (requests.length + Object.keys(given(rest)).length === 0) throw new HubError('config', message('golden.no-requests-meant'));
    const how = { decision, actor: `api:${request.caller!.name}`, reason, isPreview: preview };
    const { outcomes, unknown, impact } = await answerRequests(this.hub.database, filter, how);
    const done = outcomes.filter(({ told }) => told === null).length;
    return {
      ...{
        written: !preview && done > 0,
        batchId: preview ? null : (impact?.batchId ?? null),
        done,
        refused: outcomes.length - done + unknown.length,
      },
      ...{ ...(impact ? movedBy(impact) : nothingMoved), upTo: outcomes.at(-1)?.request.id ?? null, unknown },
      outcomes: outcomes.map(({ request: { id, kind, no, name, before, fields, askedBy }, told, pair, behind }) => ({
        ...{ request: id, kind, no, name, before, fields, askedBy, done: told === null },
        ...(pair && { pair }),
        ...(behind && { behind }),
        ...(told && { code: told.code, message: renderMessage(told, languageOf(request)) }),
      })),
    };
  }

  @Described({
    about: 'route.ask-change',
    body: asked,
    example: { body: { kind: 'new', fields: { name: '株洲市丙药店', province: '湖南省', city: '株洲市' }, reason: '新开发客户' } },
    answer: { request: '12', candidates: [] },
    refusals: { 'golden.no-such-record': 400, 'golden.request-incomplete': 400, 'golden.request-faulty': 400, 'golden.alike': 409 },
  })
  @Post()
  @HttpCode(201)
  @NeedsRight('decide')
  async ask(@Body() body: unknown, @Req() request: ApiRequest) {
    const { kind, record, fields, reason, anyway } = parseRequest(asked, body);
    const { database, matcher } = this.hub;
    const about = record === null ? null : await findRecord(database, record);
    const asksWho = kind === 'new' || kind === 'rename';
    const alike = asksWho ? await findAlikeOfRecord(database, matcher, fields, about) : [];
    if (alike.length > 0 && !anyway)
      throw new ConflictException({ told: message('golden.alike', { found: listAlikeRecords(alike) }), candidates: alike });
    const made = { kind, record: about?.no ?? null, fields, reason, seen: alike };
    const { id } = await askForChange(database, made, `api:${request.caller!.name}`);
    return { request: id, candidates: alike };
  }
}

const nothingMoved = { records: 0, terminals: 0, names: 0, rows: 0, amount: '0' };

@Module({ controllers: [ChangeRequestsController] })
export class ChangeRequestsModule {}
