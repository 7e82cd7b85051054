import { postOut } from '../alerts/post-out.js';
import { signWebhook } from '../alerts/sign.js';
import { HubError } from '../model/hub-error.js';
import { type Message, message } from '../model/message.js';
import type { Change } from './change.js';
import type { SubscriberSettings } from './subscriber.js';

/** What the other side made of a post. `content`: it dislikes what is in it; anything else may pass or wants a person. */
export type Reception = 'taken' | 'content';

/**
 * Posts changes to a subscriber, signed. The same changes may come more than once: the receiver keeps the last `seq` it has done, or the
 * header `idempotency-key`. Throws `transient` or `config` when nothing is wrong with the changes themselves.
 */
export async function sendChanges(
  subscriber: { readonly code: string; readonly settings: SubscriberSettings<'webhook'> },
  changes: readonly Change[],
  through: number,
  secret: string,
  now = new Date(),
): Promise<Reception> {
  const { code, settings } = subscriber;
  const url = new URL(settings.url);
  if (url.protocol === 'http:' && !settings.allow_private) throw new HubError('config', message('share.not-https', { subscriber: code }));
  const body = JSON.stringify({ subscriber: code, through, changes });
  const timestamp = String(Math.floor(now.getTime() / 1000));
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    'user-agent': 'huiliu',
    'idempotency-key': `${code}/${changes[0]?.seq ?? through}-${through}`,
    'huiliu-timestamp': timestamp,
    'huiliu-signature': signWebhook(secret, timestamp, body),
  };
  const place = { subscriber: code, where: url.hostname };
  const { status } = await postOut(url, {
    ...{ who: code, body, headers, allowPrivate: settings.allow_private },
    unreachable: (cause) => unreachable(place, cause),
  });
  if (status < 300) return 'taken';
  if ([400, 409, 413, 422].includes(status)) return 'content';
  if (status < 400) throw new HubError('config', message('share.redirected', { ...place, cause: status }));
  const isFinal = status < 500 && ![408, 425, 429].includes(status);
  throw new HubError(isFinal ? 'config' : 'transient', message('share.refused', { ...place, cause: status }));
}

/** Connected and no answer, or a certificate that nobody vouches for, is another thing to do than an address where nobody is. */
function unreachable(place: { readonly subscriber: string; readonly where: string }, cause: string): Message {
  if (/HEADERS_TIMEOUT|BODY_TIMEOUT|AbortError|TimeoutError|ABORT_ERR/u.test(cause)) return message('share.no-answer', place);
  const isCertificate = /CERT|SIGNED|ALTNAME|ERR_TLS|ERR_SSL/u.test(cause);
  return message(isCertificate ? 'share.bad-certificate' : 'share.unreachable', { ...place, cause });
}
