import { type DeadLetter, latestOf, listDeadLetters, markRaised } from '../../db/share/dead-letters.js';
import { sendChanges } from '../../share/send-changes.js';
import { settingsOf } from '../../share/subscriber.js';
import type { ShareTools } from './send-to-webhooks.js';

/**
 * Sends the records again that a webhook subscriber refused, each once and as it is by now. Returns how many of the refused changes are done
 * with by that, and how many it still refuses.
 */
export async function raiseDead({ database, secret }: ShareTools, code: string): Promise<{ taken: number; refused: number }> {
  const row = await database('share.subscriber').where({ code }).first('settings');
  const settings = settingsOf('webhook', row?.settings);
  const key = await secret(settings.secret);
  const count = { taken: 0, refused: 0 };
  for (const letters of byRecord(await listDeadLetters(database, code))) {
    const change = await latestOf(database, letters[0]!.seq);
    const isTaken = (await sendChanges({ code, settings }, [change], change.seq, key)) === 'taken';
    if (isTaken) for (const { seq } of letters) await markRaised(database, code, seq);
    count[isTaken ? 'taken' : 'refused'] += letters.length;
  }
  return count;
}

function byRecord(letters: readonly DeadLetter[]): DeadLetter[][] {
  const groups = new Map<string, DeadLetter[]>();
  for (const letter of letters) groups.set(letter.no, [...(groups.get(letter.no) ?? []), letter]);
  return [...groups.values()];
}
