import type { Message } from '../model/message.js';
import type { Database } from './database.js';
import type { Claim } from './stage-store.js';

/** So many transient faults in a row, and a source or host is left in peace for a while. */
export const breakAfter = 5;
/** Every process of a hub must agree on it, so it is read here and not from the settings; a test makes it short. */
const firstSeconds = Number(process.env['HUILIU_BREAKER_SECONDS'] ?? 30);
const longestSeconds = 20 * firstSeconds;

/** A source or host that failed so often that nobody asks it before `openUntil`; then one collection tries. */
export interface Breaker {
  /** `source:CODE` or `host:NAME:PORT` */
  readonly name: string;
  readonly failures: number;
  readonly openUntil: Date;
  readonly told: Message | null;
  readonly since: Date;
}

type Asked = Pick<Claim, 'sourceId' | 'host'>;

/** A collection came through: its source and host are well. */
export async function closeBreakers(database: Database, asked: Asked): Promise<void> {
  await database('ledger.breaker').whereIn('name', namesOf(asked)).delete();
}

/**
 * A collection failed for a reason that may pass. From the fifth in a row on the source or host is shut, each time twice as long; what was
 * under way when it shut does not count. When
 * the one that tried then has failed too, the others that wait for it fail with its reason: a run does not wait for hours.
 */
export async function countFailure(database: Database, asked: Asked, told: Message): Promise<void> {
  const { rows } = await database.raw(
    `insert into ledger.breaker as b (name, failures, told)
     select name, 1, :told::jsonb from unnest(:names::text[]) as n(name) order by name
     on conflict (name) do update
        set failures = b.failures + 1, told = excluded.told,
            open_until = case when b.failures + 1 >= :breakAfter
                              then now() + make_interval(secs => least(:longestSeconds, :firstSeconds * 2 ^ least(b.failures + 1 - :breakAfter, 20))) end
      where b.open_until is null or b.open_until <= now()
     returning name, failures`,
    { names: namesOf(asked), told: JSON.stringify(told), breakAfter, firstSeconds, longestSeconds },
  );
  const shutAgain = rows.filter((row: { failures: number }) => row.failures > breakAfter).map((row: { name: string }) => row.name);
  if (shutAgain.length === 0) return;
  await database.raw(
    `update ledger.stage_exec s set state = 'failed', error_class = 'transient', told = :told, ended_at = now()
       from (select id from ledger.stage_exec
              where stage = 'collect' and state = 'ready' and ('source:' || source_id = any(:names) or 'host:' || host = any(:names))
              order by id for update skip locked) waiting
      where s.id = waiting.id`,
    { names: shutAgain, told: JSON.stringify(told) },
  );
}

/** What is shut now. */
export async function listBreakers(database: Database): Promise<Breaker[]> {
  const { rows } = await database.raw(
    `select coalesce('source:' || s.code, b.name) as name, b.failures, b.open_until as "openUntil", b.told, b.since
       from ledger.breaker b left join ledger.source s on b.name = 'source:' || s.id
      where b.failures >= :breakAfter order by 1`,
    { breakAfter },
  );
  return rows;
}

function namesOf({ sourceId, host }: Asked): string[] {
  return [...(sourceId === null ? [] : [`source:${sourceId}`]), ...(host === '' ? [] : [`host:${host}`])];
}
