import { HubError } from '../../model/hub-error.js';
import { message } from '../../model/message.js';
import type { Database } from '../database.js';
import { readSamePerson } from './same-person.js';

/**
 * The undo of an undo can bring an approval back that was taken back: that, too, nobody does for what they asked for. Throws a HubError when
 * one of the batches that changed is an approval in force of a request by the actor.
 */
export async function expectOthersApprove(trx: Database, changed: readonly string[], actor: string): Promise<void> {
  const { rows } = await trx.raw<{ rows: { id: string; askedBy: string }[] }>(
    `select distinct a.request_id as id, r.actor as "askedBy" from master.change_answer a join matching.batch b on b.id = a.batch_id and b.in_force
       join master.change_request q on q.id = a.request_id join matching.batch r on r.id = q.batch_id
      where a.batch_id = any(:changed::bigint[]) and a.approved order by 1`,
    { changed: `{${changed.join(',')}}` },
  );
  if (rows.length === 0) return;
  const isSamePerson = await readSamePerson(trx);
  const own = rows.find(({ askedBy }) => isSamePerson(askedBy, actor));
  if (own) throw new HubError('config', message('golden.same-person', { request: own.id, actor }));
}
