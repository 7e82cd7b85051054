import { nothingLearned, spelledAnew } from '../../journey/match/learn/learned.js';
import type { Versions } from '../../journey/match/terminal.js';
import type { Database } from '../database.js';
import { readLearned } from './match-knowledge.js';

/**
 * Adds to `name_listed` what another model or other lessons may answer otherwise than at the last matching: all open names, and
 * links of ours to terminals that people gave a spelling or took one from.
 */
export async function listTaught(trx: Database, now: Versions): Promise<void> {
  const last = await lastVersions(trx);
  if (last === null || (last.model === now.model && last.learned === now.learned)) return;
  await trx.raw(
    `insert into name_listed select k.raw_name_id, k.decision_id, 'again' from matching.current_link k
      where not k.by_person and k.terminal_id is null and k.verdict <> 'noise'`,
  );
  const learned = async (version: string | undefined) => (version ? await readLearned(trx, version) : null) ?? nothingLearned;
  const terminals = spelledAnew(await learned(last.learned), await learned(now.learned));
  if (terminals.length === 0) return;
  await trx.raw(
    `insert into name_listed select k.raw_name_id, k.decision_id, 'again' from matching.current_link k
      where not k.by_person and k.terminal_id = any(?::bigint[])`,
    [terminals],
  );
}

/** What the last matching with a matcher rested on; null when there was none. */
export async function lastVersions(trx: Database): Promise<Versions | null> {
  const row = await trx('matching.batch').where({ kind: 'match' }).whereNotNull('master_seq').orderBy('id', 'desc').first('versions');
  return (row?.versions as Versions | undefined) ?? null;
}
