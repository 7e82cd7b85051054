import type { Database } from '../../db/database.js';
import { bury } from '../../db/share/dead-letters.js';
import { readChanges } from '../../db/share/read-changes.js';
import { type ClaimedSubscriber, claimWebhooks, markArrived, markFailed, releaseSubscriber } from '../../db/share/subscriber-store.js';
import { HubError } from '../../model/hub-error.js';
import { message } from '../../model/message.js';
import type { Change } from '../../share/change.js';
import { sendChanges } from '../../share/send-changes.js';
import { type SubscriberSettings, settingsOf } from '../../share/subscriber.js';

export interface ShareTools {
  readonly database: Database;
  /** Resolves a secret reference. */
  secret(reference: string): Promise<string>;
}

/**
 * Brings every webhook subscriber that is due as far as it goes, all at the same time, each in order. What was sent and not noted
 * before a kill is sent again. Returns how many changes arrived.
 */
export async function sendToWebhooks(tools: ShareTools, signal?: AbortSignal): Promise<number> {
  const subscribers = await claimWebhooks(tools.database);
  const counts = await Promise.all(subscribers.map((subscriber) => serve(tools, subscriber, signal)));
  return counts.reduce((sum, count) => sum + count, 0);
}

interface Served extends ClaimedSubscriber {
  readonly web: SubscriberSettings<'webhook'>;
}

async function serve({ database, secret }: ShareTools, subscriber: ClaimedSubscriber, signal?: AbortSignal): Promise<number> {
  let after = subscriber.ackedSeq;
  let arrived = 0;
  try {
    const served = { ...subscriber, web: settingsOf('webhook', subscriber.settings) };
    const key = await secret(served.web.secret);
    while (!signal?.aborted) {
      const { changes, through } = await readChanges(database, { after, limit: served.web.most, entities: subscriber.entities });
      if (changes.length > 0) arrived += await deliver(database, served, changes, through, key);
      if (through === after) break;
      await markArrived(database, subscriber.code, through);
      after = through;
    }
    await releaseSubscriber(database, subscriber.code);
  } catch (error) {
    const told =
      error instanceof HubError ? error.told : message('hub.unexpected', { where: 'share', cause: String((error as Error).message) });
    await markFailed(database, subscriber.code, told);
  }
  return arrived;
}

/** All together; when the other side dislikes something in them, one by one, and what it does not take alone is put aside. */
async function deliver(
  database: Database,
  { code, web }: Served,
  changes: readonly Change[],
  through: number,
  key: string,
): Promise<number> {
  const to = { code, settings: web };
  if ((await sendChanges(to, changes, through, key)) === 'taken') return changes.length;
  let taken = 0;
  for (const change of changes) {
    if ((await sendChanges(to, [change], change.seq, key)) === 'taken') taken += 1;
    else await bury(database, code, change.seq, message('share.content-refused', { subscriber: code, seq: change.seq }));
    await markArrived(database, code, change.seq);
  }
  return taken;
}
