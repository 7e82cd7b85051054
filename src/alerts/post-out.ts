import { Agent, request } from 'undici';
import { createAddressGuard } from '../journey/collect/address-guard.js';

const patienceMs = 15_000;
const mostAnswer = 64 * 1024;

/**
 * Posts to an address of somebody else. Redirects are not followed and inner addresses not asked unless allowed; what was looked up is
 * what is connected to. `who` names the channel or subscriber in faults of the guard. Anything else that fails is thrown as it came.
 */
export async function postOut(
  url: URL,
  post: { readonly who: string; readonly body: string; readonly headers: Readonly<Record<string, string>>; readonly allowPrivate: boolean },
): Promise<{ readonly status: number; readonly text: string }> {
  const guard = createAddressGuard({ source: post.who, allowPrivate: post.allowPrivate });
  guard.check(url.hostname);
  const agent = new Agent({ connect: { lookup: guard.lookup, timeout: patienceMs }, headersTimeout: patienceMs, bodyTimeout: patienceMs });
  try {
    const { body, headers } = post;
    const answer = await request(url, { method: 'POST', body, headers, dispatcher: agent, signal: AbortSignal.timeout(2 * patienceMs) });
    return { status: answer.statusCode, text: await limitedText(answer.body) };
  } finally {
    await agent.destroy().catch(() => undefined);
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
