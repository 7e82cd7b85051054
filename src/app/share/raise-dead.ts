import { latestOf, listDeadLetters, markRaised } from '../../db/share/dead-letters.js';
import { sendChanges } from '../../share/send-changes.js';
import { settingsOf } from '../../share/subscriber.js';
import type { ShareTools } from './send-to-webhooks.js';

/** Sends the records again that a webhook subscriber refused, as they are by now. Returns how many it took and how many it still refuses. */
export async function raiseDead({ database, secret }: ShareTools, code: string): Promise<{ taken: number; refused: number }> {
  const row = await database('share.subscriber').where({ code }).first('settings');
  const settings = settingsOf('webhook', row?.settings);
  const key = await secret(settings.secret);
  const count = { taken: 0, refused: 0 };
  for (const { seq } of await listDeadLetters(database, code)) {
    const change = await latestOf(database, seq);
    if ((await sendChanges({ code, settings }, [change], change.seq, key)) === 'taken') {
      await markRaised(database, code, seq);
      count.taken += 1;
    } else count.refused += 1;
  }
  return count;
}
