import type { Database } from './database.js';

export interface BackfillPlan {
  readonly source: string;
  readonly days: number;
  /** Days of which there are figures of this source already. */
  readonly there: number;
}

/** What a backfill of the days `from` to `to` would look at, per source. */
export async function previewBackfill(
  database: Database,
  order: { sources: readonly string[]; from: string; to: string },
): Promise<BackfillPlan[]> {
  const { rows } = await database.raw(
    `select s.code as source, count(*)::int as days,
            count(*) filter (where exists (select 1 from ledger.generation v
                    join ledger.sighting g on g.delivery_id = v.delivery_id and g.source_id = s.id
                   where v.business_date = d::date and v.sender = s.sender and v.state <> 'withdrawn'))::int as there
       from ledger.source s, generate_series(:from::date, :to::date, interval '1 day') d
      where s.code = any(:sources) group by s.code order by s.code`,
    { ...order, sources: [...order.sources] },
  );
  return rows;
}

/**
 * Puts one slot per source and business day on record, in the order of the days, all in one transaction. A day that waits already is not
 * put there twice. Returns the moments of the request, by which its slots are found again, and how many are new.
 */
export async function queueBackfill(
  database: Database,
  order: { sources: readonly string[]; from: string; to: string; by: string },
): Promise<{ queued: number; waiting: number; since: Date; until: Date }> {
  return database.transaction(async (trx) => {
    const { rows } = await trx.raw(
      `with asked as (
         select s.id, d::date as day, date_trunc('milliseconds', now()) + (d::date - :from::date) * interval '1 millisecond' as at
           from ledger.source s, generate_series(:from::date, :to::date, interval '1 day') d where s.code = any(:sources)
       ), made as (
         insert into ledger.schedule_slot (source_id, slot_ts, kind, business_date, start_at, made_by)
         select id, at, 'backfill', day, now(), :by from asked order by at, id on conflict do nothing returning 1
       )
       select (select count(*)::int from made) as queued, count(*)::int as asked, min(at) as since, max(at) as until from asked`,
      { ...order, sources: [...order.sources] },
    );
    const { queued, asked, since, until } = rows[0];
    await trx('ledger.event').insert({
      ...{ actor: order.by, verb: 'backfill', object: order.sources.join(', ') },
      detail: JSON.stringify({ from: order.from, to: order.to, queued }),
    });
    return { queued, waiting: asked - queued, since, until };
  });
}

/** How far the slots of a backfill are: those that wait, and the runs that were started for the others. */
export async function readBackfill(
  database: Database,
  order: { sources: readonly string[]; from: string; to: string; since: Date },
): Promise<{ waiting: number; runs: readonly { id: string; state: string }[] }> {
  const { rows } = await database.raw(
    `select w.state, n.id, n.state as "runState" from ledger.schedule_slot w join ledger.source s on s.id = w.source_id
       left join ledger.run n on n.id = w.run_id
      where w.kind = 'backfill' and s.code = any(:sources) and w.business_date between :from::date and :to::date
        and (w.state = 'waiting' or w.slot_ts >= :since)`,
    { ...order, sources: [...order.sources] },
  );
  const runs = new Map<string, string>();
  for (const { id, runState } of rows as { id: string | null; runState: string }[]) if (id) runs.set(id, runState);
  return {
    waiting: rows.filter((row: { state: string }) => row.state === 'waiting').length,
    runs: [...runs].map(([id, state]) => ({ id, state })),
  };
}
