import type { Database } from '../database.js';
import { namesOfBatches } from './fold-links.js';
import { listTaught } from './list-taught.js';
import { listTouched } from './list-touched.js';
import { type NameToMatch, type Purpose, toRawName } from './name-to-match.js';
import type { ReadyMatcher } from './ready-matcher.js';

/**
 * Lists in the temp table `name_to_match`: names without a link from the beginning on; names of ours that a person's newer word
 * speaks about; and with a matcher what a changed terminal touches or what was learned since. `follows`: only what a person's batch
 * of that number speaks about, and the same spellings of the same distributors. Returns how many.
 */
export async function listNamesToMatch(trx: Database, ready: ReadyMatcher | null, follows?: string): Promise<number> {
  await trx.raw(`
    create temp table name_listed (id bigint, seen_decision bigint, purpose text) on commit drop;
    insert into name_listed
      select rn.id, null, 'new' from matching.raw_name rn
       where rn.role = 'buyer' and not exists (select 1 from matching.link k where k.raw_name_id = rn.id and k.valid_from = '-infinity');
    -- A rule may know it now: somebody linked the same spelling since.
    insert into name_listed
      select distinct n.id, k.decision_id, 'alias'
        from matching.link p
        join matching.decision pd on pd.id = p.decision_id and pd.scope = 'name'
        join matching.raw_name o on o.id = p.raw_name_id
        join matching.raw_name n on n.spelling = o.spelling and n.distributor_id = o.distributor_id and n.id <> o.id and n.role = 'buyer'
        join matching.link k on k.raw_name_id = n.id and k.valid_from = '-infinity' and not k.by_person and k.decision_id < p.decision_id
       where p.by_person and p.terminal_id is not null and p.valid_from = '-infinity' and k.terminal_id is distinct from p.terminal_id;
    -- What a rule repeated is said no longer.
    insert into name_listed
      select k.raw_name_id, k.decision_id, 'again'
        from matching.decision d
        join matching.link k on k.decision_id = d.id and k.raw_name_id = d.raw_name_id
        join matching.decision s on s.id = d.stands_on
       where d.stands_on is not null and not exists (select 1 from matching.link ks where ks.raw_name_id = s.raw_name_id and ks.decision_id = s.id);
    insert into name_listed
      select k.raw_name_id, k.decision_id, 'again'
        from matching.denial n join matching.link k on k.raw_name_id = n.raw_name_id and k.valid_from = '-infinity'
       where not k.by_person and k.decision_id < n.decision_id`);
  if (follows !== undefined) {
    await trx.raw(
      `delete from name_listed where id not in (
         with spoken as (${namesOfBatches(':batch')})
         select raw_name_id from spoken
         union select n.id from spoken s join matching.raw_name o on o.id = s.raw_name_id
           join matching.raw_name n on n.spelling = o.spelling and n.distributor_id = o.distributor_id)`,
      { batch: follows },
    );
  } else if (ready) {
    await listTouched(trx, ready.masterSeq);
    await listTaught(trx, ready.names.versions);
  }
  const { rows } = await trx
    .raw<{ rows: { names: number }[] }>(`
    create temp table name_to_match on commit drop as
      select (row_number() over (order by id))::integer as place, l.* from (
        select distinct on (id) id, seen_decision, purpose from name_listed
         order by id, array_position(array['new', 'again', 'challenge', 'alias'], purpose)) l;
    create index on name_to_match (place);
    analyze name_to_match;
    select count(*)::integer as names from name_to_match`)
    .then((results) => (results as unknown as { rows: { names: number }[] }[]).at(-1)!);
  return rows[0]!.names;
}

/** The names of a page that no rule has answered. `first` counts from 1. */
export async function readNamesToMatch(trx: Database, first: number, count: number): Promise<NameToMatch[]> {
  const { rows } = await trx.raw<{ rows: Stored[] }>(
    `select m.id, m.purpose, m.seen_decision, rn.distributor_id::text as distributor, rn.code, rn.name, rn.address, rn.region,
            k.verdict, coalesce(t.survivor_id, t.id)::text as terminal_id, coalesce(s.status, '') as terminal_status,
            (select array_agg(coalesce(dt.survivor_id, dt.id)::text) from matching.denial n join master.terminal dt on dt.id = n.terminal_id
              where n.raw_name_id = m.id and :hasDenials) as denied,
            (select array_agg(distinct p.terminal_id::text)
               from matching.raw_name o join matching.current_link p on p.raw_name_id = o.id and p.by_person and p.terminal_id is not null
              where o.spelling = rn.spelling and o.distributor_id = rn.distributor_id and o.id <> rn.id and :hasPeople) as aliases
       from name_to_match m
       join matching.raw_name rn on rn.id = m.id
       left join matching.link k on k.raw_name_id = m.id and k.decision_id = m.seen_decision and k.valid_until = 'infinity'
       left join master.terminal t on t.id = k.terminal_id
       left join master.terminal s on s.id = coalesce(t.survivor_id, t.id)
      where m.place >= :first and m.place < :end and m.purpose <> 'alias' order by m.place`,
    { first, end: first + count, ...(await wasSaid(trx)) },
  );
  return rows.map(toName);
}

/** Most nights nobody has to look up what people never said. */
async function wasSaid(trx: Database): Promise<{ hasDenials: boolean; hasPeople: boolean }> {
  const denial = await trx('matching.decision').where({ verdict: 'not' }).first('id');
  const person = await trx('matching.batch').where({ by_person: true }).first('id');
  return { hasDenials: denial !== undefined, hasPeople: person !== undefined };
}

interface Stored {
  readonly id: string;
  readonly purpose: Purpose;
  readonly seen_decision: string | null;
  readonly distributor: string;
  readonly code: string;
  readonly name: string;
  readonly address: string;
  readonly region: string;
  readonly verdict: string | null;
  readonly terminal_id: string | null;
  readonly terminal_status: string;
  readonly denied: readonly string[] | null;
  readonly aliases: readonly string[] | null;
}

function toName(row: Stored): NameToMatch {
  return {
    ...{ raw: toRawName(row), purpose: row.purpose, seenDecision: row.seen_decision, verdict: row.verdict },
    ...{ terminalId: row.terminal_id, terminalStatus: row.terminal_status, denied: row.denied ?? [], aliases: row.aliases ?? [] },
  };
}
