import type { IncomingMessage } from 'node:http';
import { AgentRefusal } from '../../app/agents/agent-refusal.js';
import { message } from '../../model/message.js';

/** The bytes of a request, at most `limit`: what says that it is larger is not read at all, what lies is cut off. */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const tooLarge = () => new AgentRefusal(413, message('agent.too-large', { limit }));
  if (Number(request.headers['content-length'] ?? 0) > limit) throw tooLarge();
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > limit) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
