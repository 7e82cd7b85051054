import type { DiskLandingStore } from '../../journey/land/disk-landing-store.js';
import type { Database } from '../database.js';

/** Which stored files `o` are old enough for the archive; `days` is SQL. What a step still has to read stays where it is quick. */
export const isOldRaw = (days: string): string =>
  `o.archived_at is null and o.stored_at < now() - make_interval(days => ${days})
   and not exists (select 1 from ledger.delivery d join ledger.stage_exec s on s.delivery_id = d.id and s.state in ('ready', 'running') where d.sha256 = o.sha256)`;

const batchFiles = 200;

/**
 * Moves old files to the archive, oldest first. A file leaves its place only after the archive holds the same bytes, so an
 * interrupted job loses nothing and goes on where it was. Throws `transient` when the archive cannot be written.
 */
export async function archiveRaw(
  database: Database,
  landing: Pick<DiskLandingStore, 'archive'>,
  { days, actor, signal }: { days: number; actor: string; signal: AbortSignal },
): Promise<{ files: number; bytes: number }> {
  const total = { files: 0, bytes: 0 };
  for (;;) {
    signal.throwIfAborted();
    const { rows } = await database.raw<{ rows: { sha256: string; byte_count: string }[] }>(
      `select o.sha256, o.byte_count from ledger.raw_object o where ${isOldRaw('?::integer')} order by o.stored_at, o.sha256 limit ${batchFiles}`,
      [days],
    );
    if (rows.length === 0) return total;
    for (const { sha256 } of rows) {
      signal.throwIfAborted();
      await landing.archive(sha256);
    }
    const bytes = rows.reduce((sum, row) => sum + Number(row.byte_count), 0);
    await database.transaction(async (trx) => {
      const moved = rows.map(({ sha256 }) => sha256);
      await trx('ledger.raw_object').whereIn('sha256', moved).update({ archived_at: trx.fn.now() });
      await trx('ledger.event').insert({
        actor,
        verb: 'retention',
        object: 'raw',
        detail: { what: 'raw', days, files: rows.length, bytes },
      });
    });
    total.files += rows.length;
    total.bytes += bytes;
  }
}
