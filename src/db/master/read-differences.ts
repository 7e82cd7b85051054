import { type Compared, type Difference, differencesOf, type OtherValue, otherValuesOf } from '../../master/differences-of.js';
import type { Database } from '../database.js';

/** How two records differ by their values of today: of what should make a person look again, and of all else. `one` and `other` are ids. */
export async function readDifferences(
  trx: Database,
  one: string,
  other: string,
): Promise<{ readonly differences: Difference[]; readonly otherValues: OtherValue[] }> {
  const sides = await Promise.all([one, other].map((id) => readSide(trx, id)));
  return { differences: differencesOf(sides[0]!, sides[1]!), otherValues: otherValuesOf(sides[0]!, sides[1]!) };
}

async function readSide(trx: Database, id: string): Promise<Compared> {
  const { rows } = await trx.raw<{ rows: Compared[] }>(
    `select coalesce((select g.fields from master.golden g where g.record_id = r.id), '{}') as fields, ${rolesOfRecord('r.id')} as roles
       from master.record r where r.id = ?`,
    [id],
  );
  return rows[0]!;
}

/** SQL: the roles of the keys of a record, those of what was merged into it among them. */
export const rolesOfRecord = (id: string): string => `(
  select coalesce(jsonb_agg(distinct k.role), '[]') from master.record m join master.source_key k on k.record_id = m.id where m.id = ${id} or m.survivor_id = ${id})`;
