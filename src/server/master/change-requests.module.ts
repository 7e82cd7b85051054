import { Body, ConflictException, Controller, Get, HttpCode, Inject, Module, Post, Query, Req } from '@nestjs/common';
import { z } from 'zod';
import { findAlikeRecords, listAlikeRecords } from '../../app/find-alike-records.js';
import type { Hub } from '../../app/hub.js';
import { answerRequests } from '../../db/master/answer-requests.js';
import { askForChange, changeKinds, listChanges } from '../../db/master/change-requests.js';
import { findRecord } from '../../db/master/find-record.js';
import { parseRequestNumbers } from '../../db/master/parse-request-numbers.js';
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

/** Changes of the master that programs ask for; a person approves them. What the master may have already is refused with candidates. */
@Controller('v1/change-requests')
class ChangeRequestsController {
  constructor(@Inject(HUB) private readonly hub: Hub) {}

  @Described({
    about: 'route.change-requests',
    query: listed,
    example: { query: { all: 'true' } },
    answer: [
      {
        ...{ id: '12', batchId: '340', kind: 'rename', state: 'open', recordId: '17', no: 'KH0000017', name: '长沙市第一医院' },
        ...{ fields: { name: '长沙市第一人民医院' }, before: { name: '长沙市第一医院' }, import: null, seen: [] },
        ...{
          reason: '公章已换',
          askedBy: 'api:oa',
          askedAt: '2026-11-22T09:00:00+08:00',
          isImported: false,
          answeredBy: null,
          mergedNo: null,
          answer: null,
        },
      },
    ],
  })
  @Get()
  @NeedsRight('read')
  list(@Query() query: unknown) {
    const { all, kind, ...filter } = parseRequest(listed, query);
    return listChanges(this.hub.database, { all: all === 'true', filter: { ...given(filter), ...(kind && { kinds: [kind] }) } });
  }

  @Described({
    about: 'route.answer-changes',
    body: answered,
    example: { body: { decision: 'approve', requests: ['12', '15-40'], reason: '已核对', preview: true } },
    answer: {
      ...{ written: false, batchId: null, done: 1, refused: 0, records: 1, upTo: '12', unknown: [] },
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
      ...{ records: impact?.records ?? 0, upTo: outcomes.at(-1)?.request.id ?? null, unknown },
      outcomes: outcomes.map(({ request: { id, kind, no, name, before, fields, askedBy }, told }) => ({
        ...{ request: id, kind, no, name, before, fields, askedBy, done: told === null },
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
