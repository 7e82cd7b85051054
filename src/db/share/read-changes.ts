import type { Change } from '../../share/change.js';
import type { Database } from '../database.js';

export interface ChangePage {
  readonly changes: readonly Change[];
  /** Everything up to here has been looked at; ask again with `after` = this. */
  readonly through: number;
  /** The number of the last change there is. */
  readonly last: number;
}

/** Changes after a number, oldest first, at most `limit`. Without entities: of all. Who has asked for the last number hands it in. */
export async function readChanges(
  database: Database,
  { after, limit, entities, ...known }: { after: number; limit: number; entities: readonly string[]; last?: number },
): Promise<ChangePage> {
  // The last number is read first: what is committed later is for the next page.
  const last = known.last ?? (await lastSeq(database));
  const { rows } = await database.raw<{ rows: (Omit<Change, 'seq'> & { seq: string })[] }>(
    `select seq, no, entity, kind, attributes, after, to_char(at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at
       from pub_v1.change where seq > :after and seq <= :last and (:isAll or entity = any(:entities)) order by seq limit :limit`,
    { after, last, limit, isAll: entities.length === 0, entities: [...entities] } as never,
  );
  const changes = rows.map((row) => ({ ...row, seq: Number(row.seq) }));
  return { changes, through: changes.length === limit ? changes.at(-1)!.seq : Math.max(after, last), last };
}

export async function lastSeq(database: Database): Promise<number> {
  const { last } = await database('master.change_counter').first('last');
  return Number(last);
}
