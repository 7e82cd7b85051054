import { setTimeout as sleep } from 'node:timers/promises';
import { lease } from '../model/lease.js';
import type { Database } from './database.js';

/**
 * Ends every COPY of ours into which nothing has come for two leases, until `signal`. A process that is frozen in the middle of one keeps
 * the row of its step locked, and PostgreSQL knows no limit for it: to the server that COPY is busy, not an idle transaction. Its holder
 * loses the connection and nothing else; a living one tries the step again.
 *
 * Looks are counted and not seconds, so that a machine that slept as a whole ends nothing when it wakes up.
 */
export async function endFrozenCopies(database: Database, signal: AbortSignal, everyMs = lease.renewMs * 2): Promise<void> {
  let silent = new Map<string, number>();
  while (!signal.aborted) {
    await sleep(everyMs, undefined, { signal, ref: false }).catch(() => undefined);
    if (signal.aborted) return;
    const copies = await waitingCopies(database).catch(() => []);
    silent = new Map(copies.map((copy) => [keyOf(copy), (silent.get(keyOf(copy)) ?? -1) + 1]));
    for (const copy of copies) if (silent.get(keyOf(copy))! >= patience) await end(database, copy).catch(() => undefined);
  }
}

/** So many looks without a byte since the first are two leases. */
const patience = 4;

interface Copy {
  readonly pid: number;
  readonly since: string;
  readonly bytes: string;
}

const keyOf = ({ pid, since, bytes }: Copy) => `${pid} ${since} ${bytes}`;

const waiting = `
  select a.pid, a.query_start::text as since, p.bytes_processed::text as bytes
    from pg_stat_progress_copy p join pg_stat_activity a using (pid)
   where a.datname = current_database() and a.usename = current_user and a.application_name = 'huiliu'
     and p.command = 'COPY FROM' and a.wait_event = 'ClientRead'`;

async function waitingCopies(database: Database): Promise<Copy[]> {
  return (await database.raw<{ rows: Copy[] }>(waiting)).rows;
}

async function end(database: Database, { pid, since, bytes }: Copy): Promise<void> {
  await database.raw(`select pg_terminate_backend(pid) from (${waiting}) w where (pid, since, bytes) = (?, ?, ?)`, [pid, since, bytes]);
}
