import type { Database } from '../database.js';
import { inTransaction } from '../with-client.js';

export type Bookkeeping = 'slots' | 'alerts' | 'turns';

/** Rows that only say how work was arranged, by table `t`; the days to keep are `$1`. What happened stays in runs, steps and events. */
export const bookkeeping: Readonly<Record<Bookkeeping, { readonly from: string; readonly at: string; readonly isDue: string }>> = {
  // The last one of a source stays. The mark of the schedulers keeps an old one from being made again.
  slots: {
    from: 'ledger.schedule_slot',
    at: 't.settled_at',
    isDue: `t.state in ('started', 'skipped') and t.settled_at < now() - make_interval(days => $1)
            and exists (select 1 from ledger.schedule_slot n where n.source_id = t.source_id and n.slot_ts > t.slot_ts)`,
  },
  alerts: {
    from: 'ledger.alert',
    at: 't.sent_at',
    isDue: `t.state = 'sent' and t.sent_at < now() - make_interval(days => $1)
            and not exists (select 1 from ledger.incident i where i.id = t.incident_id and i.recovered_at is null)`,
  },
  turns: {
    from: 'ledger.turn',
    at: 't.since',
    isDue: `t.collects = 0 and t.loads = 0 and t.loading = 0 and t.since < now() - make_interval(days => $1)
            and exists (select 1 from ledger.run r where r.id = t.run_id and r.state <> 'running')`,
  },
};

const batchRows = 5_000;

/** Deletes old bookkeeping in transactions of 5,000 rows, each recorded. Returns how many rows of each kind. */
export async function deleteBookkeeping(
  database: Database,
  { days, actor, signal }: { days: number; actor: string; signal: AbortSignal },
): Promise<Record<Bookkeeping, number>> {
  const total = { slots: 0, alerts: 0, turns: 0 };
  for (const what of Object.keys(total) as Bookkeeping[]) {
    for (let rows = batchRows; rows === batchRows; total[what] += rows) {
      signal.throwIfAborted();
      rows = await deleteBatch(database, what, days, actor);
    }
  }
  return total;
}

function deleteBatch(database: Database, what: Bookkeeping, days: number, actor: string): Promise<number> {
  const { from, isDue } = bookkeeping[what];
  return inTransaction(database, async (client) => {
    const { rowCount } = await client.query(
      `delete from ${from} where ctid in (select t.ctid from ${from} t where ${isDue} limit ${batchRows} for update of t skip locked)`,
      [days],
    );
    const rows = rowCount ?? 0;
    if (rows > 0) {
      await client.query(`insert into ledger.event (actor, verb, object, detail) values ($1, 'retention', 'bookkeeping', $2)`, [
        actor,
        JSON.stringify({ what, days, rows }),
      ]);
    }
    return rows;
  });
}
