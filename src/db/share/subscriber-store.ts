import type { Message } from '../../model/message.js';
import type { Subscriber, SubscriberKind } from '../../share/subscriber.js';
import type { Database } from '../database.js';
import type { RecordDifference } from './compare-copy.js';

/** A subscriber that this process may serve until its lease ends. */
export interface ClaimedSubscriber {
  readonly code: string;
  readonly kind: SubscriberKind;
  readonly entities: readonly string[];
  readonly settings: Readonly<Record<string, unknown>>;
  readonly ackedSeq: number;
  readonly attempts: number;
}

/** How a subscriber stands. */
export interface ExchangeLine {
  readonly subscriber: string;
  readonly kind: SubscriberKind;
  readonly title: string;
  readonly entities: readonly string[];
  readonly enabled: boolean;
  readonly ackedSeq: number;
  readonly lastSeq: number;
  readonly lag: number;
  readonly ackedAt: Date | null;
  readonly failingSince: Date | null;
  readonly told: Message | null;
  readonly deadLetters: number;
  /** Of the last comparison; null when there was none. */
  readonly parity: {
    readonly seq: number;
    readonly agrees: boolean;
    readonly ourCount: number;
    readonly theirCount: number;
    readonly at: Date;
    /** Records that differ, and the first of them; null when only count and hash were compared. */
    readonly differing: number | null;
    readonly differences: readonly RecordDifference[] | null;
  } | null;
  /** Of a writeback: values that the system has otherwise than the master, in the newest files. */
  readonly openDifferences: number | null;
}

const leaseSeconds = 120;

/** New ones begin with the first change there ever was; those that are there keep their place. */
export async function saveSubscribers(database: Database, subscribers: readonly Subscriber[], by: string): Promise<void> {
  await database.transaction(async (trx) => {
    for (const { settings, entities, ...rest } of subscribers) {
      const row = {
        ...rest,
        entities: [...entities],
        settings: JSON.stringify(settings),
        changed_by: by,
        changed_at: trx.fn.now(),
        due_at: trx.fn.now(),
      };
      await trx('share.subscriber').insert(row).onConflict('code').merge();
    }
    await trx('ledger.event').insert({ actor: by, verb: 'save-subscribers', object: subscribers.map(({ code }) => code).join(', ') });
  });
}

export async function listExchange(database: Database): Promise<ExchangeLine[]> {
  const { rows } = await database.raw(
    `select e.subscriber, e.kind, s.title, s.entities, s.enabled, e.acked_seq::float8 as "ackedSeq", e.last_seq::float8 as "lastSeq", e.lag::float8 as lag,
            e.acked_at as "ackedAt", e.failing_since as "failingSince", s.told, e.dead_letters::int as "deadLetters",
            case when e.parity_seq is null then null else jsonb_build_object('seq', e.parity_seq, 'agrees', e.parity_agrees,
              'ourCount', e.our_count, 'theirCount', e.their_count, 'at', e.compared_at, 'differing', e.differing, 'differences', p.differences) end as parity,
            (select (f.value->>'rows')::int from share.file_set w, jsonb_array_elements(w.manifest->'files') f
              where w.subscriber = s.code and s.kind = 'writeback' and f.value->>'file' = 'differences.csv' order by w.day desc limit 1) as "openDifferences"
       from pub_v1.exchange e join share.subscriber s on s.code = e.subscriber
       left join lateral (select differences from share.parity p where p.subscriber = s.code order by p.id desc limit 1) p on true order by 1`,
  );
  return rows.map((row: ExchangeLine) => (row.parity ? { ...row, parity: { ...row.parity, at: new Date(row.parity.at) } } : row));
}

const claimed = `code, kind, entities, settings, acked_seq::float8 as "ackedSeq", attempts`;

/** Takes subscribers that are due and have something to get: webhooks that are behind. At most one process serves one at a time. */
export async function claimWebhooks(database: Database): Promise<ClaimedSubscriber[]> {
  const { rows } = await database.raw(
    `update share.subscriber s set lease_until = now() + make_interval(secs => :leaseSeconds)
      where s.code in (select c.code from share.subscriber c
                        where c.enabled and c.kind = 'webhook' and c.due_at <= now() and (c.lease_until is null or c.lease_until < now())
                          and c.acked_seq < (select last from master.change_counter)
                        order by c.code for update skip locked)
     returning ${claimed}`,
    { leaseSeconds },
  );
  return rows;
}

/** Takes subscribers by file whose files of `day` (`yyyy-MM-dd`) are not written and whose time of day has come; all of them when `time` is null. */
export async function claimFileSets(
  database: Database,
  { day, time, codes }: { day: string; time: string | null; codes: readonly string[] | null },
): Promise<ClaimedSubscriber[]> {
  const { rows } = await database.raw(
    `update share.subscriber s set lease_until = now() + make_interval(secs => :leaseSeconds)
      where s.code in (select c.code from share.subscriber c
                        where c.enabled and c.kind in ('snapshot', 'writeback') and (c.lease_until is null or c.lease_until < now())
                          and (:time::text is null or (c.due_at <= now() and coalesce(c.settings->>'at', '05:00') <= :time
                               and not exists (select 1 from share.file_set f where f.subscriber = c.code and f.day = :day::date)))
                          and (:codes::text[] is null or c.code = any(:codes))
                        order by c.code for update skip locked)
     returning ${claimed}`,
    { leaseSeconds: 3600, day, time, codes: codes === null ? null : [...codes] } as never,
  );
  return rows;
}

export async function releaseSubscriber(database: Database, code: string): Promise<void> {
  await database('share.subscriber').where({ code }).update({ lease_until: null });
}

/** Everything up to `seq` has arrived. The lease is kept: more may follow. */
export async function markArrived(database: Database, code: string, seq: number): Promise<void> {
  await database.raw(
    `update share.subscriber set acked_seq = greatest(acked_seq, ?), acked_at = now(), attempts = 0, failing_since = null, told = null,
            due_at = now(), lease_until = now() + make_interval(secs => ${leaseSeconds}) where code = ?`,
    [seq, code],
  );
}

/** The subscriber is left in peace for a while: 5 s, twice as long each time, at most an hour, give or take a fifth. */
export async function markFailed(database: Database, code: string, told: Message): Promise<void> {
  await database.raw(
    `update share.subscriber set attempts = attempts + 1, failing_since = coalesce(failing_since, now()), told = ?, lease_until = null,
            due_at = now() + make_interval(secs => least(3600, 5 * 2 ^ least(attempts, 20)) * (0.8 + 0.4 * random())) where code = ?`,
    [JSON.stringify(told), code],
  );
}

/** Where a program that pulls is, by what it asks: the place may also go back. Nothing when no subscriber uses that key. */
export async function notePull(database: Database, key: string, after: number): Promise<void> {
  await database.raw(
    `update share.subscriber set acked_seq = least(?::bigint, (select last from master.change_counter)), acked_at = now()
      where kind = 'pull' and settings->>'key' = ? and enabled`,
    [after, key],
  );
}

/** The subscriber that uses an API key, to pull or to report; null when none does. */
export async function findByKey(database: Database, key: string): Promise<{ code: string; entities: string[] } | null> {
  const { rows } = await database.raw(`select code, entities from share.subscriber where settings->>'key' = ? order by code limit 1`, [
    key,
  ]);
  return rows[0] ?? null;
}

/** Sets how far a subscriber is, so that it gets again what came after. False when there is none of that code. */
export async function moveSubscriber(database: Database, code: string, seq: number, by: string): Promise<boolean> {
  return database.transaction(async (trx) => {
    const moved = await trx('share.subscriber')
      .where({ code })
      .update({ acked_seq: seq, due_at: trx.fn.now(), attempts: 0, failing_since: null, told: null });
    if (moved === 1) await trx('ledger.event').insert({ actor: by, verb: 'replay', object: `subscriber:${code}`, detail: { from: seq } });
    return moved === 1;
  });
}
