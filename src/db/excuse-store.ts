import { type ExcuseReason, excuseReasons } from '../schedule/excuse-reason.js';
import type { Database } from './database.js';
import { isAsked } from './find-missing.js';
import { judgeRunsAgain } from './run-store.js';

export interface ExcusedDay {
  readonly source: string;
  readonly businessDate: string;
}

/**
 * Records why a source brings nothing for the days `from` to `to` on which it is expected; what was said before about such a day is
 * replaced. The runs of those days are judged again. Returns the days taken.
 */
export function excuseSource(
  database: Database,
  excuse: { source: string; from: string; to: string; reason: ExcuseReason; note: string; by: string },
): Promise<ExcusedDay[]> {
  return database.transaction(async (trx) => {
    const { rows } = await trx.raw(
      `with days as (
         select s.id as source_id, d::date as day from ledger.source s, generate_series(:from::date, :to::date, interval '1 day') d
          where s.code = :source and ${isAsked('d::date')}
       ), before as (
         update ledger.excuse x set undone_by = :by, undone_at = now() from days
          where x.source_id = days.source_id and x.business_date = days.day and x.undone_at is null returning x.id
       )
       select source_id, day from days where (select count(*) from before) >= 0 order by day`,
      { source: excuse.source, from: excuse.from, to: excuse.to, by: excuse.by },
    );
    if (rows.length === 0) return [];
    await trx('ledger.excuse').insert(
      rows.map((row: { source_id: number; day: string }) => ({
        ...{ source_id: row.source_id, business_date: row.day, reason: excuse.reason, note: excuse.note, excused_by: excuse.by },
        nothing_due: excuseReasons[excuse.reason] === 'nothing-due',
      })),
    );
    const days = rows.map((row: { day: string }) => row.day);
    await afterwards(trx, excuse.by, 'excuse', excuse.source, { days, reason: excuse.reason, note: excuse.note });
    return days.map((businessDate: string) => ({ source: excuse.source, businessDate }));
  });
}

/** Takes back what was said about a source and days; the record stays. Returns the days. */
export function undoExcuse(database: Database, undo: { source: string; from: string; to: string; by: string }): Promise<ExcusedDay[]> {
  return database.transaction(async (trx) => {
    const { rows } = await trx.raw(
      `update ledger.excuse x set undone_by = :by, undone_at = now() from ledger.source s
        where s.id = x.source_id and s.code = :source and x.business_date between :from::date and :to::date and x.undone_at is null
        returning x.business_date as day`,
      { source: undo.source, from: undo.from, to: undo.to, by: undo.by },
    );
    const days = rows.map((row: { day: string }) => row.day).toSorted();
    if (days.length > 0) await afterwards(trx, undo.by, 'undo-excuse', undo.source, { days });
    return days.map((businessDate: string) => ({ source: undo.source, businessDate }));
  });
}

async function afterwards(
  trx: Database,
  actor: string,
  verb: string,
  object: string,
  detail: { readonly days: readonly string[]; readonly [more: string]: unknown },
): Promise<void> {
  await trx('ledger.event').insert({ actor, verb, object, detail: JSON.stringify(detail) });
  await judgeRunsAgain(trx, detail.days);
}
