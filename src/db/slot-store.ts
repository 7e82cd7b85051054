import type { SourceSchedule } from '../schedule/schedule-rule.js';
import type { Database } from './database.js';

type SlotKind = 'cron' | 'catchup' | 'manual' | 'backfill';
export type SkipReason = 'catch-up' | 'overlap' | 'superseded' | 'disabled' | 'cancelled';

/** A source as the scheduler sees it. */
export interface ScheduledSource {
  readonly id: number;
  readonly code: string;
  readonly enabled: boolean;
  readonly schedule: SourceSchedule;
  /** Slots before this moment are none of its. */
  readonly since: Date;
}

export interface NewSlot {
  readonly sourceId: number;
  readonly at: Date;
  readonly kind: SlotKind;
  readonly businessDate: string;
  readonly skipped: SkipReason | null;
}

/** A slot that waits for its start. */
export interface WaitingSlot {
  readonly sourceId: number;
  readonly at: Date;
  readonly kind: SlotKind;
  readonly businessDate: string;
  /** Whether the source has steps that are still open. */
  readonly isBusy: boolean;
}

/** Up to which moment slots have been made, and the database's clock; null before the first look. */
export interface Mark {
  readonly until: Date | null;
  readonly now: Date;
}

/**
 * Locks the mark for the rest of the transaction and reads the clock: the database's, unless `now` stands in for it (tests). One scheduler
 * looks at a time; that is for order only, what fires once is decided by the keys of the slots.
 */
export async function lockMark(trx: Database, now: Date | null): Promise<Mark> {
  // A scheduler that freezes in here must not keep the others from looking: the server ends its transaction.
  await trx.raw(`set local lock_timeout = '10s'`);
  await trx.raw(`set local idle_in_transaction_session_timeout = '30s'`);
  const { rows } = await trx.raw(
    `select coalesce(:now::timestamptz, now()) as now, (select until from ledger.schedule_mark for update) as until`,
    { now },
  );
  return { now: rows[0].now, until: rows[0].until };
}

/** Moves the mark forward, never back. */
export async function moveMark(trx: Database, until: Date, by: string): Promise<void> {
  await trx.raw(
    `insert into ledger.schedule_mark (until, looked_by) values (:until, :by)
     on conflict (one) do update set until = greatest(schedule_mark.until, excluded.until), looked_at = now(), looked_by = excluded.looked_by`,
    { until, by },
  );
}

export async function listScheduledSources(database: Database): Promise<ScheduledSource[]> {
  const { rows } = await database.raw(`select id, code, enabled, schedule, scheduled_since as since from ledger.source order by id`);
  return rows;
}

/** The schedule of sources that say nothing, and since when; null when nobody has set one. */
export async function findDefaultSchedule(database: Database): Promise<{ schedule: SourceSchedule; since: Date } | null> {
  const row = await database('ledger.default_schedule').first('schedule', 'set_at');
  return row ? { schedule: row.schedule, since: row.set_at } : null;
}

export async function setDefaultSchedule(database: Database, schedule: SourceSchedule, by: string): Promise<void> {
  const row = { schedule: JSON.stringify(schedule), set_by: by, set_at: database.fn.now() };
  await database.transaction(async (trx) => {
    await trx('ledger.default_schedule').insert(row).onConflict('one').merge();
    await trx('ledger.event').insert({ actor: by, verb: 'set-schedule', object: 'default', detail: JSON.stringify({ schedule }) });
  });
}

/** Puts slots on record; those that are there already stay as they are. Returns how many were new. */
export async function insertSlots(trx: Database, slots: readonly NewSlot[], by: string): Promise<number> {
  if (slots.length === 0) return 0;
  const { rowCount } = await trx.raw(
    `insert into ledger.schedule_slot (source_id, slot_ts, kind, business_date, state, why, start_at, made_by, settled_at)
     select source_id, slot_ts, kind, business_date, case when why is null then 'waiting' else 'skipped' end, why, slot_ts, :by,
            case when why is null then null else now() end
       from jsonb_to_recordset(:slots) as s (source_id int, slot_ts timestamptz, kind text, business_date date, why text)
      order by slot_ts, source_id
     on conflict do nothing`,
    {
      by,
      slots: JSON.stringify(
        slots.map(({ sourceId, at, kind, businessDate, skipped }) => ({
          ...{ source_id: sourceId, slot_ts: at, kind, business_date: businessDate, why: skipped },
        })),
      ),
    },
  );
  return rowCount;
}

/** Locks what waits and may start by now, oldest first. Slots that another scheduler is about to start are left to it. */
export async function lockWaiting(trx: Database, now: Date, which: 'all' | 'asked'): Promise<WaitingSlot[]> {
  const { rows } = await trx.raw(
    `select w.source_id as "sourceId", w.slot_ts as at, w.kind, w.business_date as "businessDate",
            exists (select 1 from ledger.stage_exec e where e.stage = 'collect' and e.source_id = s.id and e.state in ('ready', 'running'))
              or exists (select 1 from ledger.turn t where t.sender = s.sender and t.loads > 0) as "isBusy"
       from ledger.schedule_slot w join ledger.source s on s.id = w.source_id
      where w.state = 'waiting' and w.start_at <= :now and (:which = 'all' or w.kind in ('manual', 'backfill'))
      order by w.slot_ts, w.source_id
        for update of w skip locked`,
    { now, which },
  );
  return rows;
}

type SlotKey = Pick<WaitingSlot, 'sourceId' | 'at' | 'kind'>;

export async function markStarted(trx: Database, slots: readonly SlotKey[], runId: string): Promise<void> {
  await settle(trx, slots, `state = 'started', run_id = :runId, settled_at = now()`, { runId });
}

export async function markSkipped(trx: Database, slots: readonly SlotKey[], why: SkipReason): Promise<void> {
  await settle(trx, slots, `state = 'skipped', why = :why, settled_at = now()`, { why });
}

export async function deferSlots(trx: Database, slots: readonly SlotKey[], startAt: Date): Promise<void> {
  await settle(trx, slots, 'start_at = :startAt', { startAt });
}

async function settle(trx: Database, slots: readonly SlotKey[], change: string, values: object): Promise<void> {
  if (slots.length === 0) return;
  await trx.raw(
    `update ledger.schedule_slot w set ${change}
       from jsonb_to_recordset(:keys) as k (source_id int, slot_ts timestamptz, kind text)
      where w.source_id = k.source_id and w.slot_ts = k.slot_ts and w.kind = k.kind and w.state = 'waiting'`,
    { ...values, keys: JSON.stringify(slots.map(({ sourceId, at, kind }) => ({ source_id: sourceId, slot_ts: at, kind }))) },
  );
}

/** Lets the collections of a run begin later, each by its seconds. */
export async function delayCollections(trx: Database, runId: string, base: Date, delays: ReadonlyMap<number, number>): Promise<void> {
  const late = [...delays].filter(([, seconds]) => seconds > 0);
  if (late.length === 0) return;
  await trx.raw(
    `update ledger.stage_exec e set due_at = :base::timestamptz + make_interval(secs => d.seconds)
       from jsonb_to_recordset(:delays) as d (source_id int, seconds int)
      where e.run_id = :runId and e.stage = 'collect' and e.source_id = d.source_id and e.state = 'ready' and e.attempt = 0`,
    { runId, base, delays: JSON.stringify(late.map(([sourceId, seconds]) => ({ source_id: sourceId, seconds }))) },
  );
}

/** Puts a run that a person started on record among the slots. */
export async function recordManualSlots(
  database: Database,
  run: { readonly id: string; readonly businessDate: string; readonly sourceIds: readonly number[]; readonly by: string },
): Promise<void> {
  await database.raw(
    `insert into ledger.schedule_slot (source_id, slot_ts, kind, business_date, state, start_at, run_id, made_by, settled_at)
     select id, date_trunc('milliseconds', now()), 'manual', :businessDate, 'started', now(), :id, :by, now() from unnest(:sourceIds::int[]) as id
     on conflict do nothing`,
    { ...run, sourceIds: [...run.sourceIds] },
  );
}

export interface ListedSlot {
  readonly source: string;
  readonly at: Date;
  readonly kind: SlotKind;
  readonly businessDate: string;
  readonly state: 'waiting' | 'started' | 'skipped';
  readonly why: SkipReason | null;
  readonly startAt: Date;
  readonly runId: string | null;
  readonly madeBy: string;
}

/** The newest slots first, of one source or all. */
export async function listSlots(database: Database, filter: { source?: string; limit: number }): Promise<ListedSlot[]> {
  const { rows } = await database.raw(
    `select s.code as source, w.slot_ts as at, w.kind, w.business_date as "businessDate", w.state, w.why, w.start_at as "startAt",
            w.run_id as "runId", w.made_by as "madeBy"
       from ledger.schedule_slot w join ledger.source s on s.id = w.source_id
      where :source::text is null or s.code = :source
      order by w.slot_ts desc, s.code limit :limit`,
    { source: filter.source ?? null, limit: filter.limit },
  );
  return rows;
}

/** When a scheduler last looked, by the database's clock; null when none ever has. */
export async function readLastLook(database: Database): Promise<{ by: string; at: Date; secondsAgo: number } | null> {
  const { rows } = await database.raw(
    `select looked_by as by, looked_at as at, extract(epoch from now() - looked_at)::float8 as "secondsAgo" from ledger.schedule_mark`,
  );
  return rows[0] ?? null;
}
