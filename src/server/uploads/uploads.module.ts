import type { Readable } from 'node:stream';
import {
  BadRequestException,
  Controller,
  Get,
  HttpException,
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
import { findUpload, listUploads, openUploadLink, type Upload, type UploadLink } from '../../db/upload-store.js';
import { HubError } from '../../model/hub-error.js';
import { type Language, type Message, message } from '../../model/message.js';
import type { ApiRequest } from '../access/access.guard.js';
import { NeedsRight, OpenToAll } from '../access/needs-right.js';
import type { HttpResponse } from '../http-response.js';
import { HUB } from '../hub.module.js';
import { languageOf } from '../language-of.js';
import { Described } from '../openapi/described.js';
import { parseRequest } from '../parse-request.js';
import { createRateLimit } from './rate-limit.js';
import { readFormFile } from './read-form-file.js';
import { renderUploadPage, type UploadPage, uploadPagePolicy } from './upload-page.js';

const mostBytes = 512 * 1024 ** 2;
const listed = z.strictObject({ waiting: z.enum(['true', 'false', '1', '0']).optional() });
const told = z.string().trim().min(1).max(500);
const handedIn = z.strictObject({
  ...{ reason: told, by: told, name: z.string().trim().max(500).default('') },
  ...{ from: z.iso.date().optional(), to: z.iso.date().optional() },
});
const example = {
  ...{
    id: '7',
    source: 'd01-ftp',
    sha256: 'ea797f69…',
    name: '销售.xlsx',
    way: 'api',
    by: '王芳 (oa)',
    reason: '补发',
    address: '10.1.2.3',
  },
  ...{
    from: null,
    to: null,
    uploadedAt: '2026-11-22T02:01:00.000Z',
    state: 'waiting',
    decidedBy: null,
    decidedAt: null,
    why: '',
    deliveryId: null,
  },
  comparison: { days: [], differences: [], quarantined: 0, findings: [], signals: [] },
};

type UploadRequest = Readable & ApiRequest & { readonly ip?: string; readonly body?: unknown };

/** Programs hand in files: `POST /uploads/SOURCE?name=…&reason=…&by=…` with the bytes as the body. Nothing takes effect before somebody takes it. */
@Controller('uploads')
class UploadsController {
  constructor(@Inject(HUB) private readonly hub: Hub) {}

  @Described({ about: 'route.uploads', query: listed, example: { query: { waiting: 'true' } }, answer: { uploads: [example] } })
  @Get()
  @NeedsRight('read')
  async list(@Query() query: unknown): Promise<{ uploads: Upload[] }> {
    const { waiting } = parseRequest(listed, query);
    return { uploads: await listUploads(this.hub.database, { waiting: waiting === 'true' || waiting === '1', limit: 200 }) };
  }

  @Described({ about: 'route.upload', parts: { id: '7' }, answer: example, refusals: { 'upload.unknown': 404 } })
  @Get(':id')
  @NeedsRight('read')
  async show(@Param('id') id: string): Promise<Upload> {
    const found = /^\d{1,18}$/u.test(id) ? await findUpload(this.hub.database, id) : null;
    if (!found) throw new NotFoundException(message('upload.unknown', { id }));
    return found;
  }

  @Described({
    about: 'route.hand-in',
    ...{ parts: { source: 'd01-ftp' }, query: handedIn, file: 'application/octet-stream' },
    example: { query: { reason: '补发十月流向', by: '王芳', name: '销售.xlsx' } },
    answer: example,
    refusals: { 'upload.bad-period': 400, 'upload.no-file': 400 },
  })
  @Post(':source')
  @NeedsRight('upload')
  async receive(@Param('source') source: string, @Query() query: unknown, @Req() request: UploadRequest): Promise<Upload> {
    const { reason, by, name, from = '', to = '' } = parseRequest(handedIn, query);
    const isGiven = from !== '' || to !== '';
    if (isGiven && !(from !== '' && to !== '' && from <= to)) throw new BadRequestException(message('upload.bad-period', { from, to }));
    const days = isGiven ? { from, to } : null;
    const signal = AbortSignal.timeout(600_000);
    const who = { by: `${by} (${request.caller?.name ?? ''})`, address: request.ip ?? '', linkId: null };
    return this.hub.receiveUpload({
      ...{ source, reason, days, signal, ...who, way: 'api', name, byteLimit: mostBytes },
      bytes: rawBody(request),
    });
  }
}

/** A person at a distributor hands in one file, by a link and without a password. */
@Controller('u')
@OpenToAll()
class UploadLinkController {
  private readonly mayAsk = createRateLimit(30);

  constructor(@Inject(HUB) private readonly hub: Hub) {}

  @Get(':token')
  async form(@Param('token') token: string, @Req() request: UploadRequest, @Res() response: HttpResponse): Promise<void> {
    const link = await this.open(token, request, response);
    if (link) send(response, 200, formOf(link, []), languageOf(request));
  }

  @Post(':token')
  async receive(@Param('token') token: string, @Req() request: UploadRequest, @Res() response: HttpResponse): Promise<void> {
    const link = await this.open(token, request, response);
    if (!link) return;
    try {
      const file = await readFormFile(request, link.byteLimit);
      const upload = await this.hub.receiveUpload({
        ...{ source: link.source, bytes: file.bytes, name: file.name, byteLimit: link.byteLimit, way: 'link', linkId: link.id, days: null },
        ...{ by: link.meantFor, reason: link.reason, address: request.ip ?? '', signal: AbortSignal.timeout(600_000) },
      });
      send(response, 200, receivedOf(upload, file.byteCount()), languageOf(request));
    } catch (error) {
      const problems = error instanceof HubError ? [error.told] : error instanceof HttpException ? [message('upload.no-file', {})] : null;
      if (problems === null) throw error;
      send(response, 422, formOf(link, problems), languageOf(request));
    }
  }

  /** null: the answer has been given. */
  private async open(token: string, request: UploadRequest, response: HttpResponse): Promise<UploadLink | null> {
    const refuse = (status: number, problem: Message) => {
      request.resume();
      send(response, status, { state: 'refused', problems: [problem] }, languageOf(request));
      return null;
    };
    if (!this.mayAsk(request.ip ?? '')) return refuse(429, message('upload.too-fast', {}));
    const link = /^[\w-]{43}$/u.test(token) ? await openUploadLink(this.hub.database, token) : null;
    return link ?? refuse(404, message('upload.link-over', {}));
  }
}

@Module({ controllers: [UploadsController, UploadLinkController] })
export class UploadsModule {}

function send(response: HttpResponse, status: number, page: UploadPage, language: Language): void {
  response.status(status).set({
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': uploadPagePolicy,
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-robots-tag': 'noindex',
  });
  response.send(renderUploadPage(page, language));
}

function formOf({ title, source, meantFor, expiresAt, byteLimit }: UploadLink, problems: readonly Message[]): UploadPage {
  const megabytes = Math.floor(byteLimit / 1024 ** 2);
  return { state: 'form', title: title === '' ? source : title, meantFor, until: expiresAt, megabytes, problems };
}

function receivedOf({ name, sha256, comparison }: Upload, bytes: number): UploadPage {
  const days = comparison.days.map(({ kind, day, offered }) => `${day} · ${kind} · ${offered.rows}`);
  return { state: 'received', name, bytes, sha256, days };
}

/** The body as it came. One that a body parser has eaten was sent under a type that is no file's. */
function rawBody(request: UploadRequest): AsyncIterable<Uint8Array> {
  if (/json|urlencoded|multipart/iu.test(request.headers['content-type'] ?? ''))
    throw new BadRequestException(message('upload.no-file', {}));
  return request;
}
