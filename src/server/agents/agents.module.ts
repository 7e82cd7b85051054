import type { IncomingMessage } from 'node:http';
import { Controller, Get, HttpCode, HttpException, Inject, Module, Post, Req, Res } from '@nestjs/common';
import { wireHeaders } from '../../../connectors/agent/signed-request.js';
import { batchLimits } from '../../../connectors/agent/unit.js';
import {
  type AgentRequest,
  enrol,
  expectKey,
  expectSigned,
  hearBeat,
  rotateKey,
  takeBatch,
  takeLog,
  tellConfig,
} from '../../app/agents/agent-desk.js';
import { AgentRefusal } from '../../app/agents/agent-refusal.js';
import type { Hub } from '../../app/hub.js';
import type { AgentKey } from '../../db/agents/agent-store.js';
import { message } from '../../model/message.js';
import { OpenToAll } from '../access/needs-right.js';
import { HUB } from '../hub.module.js';
import { readBody } from './read-body.js';

const smallBody = 64 * 1024;
/** Unpacked batches in memory at the same time. */
const batchesAtOnce = 4;

type Answer = { setHeader(name: string, value: string): void };

/** What agents at distributors call. Open to all in the eyes of the guard: here a signature is the key. */
@Controller('agents/v1')
@OpenToAll()
class AgentsController {
  private batches = 0;

  constructor(@Inject(HUB) private readonly hub: Hub) {}

  @Post('enrol')
  @HttpCode(200)
  enrol(@Req() request: IncomingMessage, @Res({ passthrough: true }) answer: Answer) {
    return this.tell(answer, async () => enrol(this.hub.database, await requestOf(request, smallBody)));
  }

  @Post('beat')
  @HttpCode(200)
  beat(@Req() request: IncomingMessage, @Res({ passthrough: true }) answer: Answer) {
    return this.signed(request, answer, smallBody, true, (key, { body }) => hearBeat(this.hub.database, key, body));
  }

  @Get('config')
  config(@Req() request: IncomingMessage, @Res({ passthrough: true }) answer: Answer) {
    return this.signed(request, answer, 0, true, (key) => tellConfig(this.hub.database, key));
  }

  @Post('batch')
  @HttpCode(200)
  batch(@Req() request: IncomingMessage, @Res({ passthrough: true }) answer: Answer) {
    // Not bound to be new: what a batch does, it does once, whenever and however often it comes.
    return this.signed(request, answer, batchLimits.packed, false, async (key, { body }) => {
      if (this.batches >= batchesAtOnce) throw new AgentRefusal(503, message('agent.busy'), 5);
      this.batches += 1;
      try {
        return await takeBatch(this.hub.database, key, body);
      } finally {
        this.batches -= 1;
      }
    });
  }

  @Post('log')
  @HttpCode(200)
  log(@Req() request: IncomingMessage, @Res({ passthrough: true }) answer: Answer) {
    return this.signed(request, answer, batchLimits.packed, true, async (key, { body }) => {
      await takeLog(this.hub.database, key, body);
      return {};
    });
  }

  @Post('key')
  @HttpCode(200)
  key(@Req() request: IncomingMessage, @Res({ passthrough: true }) answer: Answer) {
    return this.signed(request, answer, smallBody, true, async (key, signed) => {
      await rotateKey(this.hub.database, key, signed);
      return {};
    });
  }

  private signed<Result>(
    request: IncomingMessage,
    answer: Answer,
    limit: number,
    isOnce: boolean,
    work: (key: AgentKey, request: AgentRequest) => Promise<Result>,
  ): Promise<Result> {
    return this.tell(answer, async () => {
      const key = await expectKey(this.hub.database, header(request, wireHeaders.key), header(request, wireHeaders.agent));
      const signed = await requestOf(request, limit);
      await expectSigned(this.hub.database, key, signed, isOnce);
      return work(key, signed);
    });
  }

  private async tell<Result>(answer: Answer, work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof AgentRefusal)) throw error;
      if (error.retrySeconds !== null) answer.setHeader('retry-after', String(error.retrySeconds));
      if (error.status === 409) answer.setHeader(wireHeaders.sequence, String(error.told.values['last']));
      throw new HttpException(error.told, error.status);
    }
  }
}

@Module({ controllers: [AgentsController] })
export class AgentsModule {}

async function requestOf(request: IncomingMessage, limit: number): Promise<AgentRequest> {
  const path = new URL(request.url ?? '/', 'http://hub').pathname.replace(/^.*(?=\/agents\/v1\/)/u, '');
  const sequence = header(request, wireHeaders.sequence);
  if (!/^\d{1,16}$/u.test(sequence)) throw new AgentRefusal(401, message('agent.unsigned'));
  return {
    ...{ agent: header(request, wireHeaders.agent), key: header(request, wireHeaders.key), sequence, path },
    ...{ sentAt: header(request, wireHeaders.sentAt), signature: header(request, wireHeaders.signature) },
    body: await readBody(request, limit),
  };
}

function header({ headers }: IncomingMessage, name: string): string {
  const value = headers[name];
  return typeof value === 'string' ? value.slice(0, 300) : '';
}
