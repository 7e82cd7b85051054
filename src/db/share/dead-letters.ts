import type { Message } from '../../model/message.js';
import type { Change } from '../../share/change.js';
import type { Database } from '../database.js';

export interface DeadLetter {
  readonly subscriber: string;
  readonly seq: number;
  readonly no: string;
  readonly kind: Change['kind'];
  readonly told: Message;
  readonly refusedAt: Date;
}

/** Puts a change aside that a subscriber does not take, and goes on behind it. */
export async function bury(database: Database, code: string, seq: number, told: Message): Promise<void> {
  await database.transaction(async (trx) => {
    await trx('share.dead_letter')
      .insert({ subscriber: code, seq, told: JSON.stringify(told) })
      .onConflict(['subscriber', 'seq'])
      .merge({ told: JSON.stringify(told), refused_at: trx.fn.now(), sent_at: null });
    await trx.raw('update share.subscriber set acked_seq = greatest(acked_seq, ?), attempts = 0 where code = ?', [seq, code]);
  });
}

/** What was put aside and is not there yet, oldest first. */
export async function listDeadLetters(database: Database, code: string | null): Promise<DeadLetter[]> {
  const { rows } = await database.raw(
    `select d.subscriber, d.seq::float8 as seq, c.no, c.kind, d.told, d.refused_at as "refusedAt"
       from share.dead_letter d join pub_v1.change c on c.seq = d.seq
      where d.sent_at is null and (:code::text is null or d.subscriber = :code) order by d.subscriber, d.seq`,
    { code },
  );
  return rows;
}

/** The record of a change as it is by now, as its last change: sending an old one again would bring back an old state. */
export async function latestOf(database: Database, seq: number): Promise<Change> {
  const { rows } = await database.raw(
    `select l.seq::float8 as seq, r.no, l.entity, l.kind, l.attributes, l.after, to_char(l.at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at
       from master.change c join master.change l on l.record_id = c.record_id join master.record r on r.id = l.record_id
      where c.seq = ? order by l.seq desc limit 1`,
    [seq],
  );
  return rows[0];
}

export async function markRaised(database: Database, code: string, seq: number): Promise<void> {
  await database('share.dead_letter').where({ subscriber: code, seq }).update({ sent_at: database.fn.now() });
}
