import { setImmediate as breathe } from 'node:timers/promises';
import { createTouchTest } from '../../journey/match/decide/may-touch.js';
import { provinceKey } from '../../journey/match/province-key.js';
import type { Database } from '../database.js';
import { type StoredName, toRawName } from './name-to-match.js';
import { readTerminalChanges } from './read-terminals.js';

/** More changed terminals than this: every open name is looked at again. */
const tooMany = 4000;
/** An automatic link below this may lose to a terminal that is new. */
const sureFrom = 0.99;
const pageSize = 2000;

/**
 * Adds to `name_listed` what terminals touch that changed since the last matching: names linked to them, and open names, doubtful
 * links and links of people that share a telling pair of letters with them in a place both allow. SQL narrows by province or by
 * letters, the matcher's own test decides.
 */
export async function listTouched(trx: Database, masterSeq: string): Promise<void> {
  const { rows: last } = await trx.raw<{ rows: { seq: string | null }[] }>('select max(master_seq)::text as seq from matching.batch');
  const since = last[0]!.seq;
  if (since === null || since === masterSeq) return;
  const changes = await readTerminalChanges(trx, since);
  if (changes.length === 0) return;
  await trx.raw(
    `insert into name_listed
     select k.raw_name_id, k.decision_id, case when k.by_person then 'challenge' else 'again' end
       from matching.current_link k where k.terminal_id = any(:ids::bigint[])`,
    { ids: `{${changes.map(({ terminal }) => terminal.id).join(',')}}` },
  );
  if (changes.length > tooMany) {
    await trx.raw(`insert into name_listed select k.raw_name_id, k.decision_id, 'again' from matching.current_link k where ${isOpen}`);
    return;
  }
  const terminals = changes.map(({ terminal }) => terminal);
  const test = createTouchTest(terminals);
  const provinces = [...new Set(terminals.map(({ province }) => provinceKey(province ?? '')))];
  const hasNone = provinces.includes('');
  await addTouched(
    `select k.raw_name_id as id, k.decision_id, 'again' as purpose from matching.current_link k join matching.raw_name rn on rn.id = k.raw_name_id
      where ${isOpen} and (:anywhere or rn.region = '' or rn.region like '/%' or left(rn.region, 2) = any(:provinces::text[]))`,
    { anywhere: hasNone, provinces },
  );
  // Words in the master that are written otherwise in a raw name (traditional letters, numerals) are not seen by this filter.
  if (test.pairs.length === 0) return;
  await addTouched(
    `select k.raw_name_id as id, k.decision_id, case when k.by_person then 'challenge' else 'again' end as purpose
       from matching.current_link k join matching.raw_name rn on rn.id = k.raw_name_id
       left join matching.decision d on d.id = k.decision_id
      where k.terminal_id is not null and (k.by_person or d.probability < ${sureFrom}) and rn.spelling like any(:pairs::text[])`,
    { pairs: test.pairs.map((pair) => `%${pair.replace(/[%_\\]/gu, '')}%`) },
  );

  async function addTouched(select: string, bindings: Record<string, unknown>): Promise<void> {
    await trx.raw(
      `create temp table if not exists name_maybe (id bigint primary key, decision_id bigint, purpose text) on commit drop; truncate name_maybe`,
    );
    await trx.raw(`insert into name_maybe ${select} on conflict do nothing`, bindings as never);
    for (let after = '-9223372036854775808'; ; ) {
      const { rows } = await trx.raw<{ rows: (StoredName & { decision_id: string; purpose: string })[] }>(
        `select m.decision_id, m.purpose, rn.id, rn.distributor_id::text as distributor, rn.code, rn.name, rn.address, rn.region
           from name_maybe m join matching.raw_name rn on rn.id = m.id where m.id > ? order by m.id limit ?`,
        [after, pageSize],
      );
      const touched = rows.filter((row) => test.touches(toRawName(row)));
      await trx.raw('insert into name_listed select * from unnest(?::bigint[], ?::bigint[], ?::text[])', [
        touched.map(({ id }) => id),
        touched.map(({ decision_id }) => decision_id),
        touched.map(({ purpose }) => purpose),
      ] as never);
      if (rows.length < pageSize) return;
      after = rows.at(-1)!.id;
      await breathe();
    }
  }
}

const isOpen = "not k.by_person and k.terminal_id is null and k.verdict <> 'noise'";
