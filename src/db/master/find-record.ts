import { HubError } from '../../model/hub-error.js';
import { message } from '../../model/message.js';
import type { Database } from '../database.js';

/** A record as it was asked for, and where the redirects of merges end. */
export interface FoundRecord {
  readonly id: string;
  readonly no: string;
  readonly entity: string;
  readonly status: 'active' | 'merged' | 'withdrawn';
  readonly name: string;
  /** The number that was asked for, when it was merged into this one; null when not. */
  readonly redirectedFrom: string | null;
}

/**
 * The record that a text means: our number, the code of a terminal, distributor or product, `system/key` (`system/role/key`), or its
 * very name. Redirects of merges are followed, unless `asIs`. Throws a HubError when there is none, or more than one.
 */
export async function findRecord(trx: Database, asked: string, { asIs = false } = {}): Promise<FoundRecord> {
  const found = await findRecords(trx, asked.trim(), asIs);
  if (found.length === 0) throw new HubError('config', message('golden.no-such-record', { asked }));
  if (found.length > 1) {
    const list = found.map(({ no, name }) => `${no} ${name}`).join('、');
    throw new HubError('config', message('golden.several-records', { asked, found: list }));
  }
  return found[0]!;
}

/** The first of these ways that finds something decides. */
const ways = [
  'select id from master.record where no = :asked',
  `select record_id from master.terminal where code = :asked union select record_id from master.distributor where code = :asked
    union select record_id from master.product where code = :asked`,
  `select record_id from master.source_key where strpos(:asked, '/') > 0 and system = split_part(:asked, '/', 1)
      and (key = substr(:asked, strpos(:asked, '/') + 1) or role || '/' || key = substr(:asked, strpos(:asked, '/') + 1))`,
  'select record_id from master.source_key where key = :asked',
  `select g.record_id from master.golden g where g.fields->>'name' = :asked`,
];

async function findRecords(trx: Database, asked: string, asIs: boolean): Promise<FoundRecord[]> {
  for (const way of ways) {
    const { rows } = await trx.raw<{ rows: FoundRecord[] }>(
      `select distinct on (s.id) s.id, s.no, s.entity, s.status, coalesce(g.fields->>'name', g.fields->>'generic_name', '') as name,
              case when s.id <> r.id then r.no end as "redirectedFrom"
         from (${way}) w(id) join master.record r on r.id = w.id
         join master.record s on s.id = case when :asIs then r.id else coalesce(r.survivor_id, r.id) end
         left join master.golden g on g.record_id = s.id order by s.id, r.id = s.id desc limit 6`,
      { asked, asIs },
    );
    if (rows.length > 0) return rows;
  }
  return [];
}
