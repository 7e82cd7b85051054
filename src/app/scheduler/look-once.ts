import { readCalendar } from '../../db/calendar-store.js';
import type { Database } from '../../db/database.js';
import {
  deferSlots,
  delayCollections,
  findDefaultSchedule,
  insertSlots,
  listScheduledSources,
  lockMark,
  lockWaiting,
  markSkipped,
  markStarted,
  moveMark,
  type NewSlot,
  type ScheduledSource,
  type WaitingSlot,
} from '../../db/slot-store.js';
import { jitterOf } from '../../schedule/jitter-of.js';
import { onTimeMs, planSlots } from '../../schedule/plan-slots.js';
import { builtInRule, ruleOf, type ScheduleRule, type SourceSchedule } from '../../schedule/schedule-rule.js';
import { nextSlot } from '../../schedule/slots-between.js';
import { mayStartAt } from '../../schedule/start-window.js';
import type { WorkCalendar } from '../../schedule/work-calendar.js';
import type { RunOrder } from '../run-order.js';

export interface SchedulerTools {
  readonly database: Database;
  /** Who looks, for the ledger: host and process. */
  readonly owner: string;
  /** Opens a run with its steps in the transaction given. */
  startRun(trx: Database, order: RunOrder): Promise<{ readonly id: string }>;
  /** Stands in for the database's clock in tests; null asks the database. */
  now?(): Date | null;
}

export interface Look {
  readonly now: Date;
  /** Slots put on record, skipped ones included. */
  readonly made: number;
  readonly started: readonly { readonly runId: string; readonly sources: number; readonly businessDate: string }[];
}

/**
 * One look of the scheduler, in one transaction: puts every slot on record that became due since the last look, and starts what may
 * start. Slots of the same moment and business day become one run. Any number of processes may look at once and as often as they like:
 * a slot is a row, its key lets it in once, and the run is opened in the transaction that lets it in.
 */
export function lookOnce(tools: SchedulerTools): Promise<Look> {
  return tools.database.transaction(async (trx) => {
    const { now, until } = await lockMark(trx, tools.now?.() ?? null);
    const [sources, ofTheHub, calendar] = [await listScheduledSources(trx), await findDefaultSchedule(trx), await readCalendar(trx)];
    const known = { sources: new Map(sources.map((source) => [source.id, source])), ofTheHub: ofTheHub?.schedule ?? builtInRule };
    const made = until ? await insertSlots(trx, dueSlots(), tools.owner) : 0;
    if (until && now.getTime() - until.getTime() > onTimeMs) await recordGap(trx, tools.owner, until, now);
    await moveMark(trx, now, tools.owner);
    return { now, made, started: await startWaiting(tools, trx, now, known) };

    function dueSlots(): NewSlot[] {
      return sources.flatMap((source) => {
        const rule = source.enabled ? ruleOf(source.schedule, known.ofTheHub) : null;
        if (!rule) return [];
        const since = 'cron' in source.schedule || !ofTheHub ? source.since : later(source.since, ofTheHub.since);
        return dueOf(rule, later(until!, since), now, calendar).map(({ at, kind, businessDate, skipped }) => ({
          ...{ sourceId: source.id, at, kind, businessDate, skipped },
        }));
      });
    }
  });
}

/** Starts what people asked for (backfill) and nothing else: for a process that is no scheduler. */
export function startAsked(tools: SchedulerTools): Promise<Look['started']> {
  return tools.database.transaction(async (trx) => {
    const { now } = await lockMark(trx, tools.now?.() ?? null);
    const [sources, ofTheHub] = [await listScheduledSources(trx), await findDefaultSchedule(trx)];
    const known = { sources: new Map(sources.map((source) => [source.id, source])), ofTheHub: ofTheHub?.schedule ?? builtInRule };
    return startWaiting(tools, trx, now, known, 'asked');
  });
}

const nextOf = new Map<string, { after: number; next: number }>();
let nextOfCalendar = '';

// Most looks find nothing due. The next slot of a rule after a moment is remembered, so that they cost no walk through its times.
function dueOf(rule: ScheduleRule, after: Date, now: Date, calendar: WorkCalendar) {
  if (now <= after) return [];
  if (nextOfCalendar !== calendar.fingerprint || nextOf.size > 10_000) nextOf.clear();
  nextOfCalendar = calendar.fingerprint;
  const key = JSON.stringify(rule);
  const known = nextOf.get(key);
  if (known && known.after <= after.getTime() && known.next > now.getTime()) return [];
  const due = planSlots(rule, after, now, calendar);
  nextOf.set(key, { after: now.getTime(), next: nextSlot(rule, now, calendar)?.at.getTime() ?? now.getTime() + 86_400_000 });
  return due;
}

interface Known {
  readonly sources: ReadonlyMap<number, ScheduledSource>;
  readonly ofTheHub: SourceSchedule;
}

async function startWaiting(
  tools: SchedulerTools,
  trx: Database,
  now: Date,
  known: Known,
  which: 'all' | 'asked' = 'all',
): Promise<Look['started']> {
  const bySource = groupBy(await lockWaiting(trx, now, which), ({ sourceId }) => sourceId);
  const ready: WaitingSlot[] = [];
  for (const [sourceId, slots] of bySource) {
    const slot = await chooseSlot(trx, slots, known.sources.get(sourceId)!, now, known.ofTheHub);
    if (slot) ready.push(slot);
  }
  const started: Look['started'][number][] = [];
  const groups = groupBy(ready, ({ at, businessDate }) => `${at.toISOString()} ${businessDate}`);
  for (const [occasion, slots] of groups) {
    const { businessDate, at, kind } = slots[0]!;
    const sourceIds = slots.map(({ sourceId }) => sourceId);
    const { id } = await tools.startRun(trx, { kind: 'nightly', businessDate, sourceIds, retry: sourceIds, occasion });
    await markStarted(trx, slots, id);
    if (kind !== 'manual' && kind !== 'backfill') {
      const delays = new Map(sourceIds.map((sourceId) => [sourceId, delayOf(known, sourceId)]));
      await delayCollections(trx, id, kind === 'cron' ? at : now, delays);
    }
    started.push({ runId: id, sources: slots.length, businessDate });
  }
  return started;
}

/** Of what waits for one source, oldest first, the one slot that starts now, or null. The others wait on or are skipped. */
async function chooseSlot(
  trx: Database,
  slots: readonly WaitingSlot[],
  source: ScheduledSource,
  now: Date,
  ofTheHub: SourceSchedule,
): Promise<WaitingSlot | null> {
  const rule = ruleOf(source.schedule, ofTheHub);
  const isPlanned = ({ kind }: WaitingSlot) => kind === 'cron' || kind === 'catchup';
  const asked = slots.filter((slot) => !isPlanned(slot));
  let planned = slots.filter(isPlanned);
  if (!source.enabled || !rule) {
    await markSkipped(trx, planned, 'disabled');
    planned = [];
  } else if (rule.catch_up !== 'all' && planned.length > 1) {
    await markSkipped(trx, planned.slice(0, -1), 'superseded');
    planned = planned.slice(-1);
  }
  if (rule && planned.length > 0) {
    const startAt = mayStartAt(rule, now);
    if (startAt > now) {
      await deferSlots(trx, planned, startAt);
      planned = [];
    }
  }
  if (slots[0]!.isBusy) {
    const late = rule?.overlap === 'skip' ? planned.filter(({ kind }) => kind === 'cron') : [];
    await markSkipped(trx, late, 'overlap');
    return null;
  }
  return [...planned, ...asked].toSorted((a, b) => a.at.getTime() - b.at.getTime())[0] ?? null;
}

function delayOf({ sources, ofTheHub }: Known, sourceId: number): number {
  const source = sources.get(sourceId)!;
  return jitterOf(source.code, ruleOf(source.schedule, ofTheHub)?.jitter_seconds ?? 0);
}

// Nobody looked for a while: an outage of the hub, or a clock that was put forward.
async function recordGap(trx: Database, actor: string, from: Date, to: Date): Promise<void> {
  const detail = { from, to, minutes: Math.round((to.getTime() - from.getTime()) / 60_000) };
  await trx('ledger.event').insert({ actor, verb: 'scheduler-gap', object: 'scheduler', detail: JSON.stringify(detail) });
}

function groupBy<Item, Key>(items: readonly Item[], keyOf: (item: Item) => Key): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}

function later(one: Date, other: Date): Date {
  return one > other ? one : other;
}
