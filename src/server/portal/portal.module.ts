import {
  BadRequestException,
  Body,
  Controller,
  Get,
  Inject,
  Module,
  NotFoundException,
  Param,
  Post,
  Query,
  Req,
  Res,
} from '@nestjs/common';
import { answerPortal } from '../../app/answer-portal.js';
import type { Hub } from '../../app/hub.js';
import { acceptLooks, findQuestion, listHeldLooks, listQuestions } from '../../db/portal-store.js';
import { message } from '../../model/message.js';
import type { ApiRequest } from '../access/access.guard.js';
import { NeedsRight } from '../access/needs-right.js';
import { HUB } from '../hub.module.js';

interface PictureResponse {
  set(headers: Readonly<Record<string, string>>): PictureResponse;
  send(body: Buffer): void;
}

/** What portals need a person for: `/portal/questions` and their answers, `/portal/pages` that have changed. */
@Controller('portal')
class PortalController {
  constructor(@Inject(HUB) private readonly hub: Hub) {}

  @Get('questions')
  @NeedsRight('read')
  async questions(@Query('all') all?: string) {
    return { questions: await listQuestions(this.hub.database, { all: all === 'true' || all === '1' }) };
  }

  @Get('questions/:id/image')
  @NeedsRight('operate')
  async image(@Param('id') id: string, @Res() response: PictureResponse): Promise<void> {
    const found = await findQuestion(this.hub.database, id);
    if (!found?.image) throw new NotFoundException(message('portal.no-answer-of-that-id', { id }));
    sendForeign(response, found.image, found.imageType);
  }

  /** Keeps the answer and starts the collection that waits for it; a worker takes it up. */
  @Post('questions/:id/answer')
  @NeedsRight('operate')
  async answer(@Param('id') id: string, @Body() body: unknown, @Req() { caller }: ApiRequest) {
    const answer = typeof body === 'object' && body !== null ? (body as { answer?: unknown }).answer : undefined;
    if (typeof answer !== 'string' || answer.trim() === '' || answer.length > 200)
      throw new BadRequestException(message('portal.answer-empty'));
    const { source, order } = await answerPortal(this.hub, { id, answer, by: `key:${caller?.name ?? ''}` });
    return { answered: id, source, run: (await this.hub.startRun(order)).id };
  }

  @Get('pages')
  @NeedsRight('read')
  async pages() {
    return { pages: (await listHeldLooks(this.hub.database)).map(({ evidence: _, ...page }) => page) };
  }

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
