import type { AlertChannel } from '../alerts/channel.js';
import type { Cause } from '../alerts/find-causes.js';
import type { Notice, Severity } from '../alerts/notice.js';
import type { Message } from '../model/message.js';
import type { Database } from './database.js';

export interface Incident {
  readonly id: string;
  readonly key: string;
  readonly severity: Severity;
  readonly told: Message;
  readonly members: readonly string[];
  readonly openedAt: Date;
  readonly lastSeenAt: Date;
  readonly recoveredAt: Date | null;
  readonly count: number;
  readonly most: number;
  readonly ackedBy: string | null;
  readonly note: string;
}

export interface Transitions {
  readonly opened: readonly string[];
  readonly grown: readonly string[];
  readonly recovered: readonly string[];
}

/** An incident counts as recovered once its cause has been away so long; a cause that comes and goes is one incident. */
const settleSeconds = 120;
/** An incident that spreads is told again at most so often. */
const againSeconds = 3600;

interface OpenIncident {
  readonly id: string;
  readonly key: string;
  readonly notified_count: number;
  readonly acked_at: Date | null;
  readonly is_settled: boolean;
  readonly may_tell_again: boolean;
}

/**
 * Compares what is wrong now with the open incidents of a scope: opens, keeps, and ends them, and puts one alert per channel in the outbox for
 * each that opened, spread or recovered, all in one transaction. `scope` is `hub`, or the machine whose causes these are.
 */
export function keepIncidents(database: Database, scope: string, causes: readonly Cause[], now: Date | null = null): Promise<Transitions> {
  return database.transaction(async (trx) => {
    await trx.raw(`select pg_advisory_xact_lock(hashtext('incidents'))`);
    const clock = (await trx.raw('select coalesce(:now::timestamptz, now()) as now', { now })).rows[0].now as Date;
    const { rows } = await trx.raw(
      `select id, key, notified_count, acked_at, gone_since < :clock::timestamptz - make_interval(secs => :settleSeconds) as is_settled,
              coalesce(notified_at < :clock::timestamptz - make_interval(secs => :againSeconds), true) as may_tell_again
         from ledger.incident where scope = :scope and recovered_at is null order by id`,
      { scope, clock, settleSeconds, againSeconds },
    );
    const open = new Map((rows as OpenIncident[]).map((row) => [row.key, row]));
    const present = new Set(causes.map(({ key }) => key));
    const [opened, grown, recovered]: [string[], string[], string[]] = [[], [], []];
    for (const cause of causes) {
      const known = open.get(cause.key);
      if (!known && causes.some(({ absorbs, key }) => absorbs && key !== cause.key && cause.key.startsWith(absorbs))) continue;
      const values = { ...factsOf(cause), last_seen_at: clock };
      if (!known) {
        const row = { key: cause.key, scope, severity: cause.severity, opened_at: clock, most: cause.members.length, ...values };
        opened.push((await trx('ledger.incident').insert(row).returning('id'))[0].id);
        continue;
      }
      await trx('ledger.incident')
        .where({ id: known.id })
        .update({ ...values, gone_since: null, most: trx.raw('greatest(most, ?)', [cause.members.length]) });
      if (cause.members.length > known.notified_count && known.may_tell_again && !known.acked_at) grown.push(known.id);
    }
    for (const { id, key, is_settled } of open.values()) {
      if (present.has(key)) continue;
      const isAbsorbed = causes.some(({ absorbs }) => absorbs && key.startsWith(absorbs));
      const isPassing = key.startsWith('passing:');
      if (isAbsorbed || isPassing || is_settled) {
        await trx('ledger.incident').where({ id }).update({ recovered_at: clock });
        if (!isAbsorbed && !isPassing) recovered.push(id);
      } else await trx.raw('update ledger.incident set gone_since = coalesce(gone_since, :clock) where id = :id', { id, clock });
    }
    for (const [occasion, ids] of [
      ['opened', opened],
      ['grown', grown],
      ['recovered', recovered],
    ] as const)
      await queueAlerts(trx, occasion, ids, clock);
    return { opened, grown, recovered };
  });
}

function factsOf({ told, members }: Cause) {
  return { told: JSON.stringify(told), members: JSON.stringify(members), count: members.length };
}

async function queueAlerts(trx: Database, occasion: Notice['occasion'], ids: readonly string[], clock: Date): Promise<void> {
  if (ids.length === 0) return;
  await trx.raw(
    `insert into ledger.alert (incident_id, channel, occasion, notice, due_at)
     select i.id, c.code, :occasion, jsonb_build_object('occasion', :occasion::text, 'incident', i.id::text, 'severity', i.severity, 'told', i.told,
            'members', i.members, 'openedAt', to_char(i.opened_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
            'recoveredAt', to_char(i.recovered_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')), now()
       from ledger.incident i cross join ledger.alert_channel c
      where i.id = any(:ids) and c.enabled and i.severity = any(c.severities)
      order by i.id, c.code`,
    { occasion, ids: [...ids] },
  );
  await trx.raw('update ledger.incident set notified_at = :clock, notified_count = count where id = any(:ids)', { ids: [...ids], clock });
}

const incidentColumns = `id::text, key, severity, told, members, opened_at as "openedAt", last_seen_at as "lastSeenAt", recovered_at as "recoveredAt",
  count, most, acked_by as "ackedBy", note`;

/** Open incidents, and those that recovered within the last `days`; open ones first. */
export async function listIncidents(database: Database, days: number): Promise<Incident[]> {
  const { rows } = await database.raw(
    `select ${incidentColumns} from ledger.incident
      where recovered_at is null or recovered_at > now() - make_interval(days => :days)
      order by recovered_at is not null, id desc limit 500`,
    { days },
  );
  return rows;
}

/** Keys of open incidents that begin so. */
export async function listOpenKeys(database: Database, prefix: string): Promise<string[]> {
  return database('ledger.incident').whereNull('recovered_at').whereLike('key', `${prefix}%`).pluck('key');
}

/** Somebody is on it: it is not told again when it spreads. Returns whether there is such an open incident. */
export async function ackIncident(database: Database, id: string, by: string, note: string): Promise<boolean> {
  const changed = await database('ledger.incident')
    .where({ id })
    .whereNull('recovered_at')
    .update({ acked_by: by, acked_at: database.fn.now(), note });
  if (changed > 0) await database('ledger.event').insert({ actor: by, verb: 'ack-incident', object: id, detail: JSON.stringify({ note }) });
  return changed > 0;
}

export async function listChannels(database: Database): Promise<AlertChannel[]> {
  return database('ledger.alert_channel').select('code', 'kind', 'settings', 'severities', 'language', 'enabled').orderBy('code');
}

export async function saveChannels(database: Database, channels: readonly AlertChannel[], by: string): Promise<void> {
  await database.transaction(async (trx) => {
    for (const channel of channels) {
      const row = { ...channel, settings: JSON.stringify(channel.settings), changed_by: by, changed_at: trx.fn.now() };
      await trx('ledger.alert_channel').insert(row).onConflict('code').merge();
    }
    await trx('ledger.event').insert({ actor: by, verb: 'save-channels', object: channels.map(({ code }) => code).join(', ') });
  });
}
