import { HubError } from '../../model/hub-error.js';
import { message } from '../../model/message.js';
import { shanghaiDay } from '../../model/shanghai-day.js';
import type { Database } from '../database.js';
import { isoMoment } from '../iso-moment.js';
import { type FoundRecord, findRecord } from './find-record.js';
import { readRedirectsAt } from './read-redirects-at.js';

/** What a key meant on a day, as far as was known at a moment. */
export interface KeyAsOf {
  readonly role: string;
  readonly system: string;
  readonly key: string;
  /** The record that the key itself was given to. Names are those of today. */
  readonly no: string;
  readonly name: string;
  /** Where the merges that were known then led from there: the record that the key meant. The same record when it was not merged. */
  readonly survivor: NamedRecord;
  /** What the key means today, as far as is known today; null = nothing any more. */
  readonly today: NamedRecord | null;
  readonly validFrom: string;
  readonly validUntil: string;
  readonly knownFrom: string;
  readonly knownUntil: string;
  readonly how: string;
}

export interface NamedRecord {
  readonly no: string;
  readonly name: string;
}

/** `knownAt` null = now. */
interface When {
  readonly asOf: string;
  readonly knownAt: string | null;
}

/** `asked` is `system/key`, or a record: then all keys that meant it, those of records that had been merged into it among them. */
export async function readCrosswalkAsOf(database: Database, asked: string, when: When): Promise<KeyAsOf[]> {
  const slash = asked.indexOf('/');
  const isKey = slash >= 0;
  const [system, key] = [asked.slice(0, slash), asked.slice(slash + 1)];
  const rows = isKey
    ? await readKeys(database, "c.system = :system and (c.key = :key or c.role || '/' || c.key = :key)", { system, key }, when)
    : await readKeys(
        database,
        'c.record_id = any(:ids::bigint[])',
        { ids: `{${(await membersAt(database, asked, when)).join(',')}}` },
        when,
      );
  if (rows.length === 0 && isKey) await expectKey(database, asked, system, key);
  const survivors = await readRedirectsAt(
    database,
    rows.map(({ recordId }) => recordId),
    when.knownAt,
  );
  const named = await readNames(database, [
    ...rows.flatMap(({ recordId, todayId }) => [survivors.get(recordId) ?? recordId, todayId ?? recordId]),
  ]);
  return rows.map(({ recordId, todayId, ...row }) => ({
    ...row,
    survivor: named.get(survivors.get(recordId) ?? recordId)!,
    today: todayId === null ? null : named.get(todayId)!,
  }));
}

/** All records that meant then what the asked one meant then. */
async function membersAt(database: Database, asked: string, { knownAt }: When): Promise<string[]> {
  const { id } = await findItself(database, asked);
  const survivors = await readRedirectsAt(database, [id], knownAt);
  const meant = survivors.get(id) ?? id;
  return [meant, ...[...survivors].filter(([, survivor]) => survivor === meant).map(([one]) => one)];
}

/** Not the one it was merged into, which it may not have been yet; of several of one name the one they are today. */
async function findItself(database: Database, asked: string): Promise<FoundRecord> {
  try {
    return await findRecord(database, asked, { asIs: true });
  } catch (error) {
    if (error instanceof HubError && error.told.code === 'golden.several-records') return findRecord(database, asked);
    throw error;
  }
}

type Row = Omit<KeyAsOf, 'survivor' | 'today'> & { readonly recordId: string; readonly todayId: string | null };

async function readKeys(database: Database, which: string, values: object, { asOf, knownAt }: When): Promise<Row[]> {
  const { rows } = await database.raw<{ rows: Row[] }>(
    `select c.role, c.system, c.key, r.id as "recordId", r.no, ${nameOf} as name, t.id as "todayId",
            c.valid_from as "validFrom", c.valid_until as "validUntil", ${isoMoment('c.known_from', true)} as "knownFrom", ${isoMoment('c.known_until', true)} as "knownUntil", c.how
       from master.crosswalk c join master.record r on r.id = c.record_id left join master.golden g on g.record_id = r.id
       left join lateral (
            select coalesce(o.survivor_id, o.id) as id from master.crosswalk n join master.record o on o.id = n.record_id
             where n.key_id = c.key_id and :today::date >= n.valid_from and :today::date < n.valid_until
               and clock_timestamp() >= n.known_from and clock_timestamp() < n.known_until) t on true
      where :asOf::date >= c.valid_from and :asOf::date < c.valid_until
        and coalesce(:knownAt::timestamptz, clock_timestamp()) >= c.known_from and coalesce(:knownAt::timestamptz, clock_timestamp()) < c.known_until
        and ${which}
      order by c.system, c.role, c.key`,
    { asOf, knownAt, today: shanghaiDay(new Date()), ...values } as never,
  );
  return rows;
}

/** SQL: of a record that no key means any more the name it had last. */
const nameOf = `coalesce(g.fields->>'name', g.fields->>'generic_name', (
  select coalesce(c.after->'fields'->>'name', c.after->'fields'->>'generic_name') from master.change c
   where c.record_id = r.id and coalesce(c.after->'fields'->>'name', c.after->'fields'->>'generic_name') is not null order by c.seq desc limit 1), '')`;

async function expectKey(database: Database, asked: string, system: string, key: string): Promise<void> {
  const known = await database('master.source_key')
    .where({ system })
    .whereRaw(`(key = ? or role || '/' || key = ?)`, [key, key])
    .first('id');
  if (!known) throw new HubError('config', message('golden.no-such-key', { key: asked }));
}

async function readNames(database: Database, ids: readonly string[]): Promise<ReadonlyMap<string, NamedRecord>> {
  const { rows } = await database.raw<{ rows: (NamedRecord & { id: string })[] }>(
    `select r.id, r.no, ${nameOf} as name from master.record r left join master.golden g on g.record_id = r.id where r.id = any(:ids::bigint[])`,
    { ids: `{${[...new Set(ids)].join(',')}}` },
  );
  return new Map(rows.map(({ id, no, name }) => [id, { no, name }]));
}
