import { request } from 'undici';
import { createGuardedAgent } from '../journey/collect/guarded-agent.js';
import { HubError } from '../model/hub-error.js';
import { type Message } from '../model/message.js';

const patienceMs = 15_000;
const mostAnswer = 64 * 1024;

/**
 * Posts to an address of somebody else. Redirects are not followed and inner addresses not asked unless allowed; what was looked up is
 * what is connected to. `who` names the channel or subscriber in faults of the guard. No answer is `transient`, in the words of `unreachable`;
 * they never carry the address, which may hold the key of a robot.
 */
export async function postOut(
  url: URL,
  post: {
    readonly who: string;
    readonly body: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly allowPrivate: boolean;
    readonly unreachable: (cause: string) => Message;
  },
): Promise<{ readonly status: number; readonly text: string }> {
  const { who, allowPrivate } = post;
  const { agent, close } = createGuardedAgent({ source: who, host: url.hostname, allowPrivate, timeoutMs: patienceMs });
  try {
    const { body, headers } = post;
    const answer = await request(url, { method: 'POST', body, headers, dispatcher: agent, signal: AbortSignal.timeout(2 * patienceMs) });
    return { status: answer.statusCode, text: await limitedText(answer.body) };
  } catch (error) {
    const { code, message: told, cause } = error as { code?: string; message: string; cause?: unknown };
    const refusedByGuard = [error, cause].find((one) => one instanceof HubError);
    throw refusedByGuard ?? new HubError('transient', post.unreachable(code ?? told), { cause: error });
  } finally {
    await close();
  }
}

async function limitedText(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > mostAnswer) break;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
