import { type Learned, learnFrom } from '../../journey/match/learn/learned.js';
import type { TaughtLink } from '../../journey/match/learn/taught-link.js';
import type { ModelFile } from '../../journey/match/score/load-model.js';
import { readDemotedStrata } from '../audit/settle-strata.js';
import type { Database } from '../database.js';
import { readModelInUse } from '../model-store.js';
import { type StoredName, toRawName } from './name-to-match.js';
import { readTerminalsById } from './read-terminals.js';

/** What the matcher knows beside the master: the model in use and what people's links teach. */
export interface MatchKnowledge {
  /** null: the one that ships. */
  readonly model: ModelFile | null;
  readonly learned: Learned;
}

/** A text that changes whenever the knowledge may have. Cheap; ask it before reading. */
export async function readKnowledgeStamp(database: Database): Promise<string> {
  const { rows } = await database.raw<{ rows: { stamp: string }[] }>(`
    select concat_ws('|', (select max(id) from matching.model_event), (select max(id) from matching.batch where by_person),
                          (select string_agg(stratum || state, ',' order by stratum) from matching.stratum_state)) as stamp`);
  return rows[0]!.stamp;
}

/**
 * Reads the knowledge: a fold of the links of people that are in force, so a link taken back leaves nothing behind. What was
 * learned is stored under its version once, so that a later look can tell what changed.
 */
export async function readMatchKnowledge(database: Database): Promise<MatchKnowledge> {
  const links = await readTaughtLinks(database);
  const learned = learnFrom(links, await readDemotedStrata(database));
  await database('matching.learned')
    .insert({ version: learned.version, content: JSON.stringify(learned), links: links.length })
    .onConflict('version')
    .ignore();
  return { model: await readModelInUse(database), learned };
}

/** What was known under a version; null when nothing of it is on record. */
export async function readLearned(database: Database, version: string): Promise<Learned | null> {
  const row = await database('matching.learned').where({ version }).first('content');
  return (row?.content as Learned | undefined) ?? null;
}

/** Links of people that hold today. */
async function readTaughtLinks(database: Database): Promise<TaughtLink[]> {
  const { rows } = await database.raw<{ rows: (StoredName & { terminal_id: string; scope: string })[] }>(`
    select rn.id, rn.distributor_id::text as distributor, rn.code, rn.name, rn.address, rn.region, d.scope,
           coalesce(t.survivor_id, t.id)::text as terminal_id
      from matching.current_link k
      join matching.decision d on d.id = k.decision_id
      join matching.raw_name rn on rn.id = k.raw_name_id
      join master.terminal t on t.id = k.terminal_id
     where k.by_person order by rn.id`);
  const terminals = new Map(
    (await readTerminalsById(database, [...new Set(rows.map((row) => row.terminal_id))])).map((one) => [one.id, one]),
  );
  return rows.flatMap(({ terminal_id: id, scope, ...name }) => {
    const terminal = terminals.get(id);
    return terminal ? [{ raw: toRawName(name), terminal, isForEverybody: scope === 'everywhere' }] : [];
  });
}
