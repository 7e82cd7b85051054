import type { Database } from '../database.js';
import type { DecisionToWrite } from './name-decision.js';

/**
 * Opens a request for a new terminal for each name that a person calls new. A name whose spelling (of the same distributor)
 * waits in an open request joins that one. Returns the changes with their requests.
 */
export async function requestNew(trx: Database, batchId: string, changes: readonly DecisionToWrite[]): Promise<DecisionToWrite[]> {
  const result: DecisionToWrite[] = [];
  for (const change of changes) {
    result.push(change.verdict === 'new' ? { ...change, request: await requestOf(trx, batchId, change) } : change);
  }
  return result;
}

async function requestOf(trx: Database, batchId: string, { rawNameId, note, like, fields }: DecisionToWrite): Promise<string> {
  const { rows: open } = await trx.raw<{ rows: { id: string }[] }>(
    `select r.id from matching.request r
       join matching.request_state s on s.id = r.id and s.state = 'open'
       join matching.raw_name o on o.id = r.raw_name_id
       join matching.raw_name n on n.id = ? and n.spelling = o.spelling and n.distributor_id = o.distributor_id
      where (r.fields->>'address') = n.address
      order by r.id limit 1`,
    [rawNameId],
  );
  if (open[0]) return open[0].id;
  const name = await trx('matching.raw_name').where({ id: rawNameId }).first('name', 'address', 'region');
  const [province = '', city = '', county = ''] = String(name.region).split('/');
  const known = { name: name.name, type: '', province, city, county, address: name.address, ...fields };
  const [row] = await trx('matching.request')
    .insert({ batch_id: batchId, raw_name_id: rawNameId, fields: JSON.stringify(known), seen: JSON.stringify(like ?? []), reason: note })
    .returning('id');
  return row.id as string;
}
