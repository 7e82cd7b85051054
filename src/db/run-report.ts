import type { RunReport, SourceBalance } from '../model/run-report.js';
import type { Database } from './database.js';
import { isManual } from './is-manual.js';
import type { RunState } from './run-store.js';

/** The balance sheet of a run, read from the ledger. `names` counts the whole matching table. */
export async function readRunReport(database: Database, runId: string): Promise<Omit<RunReport, 'resumed'>> {
  const run = await database('ledger.run').where({ id: runId }).first();
  const sources = await readBalances(database, runId);
  const sum = (key: keyof Omit<SourceBalance, 'source'>) => sources.reduce((total, source) => total + source[key], 0);
  const { rows: held } = await database.raw(
    `select s.code as source, d.id as "deliveryId", d.name,
            (select coalesce(jsonb_agg(f - 'attachment'), '[]') from jsonb_array_elements(d.findings) f) as findings
       from ledger.delivery d join ledger.source s on s.id = d.source_id
      where d.state = 'held' and (d.run_id = :runId or exists (
            select 1 from ledger.stage_exec e where e.delivery_id = d.id and e.run_id = :runId))
      order by s.code, d.order_key`,
    { runId },
  );
  const { rows: failed } = await database.raw(
    `select s.code as source, coalesce(d.name, e.stage) as what, e.told
       from ledger.stage_exec e
       left join ledger.delivery d on d.id = e.delivery_id
       left join ledger.source s on s.id = coalesce(e.source_id, d.source_id)
      where e.run_id = :runId and e.state = 'failed'
      union all
     select s.code, o.name, o.told
       from ledger.observation o join ledger.source s on s.id = o.source_id
       join ledger.stage_exec e on e.source_id = s.id and e.stage = 'collect' and e.run_id = :runId
      where o.state = 'failed' and o.last_seen_at >= e.started_at
      order by 1, 2`,
    { runId },
  );
  const { rows: manual } = await database.raw(
    `select s.code as source, d.id::text as "deliveryId", d.name,
            coalesce((select i.about ->> 'by' from ledger.sighting i where i.delivery_id = d.id and i.about ->> 'by' is not null limit 1), '') as by
       from ledger.delivery d join ledger.source s on s.id = d.source_id
      where d.sender <> 'own' and ${isManual('d')} and exists (select 1 from ledger.stage_exec e where e.delivery_id = d.id and e.run_id = :runId and e.stage = 'load')
      order by d.id`,
    { runId },
  );
  const { rows: unchanged } = await database.raw(
    `select count(*)::int as count from ledger.sighting g join ledger.delivery d on d.id = g.delivery_id
      where g.run_id = :runId and not (d.run_id = :runId and d.source_id = g.source_id
            and g.locator = (select min(f.locator) from ledger.sighting f where f.delivery_id = d.id and f.source_id = d.source_id))`,
    { runId },
  );
  const { rows: names } = await database.raw(
    `select coalesce(k.verdict, 'waiting') as verdict, count(*)::int as count
       from matching.raw_name n left join matching.current_link k on k.raw_name_id = n.id where n.role = 'buyer' group by 1 order by 1`,
  );
  const { rows: looks } = await database.raw(
    `select result->'duplicates' as look from ledger.stage_exec where run_id = :runId and stage = 'match' and jsonb_exists(result, 'duplicates')`,
    { runId },
  );
  const ended = (run.ended_at as Date | null) ?? new Date();
  return {
    runId,
    state: run.state as RunState,
    businessDate: run.business_date,
    sources,
    totals: {
      deliveries: sum('deliveries'),
      decoded: sum('decoded'),
      loaded: sum('loaded'),
      quarantined: sum('quarantined'),
      dropped: sum('dropped'),
    },
    names: Object.fromEntries(names.map((row: { verdict: string; count: number }) => [row.verdict, row.count])),
    duplicates: looks[0]?.look ?? null,
    held,
    manual,
    failed,
    unchanged: unchanged[0].count,
    seconds: (ended.getTime() - (run.started_at as Date).getTime()) / 1000,
  };
}

// Every source that the run collected from has a line, also one that brought nothing. Counts of a delivery belong to the
// source that brought it first; a row that was quarantined and later replayed counts where it is now.
async function readBalances(database: Database, runId: string): Promise<SourceBalance[]> {
  const { rows } = await database.raw(
    `select s.code as source, count(distinct d.id)::int as deliveries, coalesce(sum(p.decoded), 0)::int as decoded,
            coalesce(sum(p.loaded), 0)::int as loaded, coalesce(sum(p.quarantined), 0)::int as quarantined,
            coalesce(sum(p.dropped_count), 0)::int as dropped
       from ledger.source s
       left join ledger.delivery d on d.source_id = s.id and exists (
            select 1 from ledger.stage_exec e where e.delivery_id = d.id and e.run_id = :runId and e.stage = 'load')
       left join ledger.part p on p.delivery_id = d.id
      where d.id is not null or exists (select 1 from ledger.stage_exec e where e.source_id = s.id and e.run_id = :runId)
      group by s.code order by s.code`,
    { runId },
  );
  return rows;
}
