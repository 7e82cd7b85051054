import type { Database } from '../db/database.js';
import { type AlikeRecord, findAlikeRecords } from './find-alike-records.js';
import type { HubMatcher } from './hub-matcher.js';

/**
 * The duplicate gate for a change of a record that is there. What the change does not say (place, address, credit code), the record says
 * itself: often the place alone decides which of many 第一人民医院 a new name means. Not candidates are the record itself, those it was told
 * apart from, and its family (branches, stores, members). `record` null = a new one.
 */
export async function findAlikeOfRecord(
  database: Database,
  matcher: HubMatcher | null,
  fields: Readonly<Record<string, string>>,
  record: { readonly id: string; readonly no: string } | null,
): Promise<AlikeRecord[]> {
  if (record === null) return findAlikeRecords(database, matcher, fields);
  const alike = await findAlikeRecords(database, matcher, { ...(await knownOf(database, record.id)), ...fields }, record.no);
  const others = new Set(await othersOf(database, record.id));
  return alike.filter(({ no }) => !others.has(no));
}

/** Without its names: those it is to lose. */
async function knownOf(database: Database, recordId: string): Promise<Record<string, string>> {
  const golden = await database('master.golden').where({ record_id: recordId }).first('fields');
  const { name: _, former_names: __, ...known } = (golden?.fields ?? {}) as Record<string, string>;
  return known;
}

/** Numbers of those that somebody said are others. */
async function othersOf(database: Database, recordId: string): Promise<string[]> {
  const { rows } = await database.raw<{ rows: { no: string }[] }>(
    `with told as (
       select a.low_id as one, a.high_id as other from master.apart a join matching.batch b on b.id = a.batch_id and b.in_force
       union all select f.child_id, f.parent_id from master.relation_in_force f),
     mine as (select id from master.record where :recordId in (id, survivor_id)),
     theirs as (
       select t.other as id from told t join mine m on m.id = t.one union select t.one from told t join mine m on m.id = t.other)
     select distinct r.no from theirs t join master.record o on o.id = t.id join master.record r on r.id = coalesce(o.survivor_id, o.id)`,
    { recordId },
  );
  return rows.map(({ no }) => no);
}
