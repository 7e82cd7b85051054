import type { Database } from '../database.js';
import { isoMoment } from '../iso-moment.js';
import { candidatesOf, type SeenCandidate } from './candidates.js';
import type { DecisionScope } from './name-decision.js';
import { type StoredName } from './name-to-match.js';

/** Everything that is known about one raw name. */
export interface NameCard extends StoredName {
  readonly distributorCode: string;
  readonly distributorName: string;
  readonly firstSeen: string;
  /** Its links, one after the other by business day. `validUntil` is exclusive; null = open on that side. */
  readonly links: readonly {
    readonly validFrom: string | null;
    readonly validUntil: string | null;
    readonly state: string;
    readonly terminal: string;
    readonly terminalName: string;
    readonly decisionId: string;
  }[];
  /** All decisions that speak of it, oldest first, those of wide scopes too. */
  readonly decisions: readonly {
    readonly id: string;
    readonly batchId: string;
    readonly at: string;
    readonly actor: string;
    readonly byPerson: boolean;
    readonly verdict: string;
    readonly terminal: string;
    readonly scope: DecisionScope;
    readonly validFrom: string | null;
    readonly note: string;
    readonly isUndone: boolean;
    readonly inForce: boolean;
  }[];
  readonly candidates: readonly SeenCandidate[];
  readonly whyNotAuto: readonly string[];
  readonly request: { readonly id: string; readonly state: string } | null;
  /** What a decision of each scope would speak about. */
  readonly scopes: readonly ScopeSize[];
}

interface ScopeSize {
  readonly scope: DecisionScope;
  readonly names: number;
  readonly distributors: number;
  readonly rows: number;
  readonly amount: string;
}

/** The raw names that an id or a spelling means (buyers only), most rows first. */
export async function findNames(database: Database, key: string): Promise<string[]> {
  const isId = /^\d{1,19}$/.test(key) && BigInt(key) < 2n ** 63n;
  if (isId && (await database('matching.raw_name').where({ id: key, role: 'buyer' }).first('id'))) return [key];
  const { rows } = await database.raw<{ rows: { id: string }[] }>(
    `select n.id from matching.raw_name n
      where n.role = 'buyer' and n.spelling = upper(regexp_replace(normalize(?, NFKC) collate "C", '\\s', '', 'g'))
      order by (select count(*) from flow.line l where l.raw_name_id = n.id) desc, n.id`,
    [key],
  );
  return rows.map(({ id }) => id);
}

/** Null when there is no such raw name. */
export async function readName(database: Database, id: string): Promise<NameCard | null> {
  const { rows } = await database.raw<{ rows: Omit<NameCard, 'links' | 'decisions' | 'scopes'>[] }>(
    `select rn.id, rn.distributor_id::text as distributor, rn.code, rn.name, rn.address, rn.region, d.code as "distributorCode", d.name as "distributorName",
            (rn.first_seen_at at time zone 'Asia/Shanghai')::date as "firstSeen", ${candidatesOf('m')} as candidates, coalesce(m.evidence->'whyNotAuto', '[]') as "whyNotAuto",
            (select jsonb_build_object('id', r.id::text, 'state', s.state) from matching.request r join matching.request_state s on s.id = r.id
              where r.raw_name_id = rn.id and s.state <> 'withdrawn' order by r.id desc limit 1) as request
       from matching.raw_name rn
       join master.distributor d on d.id = rn.distributor_id
       left join lateral (select dc.evidence from matching.decision dc join matching.batch b on b.id = dc.batch_id and b.in_force
                           where dc.raw_name_id = rn.id and not dc.by_person and dc.evidence->'candidates' is not null order by dc.id desc limit 1) m on true
      where rn.id = ?`,
    [id],
  );
  const name = rows[0];
  if (!name) return null;
  return {
    ...name,
    links: await readLinks(database, id),
    decisions: await readDecisions(database, id),
    scopes: await readScopes(database, id),
  };
}

async function readLinks(database: Database, id: string): Promise<NameCard['links']> {
  const { rows } = await database.raw<{ rows: NameCard['links'] }>(
    `select nullif(k.valid_from, '-infinity')::text as "validFrom", nullif(k.valid_until, 'infinity')::text as "validUntil",
            case when k.by_person and k.terminal_id is not null then 'person' else k.verdict end as state,
            coalesce(t.code, '') as terminal, coalesce(t.name, '') as "terminalName", k.decision_id as "decisionId"
       from matching.link k
       left join master.terminal kt on kt.id = k.terminal_id
       left join master.terminal t on t.id = coalesce(kt.survivor_id, kt.id)
      where k.raw_name_id = ? order by k.valid_from`,
    [id],
  );
  return rows;
}

async function readDecisions(database: Database, id: string): Promise<NameCard['decisions']> {
  const { rows } = await database.raw<{ rows: NameCard['decisions'] }>(
    `select dc.id, dc.batch_id as "batchId", ${isoMoment('dc.decided_at')} as at, dc.actor, dc.by_person as "byPerson", dc.verdict, coalesce(t.code, '') as terminal,
            dc.scope, nullif(dc.valid_from, '-infinity')::text as "validFrom", coalesce(dc.evidence->>'note', '') as note, not b.in_force as "isUndone",
            exists (select 1 from matching.link k where k.raw_name_id = c.raw_name_id and k.decision_id = dc.id) as "inForce"
       from matching.decision_of_name c
       join matching.decision dc on dc.id = c.decision_id
       join matching.batch b on b.id = dc.batch_id
       left join master.terminal t on t.id = dc.terminal_id
      where c.raw_name_id = ? order by dc.id`,
    [id],
  );
  return rows;
}

async function readScopes(database: Database, id: string): Promise<ScopeSize[]> {
  const { rows } = await database.raw<{ rows: ScopeSize[] }>(
    `with asked as (select * from matching.raw_name where id = ?),
          covered as (
            select 'name' as scope, 1 as place, id, distributor_id from asked
            union all
            select w.scope, w.place, n.id, n.distributor_id from asked a
              join matching.raw_name n on n.spelling = a.spelling and n.role = 'buyer'
              join (values ('distributor', 2), ('everywhere', 3)) w(scope, place) on w.place = 3 or n.distributor_id = a.distributor_id)
     select scope, count(*)::integer as names, count(distinct distributor_id)::integer as distributors,
            coalesce(sum(f.rows), 0)::integer as rows, coalesce(sum(f.amount), 0)::text as amount
       from covered c
       left join lateral (select count(*) as rows, sum(l.amount) as amount from flow.line l
                            join ledger.generation g on g.id = l.generation_id and g.state = 'active' where l.raw_name_id = c.id) f on true
      group by scope, place order by place`,
    [id],
  );
  return rows;
}
