import { HubError } from '../model/hub-error.js';
import { message } from '../model/message.js';
import { dingtalkBody, webhookBody, wecomBody } from './bodies.js';
import type { AlertChannel, ChannelSettings } from './channel.js';
import type { Notice } from './notice.js';
import { postOut } from './post-out.js';
import { signDingtalk, signWebhook } from './sign.js';

type WebChannel = Pick<AlertChannel, 'code' | 'language'> &
  (
    | { readonly kind: 'webhook'; readonly settings: ChannelSettings<'webhook'> }
    | { readonly kind: 'wecom'; readonly settings: ChannelSettings<'wecom'> }
    | { readonly kind: 'dingtalk'; readonly settings: ChannelSettings<'dingtalk'> }
  );

/**
 * Posts a notice over HTTP, in the format of the channel. Redirects are not followed and inner addresses not asked unless the channel says
 * so; what was looked up is what is connected to. Faults never carry the address, which holds the key of a robot.
 */
export async function sendWebhook(
  channel: WebChannel,
  alert: { readonly id: string; readonly notice: Notice },
  secret: (reference: string) => Promise<string>,
  now: () => Date = () => new Date(),
): Promise<void> {
  const { settings } = channel;
  const url = readUrl(channel, isReference(settings.url) ? await secret(settings.url) : settings.url);
  const { body, headers } = await composed(channel, alert, url, secret, now());
  const place = { channel: channel.code, where: url.hostname };
  const { status, text } = await postOut(url, {
    ...{ who: channel.code, body, headers, allowPrivate: settings.allow_private },
    unreachable: (cause) => message('alert.unreachable', { ...place, cause }),
  });
  const refused = status >= 300 ? String(status) : channel.kind === 'webhook' ? null : errorOf(text);
  if (refused === null) return;
  const isFinal = status >= 300 && status < 500 && status !== 429;
  throw new HubError(isFinal ? 'config' : 'transient', message('alert.refused', { ...place, cause: refused }));
}

function readUrl(channel: WebChannel, text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && channel.settings.allow_private);
  const isKnown = channel.kind === 'webhook' || url?.hostname === channel.settings.host;
  if (!url || !isSafe || !isKnown || url.username !== '')
    throw new HubError(
      'config',
      message('alert.bad-address', { channel: channel.code, host: channel.kind === 'webhook' ? 'https://…' : channel.settings.host }),
    );
  return url;
}

async function composed(
  channel: WebChannel,
  { id, notice }: { readonly id: string; readonly notice: Notice },
  url: URL,
  secret: (reference: string) => Promise<string>,
  now: Date,
) {
  const headers: Record<string, string> = { 'content-type': 'application/json; charset=utf-8', 'user-agent': 'huiliu' };
  if (channel.kind === 'wecom') return { headers, body: wecomBody(notice, channel.language) };
  if (channel.kind === 'dingtalk') {
    const timestamp = String(now.getTime());
    if (channel.settings.secret) {
      url.searchParams.set('timestamp', timestamp);
      url.searchParams.set('sign', signDingtalk(await secret(channel.settings.secret), timestamp));
    }
    return { headers, body: dingtalkBody(notice, channel.language) };
  }
  const body = webhookBody(id, notice, channel.language);
  const timestamp = String(Math.floor(now.getTime() / 1000));
  const signature = signWebhook(await secret(channel.settings.secret), timestamp, body);
  return { headers: { ...headers, 'huiliu-alert': id, 'huiliu-timestamp': timestamp, 'huiliu-signature': signature }, body };
}

/** The robots answer 200 also when they refuse: the reason is in the body. */
function errorOf(text: string): string | null {
  try {
    const { errcode, errmsg } = JSON.parse(text) as { errcode?: number; errmsg?: string };
    return errcode === 0 ? null : `errcode ${errcode} ${String(errmsg ?? '').slice(0, 100)}`;
  } catch {
    return 'no JSON';
  }
}

function isReference(text: string): boolean {
  return /^(env|file|secret):/u.test(text);
}
