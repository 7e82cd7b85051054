import { createHash, randomBytes } from 'node:crypto';
import { allocateSample } from '../../journey/match/audit/allocate-sample.js';
import { chooseDecoy } from '../../journey/match/audit/choose-decoy.js';
import { promise } from '../../journey/match/audit/judge-stratum.js';
import { splitFormerNames } from '../../journey/match/former-names.js';
import { HubError } from '../../model/hub-error.js';
import { message } from '../../model/message.js';
import type { Database } from '../database.js';

export interface DrawnAudit {
  readonly auditId: string;
  readonly seed: string;
  /** Per kind of link: how many names there are, how many of them are in the sample. */
  readonly strata: Readonly<Record<string, { readonly names: number; readonly drawn: number }>>;
  readonly sample: number;
  readonly decoys: number;
}

interface Wanted {
  readonly size: number;
  /** Only these kinds of link; empty: all. */
  readonly strata: readonly string[];
  readonly actor: string;
}

/** One decoy for ten names of the sample, three at least. */
const decoyShare = 10;

/**
 * Draws a random sample of the automatic links in force and mixes it with decoys. The seed is made here and kept with the
 * sample, and only one audit is open at a time: nobody can draw again until they like what they get. An audit that is given up
 * stays on record with its answers. Throws `config` when one is open, or when there is nothing to draw from.
 */
export async function drawAudit(database: Database, { size, strata, actor }: Wanted): Promise<DrawnAudit> {
  return database.transaction(async (trx) => {
    await trx.raw("select pg_advisory_xact_lock(hashtext('huiliu.audit'))");
    const open = await openAudit(trx);
    if (open) throw new HubError('config', message('audit.still-open', { audit: open }));
    const seed = randomBytes(32).toString('hex');
    const names = await listPopulation(trx, strata);
    const drawn = allocateSample(names, size);
    const sample = Object.values(drawn).reduce((sum, count) => sum + count, 0);
    if (sample === 0) throw new HubError('config', message('audit.nothing-to-draw', { strata: strata.join('、') || '—' }));
    const { rows } = await trx.raw<{ rows: Link[] }>(
      `select raw_name_id, terminal_id, decision_id, stratum from (
         select p.*, row_number() over (partition by stratum order by sha256(convert_to(:seed || ':' || raw_name_id, 'UTF8'))) as place from population p) p
        where place <= coalesce((:drawn::jsonb ->> stratum)::integer, 0)`,
      { seed, drawn: JSON.stringify(drawn) },
    );
    const decoys = await findDecoys(trx, rows, seed, Math.max(3, Math.ceil(sample / decoyShare)));
    const detail = Object.fromEntries(Object.entries(names).map(([kind, count]) => [kind, { names: count, drawn: drawn[kind] ?? 0 }]));
    const [audit] = await trx('matching.audit').insert({ seed, strata: JSON.stringify(detail), promise, actor }, ['id']);
    const auditId = String(audit.id);
    const items = [...rows.map((row) => ({ ...row, is_decoy: false })), ...decoys.map((row) => ({ ...row, is_decoy: true }))]
      .map((row) => ({ row, place: placeOf(seed, row) }))
      .toSorted((a, b) => (a.place < b.place ? -1 : 1));
    await trx.batchInsert(
      'matching.audit_item',
      items.map(({ row }, at) => ({ ...row, audit_id: auditId, item: at + 1 })),
      500,
    );
    const event = { seed, strata: detail, decoys: decoys.length };
    await trx('ledger.event').insert({ actor, verb: 'audit-draw', object: `audit:${auditId}`, detail: event });
    return { auditId, seed, strata: detail, sample, decoys: decoys.length };
  });
}

/** The audit that waits for answers, or null. */
export async function openAudit(database: Database): Promise<string | null> {
  const { rows } = await database.raw<{ rows: { id: string }[] }>(`
    select a.id::text as id from matching.audit a
     where a.abandoned_at is null and exists (select 1 from matching.audit_answer i where i.audit_id = a.id and i.verdict is null)
     order by a.id limit 1`);
  return rows[0]?.id ?? null;
}

interface Link {
  readonly raw_name_id: string;
  readonly terminal_id: string;
  readonly decision_id: string;
  readonly stratum: string;
}

/**
 * Lists in the temp table `population` the links that a rule made and that hold now. Of a kind that lost its right: the
 * suggestions that would have been links, as long as there are any, because they show whether it has become better.
 */
async function listPopulation(trx: Database, strata: readonly string[]): Promise<Record<string, number>> {
  await trx.raw(
    `create temp table population on commit drop as
       with judged as (
         select k.raw_name_id, d.id as decision_id, ${stratumOf} as stratum, k.verdict = 'auto' as is_link,
                case when k.verdict = 'auto' then coalesce(t.survivor_id, t.id) else (d.evidence->'candidates'->0->>'id')::bigint end as terminal_id,
                k.verdict = 'suggest' and jsonb_array_length(coalesce(d.evidence->'whyNotAuto', '[]')) = 1
                  and d.evidence->'whyNotAuto'->>0 like 'kind of link not certified%' as is_held_back
           from matching.current_link k
           join matching.decision d on d.id = k.decision_id
           join matching.raw_name rn on rn.id = k.raw_name_id and rn.role = 'buyer'
           left join master.terminal t on t.id = k.terminal_id
          where not k.by_person and k.verdict in ('auto', 'suggest')),
       held as (select distinct j.stratum from judged j join matching.stratum_state s on s.stratum = j.stratum and s.state = 'suggest' where j.is_held_back)
       select raw_name_id, decision_id, stratum, terminal_id from judged j
        where terminal_id is not null and (:all or stratum = any(:strata::text[]))
          and case when stratum in (select stratum from held) then is_held_back else is_link end`,
    { strata: [...strata], all: strata.length === 0 },
  );
  const { rows } = await trx.raw<{ rows: { stratum: string; names: number }[] }>(
    'select stratum, count(*)::integer as names from population group by 1 order by 1',
  );
  return Object.fromEntries(rows.map((row) => [row.stratum, row.names]));
}

/** The kind of a decision: what the matcher says, or the rule that made it. */
const stratumOf = "coalesce(d.stratum, d.evidence->>'rule', d.actor)";

async function findDecoys(trx: Database, sample: readonly Link[], seed: string, count: number): Promise<Link[]> {
  const { rows } = await trx.raw<{ rows: (Link & { name: string; city: string; province: string })[] }>(
    `select k.raw_name_id, coalesce(t.survivor_id, t.id) as terminal_id, k.decision_id, ${stratumOf} as stratum, rn.name, t.city, t.province
       from matching.current_link k
       join matching.decision d on d.id = k.decision_id
       join matching.raw_name rn on rn.id = k.raw_name_id and rn.role = 'buyer'
       join master.terminal t on t.id = k.terminal_id
      where k.verdict = 'auto' and k.raw_name_id <> all(:sampled::bigint[])
      order by k.by_person desc, sha256(convert_to(:seed || ':decoy:' || k.raw_name_id, 'UTF8')) limit :many`,
    { sampled: sample.map((one) => one.raw_name_id), seed, many: 3 * count },
  );
  const found: Link[] = [];
  for (const { name, city, province, ...link } of rows) {
    if (found.length === count) break;
    const nearby = await trx('master.terminal').where({ province, city }).select('id', 'name', 'former_names').limit(2000);
    const rivals = nearby.map((one) => ({
      id: String(one.id),
      name: one.name as string,
      formerNames: splitFormerNames(one.former_names as string),
    }));
    const truth = rivals.find(({ id }) => id === String(link.terminal_id));
    const decoy = truth && chooseDecoy(name, truth, rivals);
    if (decoy) found.push({ ...link, terminal_id: decoy.id });
  }
  return found;
}

function placeOf(seed: string, { raw_name_id: id, is_decoy: isDecoy }: { raw_name_id: string; is_decoy: boolean }): string {
  return createHash('sha256').update(`${seed}:order:${id}:${isDecoy}`).digest('hex');
}
