import type pg from 'pg';
import { saidInForce } from './said-in-force.js';

/**
 * Brings the current versions of the keys in `touched_key` in line with the sendings in force: of each key the one that was sent
 * last counts, whenever it was loaded. A key of which nothing in force speaks has none.
 */
export async function foldCurrent(client: pg.Client): Promise<void> {
  await client.query(`
    create temp table if not exists said_last (key_id bigint, id bigint) on commit drop;
    truncate said_last;
    analyze touched_key;
    insert into said_last
      with ${saidInForce('touched_key')}
      select distinct on (key_id) key_id, id from said order by key_id, order_key desc, batch_id desc, id desc;
    update master.source_record r set is_current = false from touched_key t
     where t.key_id = r.key_id and r.is_current and not exists (select 1 from said_last l where l.id = r.id);
    update master.source_record r set is_current = true from said_last l where l.id = r.id and not r.is_current`);
}
