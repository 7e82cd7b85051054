import { splitFormerNames } from '../journey/match/former-names.js';
import type { Alias, Candidate, ExactLookup, RawNameToMatch } from '../journey/match/match-exact.js';
import { nameKey } from '../journey/match/name-key.js';
import type { Database } from './database.js';

/** What exact matching has to know. People's links and former names are few and kept in memory; the master is asked per batch. */
export interface ExactKnowledge {
  lookupFor(trx: Database, names: readonly RawNameToMatch[]): Promise<ExactLookup>;
}

export async function readExactKnowledge(trx: Database): Promise<ExactKnowledge> {
  const former = await readFormerNames(trx);
  const { byName, byCode } = await readAliases(trx);
  return {
    lookupFor: async (batchTrx, names) => {
      const present = await readPresentNames(batchTrx, [...new Set(names.map(({ key }) => key))]);
      return {
        aliases: (distributorId, key) => byName.get(`${distributorId}|${key}`) ?? [],
        candidatesByCode: (distributorId, code) => byCode.get(`${distributorId}|${code}`) ?? [],
        candidates: (key) => [...(present.get(key) ?? []), ...(former.get(key) ?? [])],
      };
    },
  };
}

interface StoredTerminal {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly province: string;
}

const toCandidate = ({ id, code, name, province }: StoredTerminal, isFormerName: boolean): Candidate => ({
  terminalId: id,
  code,
  name,
  province,
  isFormerName,
});

async function readPresentNames(trx: Database, keys: string[]): Promise<Map<string, Candidate[]>> {
  const { rows } = await trx.raw<{ rows: (StoredTerminal & { name_key: string })[] }>(
    "select id, code, name, province, name_key from master.terminal where name_key <> '' and name_key = any(?::text[]) order by code",
    [keys],
  );
  const found = new Map<string, Candidate[]>();
  for (const row of rows) append(found, row.name_key, toCandidate(row, false));
  return found;
}

async function readFormerNames(trx: Database): Promise<Map<string, Candidate[]>> {
  const { rows } = await trx.raw<{ rows: (StoredTerminal & { former_names: string })[] }>(
    "select id, code, name, province, former_names from master.terminal where former_names <> '' order by code",
  );
  const found = new Map<string, Candidate[]>();
  for (const row of rows) {
    for (const key of new Set(splitFormerNames(row.former_names).map(nameKey))) {
      if (key !== '') append(found, key, toCandidate(row, true));
    }
  }
  return found;
}

async function readAliases(trx: Database): Promise<{ byName: Map<string, Alias[]>; byCode: Map<string, Candidate[]> }> {
  type Linked = StoredTerminal & { decision_id: string; distributor_id: number; raw_code: string; raw_name: string };
  const { rows } = await trx.raw<{ rows: Linked[] }>(`
    select k.decision_id, rn.distributor_id, rn.code as raw_code, rn.name as raw_name, t.id, t.code, t.name, t.province
      from matching.link k
      join matching.raw_name rn on rn.id = k.raw_name_id
      join master.terminal t on t.id = k.terminal_id
     where k.by_person order by k.decision_id`);
  const byName = new Map<string, Alias[]>();
  const byCode = new Map<string, Candidate[]>();
  for (const row of rows) {
    const alias = { decisionId: row.decision_id, terminalId: row.id, code: row.raw_code };
    append(byName, `${row.distributor_id}|${nameKey(row.raw_name)}`, alias);
    if (row.raw_code !== '') append(byCode, `${row.distributor_id}|${row.raw_code}`, toCandidate(row, false));
  }
  return { byName, byCode };
}

function append<Value>(map: Map<string, Value[]>, key: string, value: Value): void {
  const values = map.get(key);
  if (values) values.push(value);
  else map.set(key, [value]);
}
