import { Body, Controller, Get, Inject, Module, NotFoundException, Param, Post, Query, Req, Res } from '@nestjs/common';
import { z } from 'zod';
import { answerPortal } from '../../app/answer-portal.js';
import type { Hub } from '../../app/hub.js';
import { acceptLooks, findQuestion, listHeldLooks, listQuestions } from '../../db/portal-store.js';
import { message } from '../../model/message.js';
import type { ApiRequest } from '../access/access.guard.js';
import { NeedsRight } from '../access/needs-right.js';
import { HUB } from '../hub.module.js';
import { Described } from '../openapi/described.js';
import { parseRequest } from '../parse-request.js';

const questionsQuery = z.strictObject({ all: z.enum(['true', 'false', '1', '0']).default('false') });
const answerBody = z.strictObject({ answer: z.string().trim().min(1).max(200) });

interface PictureResponse {
  set(headers: Readonly<Record<string, string>>): PictureResponse;
  send(body: Buffer): void;
}

/** What portals need a person for: `/portal/questions` and their answers, `/portal/pages` that have changed. */
@Controller('portal')
class PortalController {
  constructor(@Inject(HUB) private readonly hub: Hub) {}

  @Described({
    about: 'route.portal-questions',
    query: questionsQuery,
    example: { query: { all: 'true' } },
    answer: {
      questions: [
        {
          ...{ id: '3', source: 'd07-portal', title: '湘江门户', account: 'u01', kind: 'captcha', prompt: '', imageType: 'image/png' },
          ...{ askedAt: '2026-11-22T02:01:00.000Z', expiresAt: '2026-11-22T02:11:00.000Z', answeredBy: null, outcome: null, state: 'open' },
        },
      ],
    },
  })
  @Get('questions')
  @NeedsRight('read')
  async questions(@Query() query: unknown) {
    const { all } = parseRequest(questionsQuery, query);
    return { questions: await listQuestions(this.hub.database, { all: all === 'true' || all === '1' }) };
  }

  @Described({ about: 'route.portal-image', parts: { id: '3' }, answer: null, refusals: { 'portal.no-answer-of-that-id': 404 } })
  @Get('questions/:id/image')
  @NeedsRight('operate')
  async image(@Param('id') id: string, @Res() response: PictureResponse): Promise<void> {
    const found = await findQuestion(this.hub.database, id);
    if (!found?.image) throw new NotFoundException(message('portal.no-answer-of-that-id', { id }));
    sendForeign(response, found.image, found.imageType);
  }

  /** Keeps the answer and starts the collection that waits for it; a worker takes it up. */
  @Described({
    about: 'route.portal-answer',
    ...{ parts: { id: '3' }, body: answerBody, example: { body: { answer: 'x7kp' } } },
    answer: { answered: '3', source: 'd07-portal', run: '881' },
  })
  @Post('questions/:id/answer')
  @NeedsRight('operate')
  async answer(@Param('id') id: string, @Body() body: unknown, @Req() { caller }: ApiRequest) {
    const { answer } = parseRequest(answerBody, body);
    const { source, order } = await answerPortal(this.hub, { id, answer, by: `key:${caller?.name ?? ''}` });
    return { answered: id, source, run: (await this.hub.startRun(order)).id };
  }

  @Described({
    about: 'route.portal-pages',
    answer: {
      pages: [
        {
          source: 'd07-portal',
          place: 'sales',
          lines: ['日期 品名'],
          found: ['日期 产品'],
          foundAt: '2026-11-22T02:01:00.000Z',
          evidenceType: 'text/html',
        },
      ],
    },
  })
  @Get('pages')
  @NeedsRight('read')
  async pages() {
    return { pages: (await listHeldLooks(this.hub.database)).map(({ evidence: _, ...page }) => page) };
  }

  @Described({ about: 'route.portal-accept', parts: { source: 'd07-portal' }, answer: { source: 'd07-portal', accepted: 1 } })
  @Post('pages/:source/accept')
  @NeedsRight('operate')
  async accept(@Param('source') source: string, @Req() { caller }: ApiRequest) {
    return { source, accepted: await acceptLooks(this.hub.database, source, `key:${caller?.name ?? ''}`) };
  }
}

/** Bytes of somebody else's server: never run as a page of ours. */
function sendForeign(response: PictureResponse, bytes: Buffer, type: string | null): void {
  const isPicture = /^image\/(png|gif|jpe?g|bmp|webp)$/iu.test(type ?? '');
  response.set({
    'content-type': isPicture ? type! : 'application/octet-stream',
    'content-security-policy': "default-src 'none'; sandbox",
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  });
  response.send(bytes);
}

@Module({ controllers: [PortalController] })
export class PortalModule {}
