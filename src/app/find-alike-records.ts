import type { Database } from '../db/database.js';
import { findAlike } from './find-alike.js';
import type { HubMatcher } from './hub-matcher.js';

/** A record that may be the one somebody wants to add. `p` = probability that it is, 0-1; `why`: how it was found. */
export interface AlikeRecord {
  readonly no: string;
  readonly code: string;
  readonly name: string;
  readonly p: number;
  readonly why: 'credit-code' | 'name' | 'matcher';
}

/**
 * The duplicate gate: who has this credit code, who has this name, and what the matcher thinks is meant, the likeliest first.
 * `except`: the record that is changed. `matcher` null = without it (its index costs seconds in a new process).
 */
export async function findAlikeRecords(
  database: Database,
  matcher: HubMatcher | null,
  fields: Readonly<Record<string, string>>,
  except: string | null = null,
): Promise<AlikeRecord[]> {
  const { name = '', credit_code: creditCode = '', province = '', city = '', county = '', address = '', type = '' } = fields;
  const { rows } = await database.raw<{ rows: AlikeRecord[] }>(
    `with hit as (
       select record_id, 0.99 as p, 'credit-code' as why from master.golden where jsonb_exists(fields, 'credit_code') and fields->>'credit_code' = :creditCode and :creditCode <> ''
       union all
       select record_id, case when coalesce(fields->>'province', '') in ('', :province) or :province = '' then 0.9 else 0.4 end, 'name' from master.golden
        where master.plain_name(coalesce(fields->>'name', fields->>'generic_name')) = master.plain_name(:name) and :name <> '')
     select distinct on (r.id) r.no, coalesce(t.code, d.code, '') as code, coalesce(g.fields->>'name', '') as name, h.p::float8 as p, h.why
       from hit h join master.record r on r.id = h.record_id and r.status = 'active' and r.entity = 'customer' join master.golden g on g.record_id = r.id
       left join master.terminal t on t.record_id = r.id left join master.distributor d on d.record_id = r.id
      order by r.id, h.p desc`,
    { creditCode, name, province },
  );
  const found = new Map(rows.map((row) => [row.no, row]));
  const likely = matcher && name !== '' ? await findAlike(database, matcher, { name, type, province, city, county, address }) : [];
  const records = await database('master.terminal as t')
    .join('master.record as r', 'r.id', 't.record_id')
    .whereIn(
      't.code',
      likely.map(({ code }) => code),
    )
    .select('t.code', 'r.no');
  for (const { code, name: terminalName, p } of likely) {
    const no = (records.find((one) => one.code === code)?.no as string | undefined) ?? '';
    const known = found.get(no);
    if (!known || known.p < p) found.set(no || code, { no, code, name: terminalName, p, why: 'matcher' });
  }
  return [...found.values()].filter(({ no }) => no !== except).toSorted((a, b) => b.p - a.p);
}

/** As a refusal lists them: `KH0000017 长沙市甲医院（92 %）`. */
export function listAlikeRecords(alike: readonly AlikeRecord[]): string {
  return alike.map(({ no, name, p }) => `${no} ${name}（${Math.round(p * 100)} %）`).join('、');
}
