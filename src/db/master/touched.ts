import type pg from 'pg';

/** The temp tables in which one change of the master collects what has to be looked at again: keys of systems, and records. */
export async function openTouched(client: pg.Client): Promise<void> {
  await client.query(`
    create temp table if not exists touched_key (key_id bigint not null) on commit drop;
    create temp table if not exists touched_record (record_id bigint not null) on commit drop;
    truncate touched_key, touched_record`);
}

/** SQL: keys that the batches speak of; `batches` is an SQL expression that yields their ids. */
export function keysOfBatches(batches: string): string {
  return `
    select key_id from master.source_record where batch_id in (${batches})
    union select key_id from master.assignment where batch_id in (${batches})
    union select r.key_id from master.confirmation c cross join unnest(c.records) as said(id) join master.source_record r on r.id = said.id
           where c.batch_id in (${batches})
    union select k.key_id from master.change_answer a cross join lateral (select key_id from master.asked where request_id = a.request_id offset 0) k where a.batch_id in (${batches})
    union select k.key_id from master.change_request q cross join lateral (select key_id from master.asked where request_id = q.id offset 0) k where q.batch_id in (${batches})`;
}

/** SQL: records that the batches speak of otherwise than through a key. */
export function recordsOfBatches(batches: string): string {
  return `
    select record_id from master.override where batch_id in (${batches})
    union select loser_id from master.merge where batch_id in (${batches})
    union select survivor_id from master.merge where batch_id in (${batches})
    union select id from master.record where first_batch_id in (${batches})`;
}
