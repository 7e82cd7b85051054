import type pg from 'pg';

/**
 * Brings quarantine in line after loads were taken back or done again (`changed`): rows that a batch in force no longer brings in wait
 * again, and of a delivery whose load is taken back nothing waits at all.
 */
export async function settleWaiting(client: pg.Client, changed: readonly string[]): Promise<void> {
  await client.query(
    `with moved as (
       select w.part_id, w.row_no, b.in_force from master.waiting w join matching.batch b on b.id = w.batch_id where b.id = any($1::bigint[])),
     told as (
       update ledger.quarantine q set state = case when m.in_force then 'replayed' else 'open' end,
              resolved_by = case when m.in_force then 'hub' end, resolved_at = case when m.in_force then now() end
         from moved m where (q.part_id, q.row_no) = (m.part_id, m.row_no) and (q.state = 'replayed') <> m.in_force returning q.part_id, m.in_force)
     update ledger.part p set loaded = p.loaded + t.rows, quarantined = p.quarantined - t.rows
       from (select part_id, sum(case when in_force then 1 else -1 end)::integer as rows from told group by 1) t where t.part_id = p.id`,
    [changed],
  );
  await client.query(
    `update ledger.quarantine q set state = case when l.in_force then 'open' else 'dismissed' end, resolved_by = case when l.in_force then null else $2 end
       from (select s.delivery_id, b.in_force from master.sending s join matching.batch b on b.id = s.batch_id
              where b.id = any($1::bigint[]) and b.follows is null and s.delivery_id is not null) l
      where q.delivery_id = l.delivery_id and (case when l.in_force then q.state = 'dismissed' and q.resolved_by = $2 else q.state = 'open' end)`,
    [changed, takenBack],
  );
}

/** Who dismissed the rows of a load that was taken back. */
const takenBack = 'undo';
