import type pg from 'pg';

/**
 * Writes what is in `golden_event` for others to pull. Comes last in its transaction: the row with the last number stays locked
 * until the end, so numbers have no gaps and are in the order of commits; nobody ever sees 7 before 6.
 */
export async function publishChanges(client: pg.Client, batchId: string): Promise<number> {
  const { rows } = await client.query<{ events: number }>('select count(*)::integer as events from golden_event');
  const { events } = rows[0]!;
  if (events === 0) return 0;
  await client.query(
    `with counted as (update master.change_counter set last = last + $2 returning last - $2 as before)
     insert into master.change (seq, record_id, entity, kind, attributes, after, batch_id)
     select c.before + row_number() over (order by e.record_id, e.kind), e.record_id, r.entity, e.kind, e.attributes,
            jsonb_build_object('no', r.no, 'status', r.status, 'fields', coalesce(g.fields, '{}'), 'isVoid', coalesce(g.is_void, false))
              || case when s.no is null then '{}' else jsonb_build_object('survivor', s.no) end,
            $1
       from golden_event e cross join counted c join master.record r on r.id = e.record_id
       left join master.record s on s.id = r.survivor_id left join master.golden g on g.record_id = e.record_id`,
    [batchId, events],
  );
  return events;
}
