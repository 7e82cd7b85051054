import { splitFormerNames } from '../../journey/match/former-names.js';
import type { Terminal } from '../../journey/match/terminal.js';
import type { Database } from '../database.js';

/** A terminal that changed; nothing may be linked any more to one that is gone (merged, withdrawn). */
export interface TerminalChange {
  readonly terminal: Terminal;
  readonly isGone: boolean;
}

const pageSize = 20_000;

/**
 * The number of the last change of the master. Whoever reads terminals after this sees every change up to it: writers hold the
 * same lock, so this waits for those under way. Must not be called inside a transaction that changed terminals on another connection.
 */
export async function readMasterSeq(database: Database): Promise<string> {
  return database.transaction(async (trx) => {
    await trx.raw("select pg_advisory_xact_lock(hashtext('huiliu.master'))");
    const { rows } = await trx.raw<{ rows: { seq: string }[] }>('select coalesce(max(change_seq), 0)::text as seq from master.terminal');
    return rows[0]!.seq;
  });
}

/** All terminals that may be linked to, in order of their ids, page by page. */
export async function* readTerminals(database: Database): AsyncGenerator<Terminal> {
  for (let after = '0'; ; ) {
    const { rows } = await database.raw<{ rows: Stored[] }>(
      `select ${columns} from master.terminal t where t.id > ? and ${isMatched} order by t.id limit ?`,
      [after, pageSize],
    );
    for (const row of rows) yield toTerminal(row);
    if (rows.length < pageSize) return;
    after = rows.at(-1)!.id;
  }
}

/** Those of the given terminals that may be linked to, in order of their ids. */
export async function readTerminalsById(database: Database, ids: readonly string[]): Promise<Terminal[]> {
  const { rows } = await database.raw<{ rows: Stored[] }>(
    `select ${columns} from master.terminal t where t.id = any(?::bigint[]) and ${isMatched} order by t.id`,
    [[...ids]],
  );
  return rows.map(toTerminal);
}

/** Terminals that changed after `since`, and those that others were merged into since. */
export async function readTerminalChanges(database: Database, since: string): Promise<TerminalChange[]> {
  const { rows } = await database.raw<{ rows: (Stored & { is_matched: boolean })[] }>(
    `select ${columns}, ${isMatched} as is_matched from master.terminal t
      where t.change_seq > :since
         or t.id in (select c.survivor_id from master.terminal c where c.change_seq > :since)
      order by t.id`,
    { since },
  );
  return rows.map((row) => ({ terminal: toTerminal(row), isGone: !row.is_matched }));
}

interface Stored {
  readonly id: string;
  readonly name: string;
  readonly former_names: string;
  readonly merged_names: readonly string[] | null;
  readonly type: string;
  readonly level: string;
  readonly province: string;
  readonly city: string;
  readonly county: string;
  readonly address: string;
  readonly status: string;
}

const isMatched = "t.merged_into is null and t.status <> 'withdrawn'";
// The names of terminals that were merged into this one are names of it.
const columns = `t.id, t.name, t.former_names, t.type, t.level, t.province, t.city, t.county, t.address, t.status,
  (select array_agg(l.name order by l.id) from master.terminal l where l.survivor_id = t.id) as merged_names`;

function toTerminal({ id, name, former_names, merged_names, type, status, ...place }: Stored): Terminal {
  const formerNames = [...splitFormerNames(former_names), ...(merged_names ?? [])].filter((one) => one !== name);
  const { level, province, city, county, address } = place;
  return {
    ...{ id, name, kind: type, level, province, city, county, address, status },
    ...(formerNames.length > 0 && { formerNames: [...new Set(formerNames)] }),
  };
}
