import type pg from 'pg';
import { saidInForce } from './said-in-force.js';

/**
 * Brings the current versions of the keys in `touched_key` in line with the sendings in force: of each key the one that was sent
 * last counts, whenever it was loaded; of versions that say when they were changed the one changed last, unless something undated was sent after
 * it. A key of which nothing in force speaks has none.
 */
export async function foldCurrent(client: pg.Client): Promise<void> {
  await client.query(`
    create temp table if not exists said_last (key_id bigint, id bigint) on commit drop;
    truncate said_last;
    analyze touched_key;
    insert into said_last
      with ${saidInForce('touched_key')}
      select distinct on (key_id) key_id, id from (
        select s.*, r.changed_at, count(*) filter (where r.changed_at is null) over (
                 partition by s.key_id order by s.order_key desc, s.batch_id desc, s.id desc rows between unbounded preceding and 1 preceding) as undated_since
          from said s join master.source_record r on r.id = s.id) v
       where undated_since = 0 order by key_id, changed_at desc nulls last, order_key desc, batch_id desc, id desc;
    update master.source_record r set is_current = false from touched_key t
     where t.key_id = r.key_id and r.is_current and not exists (select 1 from said_last l where l.id = r.id);
    update master.source_record r set is_current = true from said_last l where l.id = r.id and not r.is_current`);
}
