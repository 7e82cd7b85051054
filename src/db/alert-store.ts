import type { AlertChannel } from '../alerts/channel.js';
import type { Notice } from '../alerts/notice.js';
import type { Message } from '../model/message.js';
import type { Database } from './database.js';

/** An alert that this process may send until its lease ends. */
export interface ClaimedAlert {
  readonly id: string;
  readonly attempt: number;
  readonly notice: Notice;
  readonly channel: AlertChannel;
}

/** After so many attempts, over about nine hours, an alert has failed; `alerts list` and the doctor tell. */
const maxAlertAttempts = 14;
const leaseSeconds = 120;

/** Takes the alerts that are due, at most `limit` of each channel: robots allow 20 a minute. */
export async function claimAlerts(database: Database, limit: number): Promise<ClaimedAlert[]> {
  const { rows } = await database.raw(
    `with due as (
       select id, row_number() over (partition by channel order by id) as place from ledger.alert
        where (state = 'waiting' and due_at <= now()) or (state = 'sending' and lease_until < now())
     ), mine as (
       select id from ledger.alert where id in (select id from due where place <= :limit)
          and ((state = 'waiting' and due_at <= now()) or (state = 'sending' and lease_until < now()))
        order by id for update skip locked
     )
     update ledger.alert a set state = 'sending', attempt = attempt + 1, lease_until = now() + make_interval(secs => :leaseSeconds)
       from mine, ledger.alert_channel c where a.id = mine.id and c.code = a.channel
     returning a.id::text, a.attempt, a.notice,
               jsonb_build_object('code', c.code, 'kind', c.kind, 'settings', c.settings, 'severities', c.severities,
                                  'language', c.language, 'enabled', c.enabled) as channel`,
    { limit, leaseSeconds },
  );
  return rows.toSorted((a: ClaimedAlert, b: ClaimedAlert) => Number(a.id) - Number(b.id));
}

export async function markSent(database: Database, { id, attempt }: ClaimedAlert): Promise<void> {
  await database('ledger.alert')
    .where({ id, attempt, state: 'sending' })
    .update({ state: 'sent', sent_at: database.fn.now(), told: null, lease_until: null });
}

/** Puts an alert back with a growing delay, 30 s up to an hour, or gives it up. */
export async function markUnsent(database: Database, { id, attempt }: ClaimedAlert, told: Message): Promise<void> {
  await database.raw(
    `update ledger.alert set state = :state, told = :told, lease_until = null, due_at = now() + make_interval(secs => :delay)
      where id = :id and attempt = :attempt and state = 'sending'`,
    {
      ...{ id, attempt, told: JSON.stringify(told), state: attempt >= maxAlertAttempts ? 'failed' : 'waiting' },
      delay: Math.min(3600, 15 * 2 ** attempt),
    },
  );
}

export interface ListedAlert {
  readonly id: string;
  readonly incident: string | null;
  readonly channel: string;
  readonly occasion: string;
  readonly state: string;
  readonly attempt: number;
  readonly dueAt: Date;
  readonly told: Message | null;
}

/** Alerts that have not been delivered. */
export async function listUnsent(database: Database): Promise<ListedAlert[]> {
  const { rows } = await database.raw(
    `select id::text, incident_id::text as incident, channel, occasion, state, attempt, due_at as "dueAt", told
       from ledger.alert where state <> 'sent' and made_at > now() - interval '30 days' order by id limit 500`,
  );
  return rows;
}
