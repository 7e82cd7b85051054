import { keyText } from '../../journey/map/create-entity-reader.js';
import { foldCode } from '../../journey/map/fold-code.js';
import type { Database } from '../database.js';

export interface RecordHit {
  readonly no: string;
  readonly entity: string;
  readonly status: string;
  readonly name: string;
  readonly place: string;
  readonly keys: number;
  /** The number it was merged into. */
  readonly survivor: string | null;
  /** Documents with the number that was asked for that are with this customer; none when it was found by itself. */
  readonly documents: readonly { readonly entity: string; readonly number: string }[];
  /** Other spellings in the flow that have the text in them and are linked to this customer, the first five. */
  readonly aliases: readonly string[];
}

/** Papers that people know by their number; with lines their keys begin with it. */
const documents = ['contract', 'order', 'shipment', 'invoice', 'receivable', 'receipt'] as const;

/**
 * Records whose number, key, credit code, name or former name has the text in it, the customers of contracts, invoices, receivables ...
 * with that number, and customers that a distributor spells so; the very ones first.
 */
export async function searchRecords(
  database: Database,
  asked: string,
  { entity, limit }: { entity: string | null; limit: number },
): Promise<RecordHit[]> {
  const { rows } = await database.raw<{ rows: RecordHit[] }>(
    `with document as materialized (
       select k.id, k.entity, split_part(k.key, '|', 1) as number from master.source_key k
        where k.entity in (${documents.map((one) => `'${one}'`).join(', ')}) and k.record_id is not null
          and (k.key = :code or (k.key > :part || '|' and k.key < :part || '}')) limit 2000),
     spelled as materialized (
       select distinct n.name, t.record_id from (select id, name from matching.raw_name where :asked <> '' and strpos(name, :asked) > 0 order by name <> :asked limit 2000) n
         join matching.current_link k on k.raw_name_id = n.id join master.terminal c on c.id = k.terminal_id
         join master.terminal t on t.id = coalesce(c.survivor_id, c.id)
         join master.golden g on g.record_id = t.record_id and g.fields->>'name' is distinct from n.name),
     hit as (
       select id, 1 as rank, null::text as entity, null::text as number, null::text as spelling from master.record where no = :asked
       union all select record_id, 2, null, null, null from master.source_key where key = :asked and record_id is not null
       union all select coalesce(r.survivor_id, r.id), case when s.name = :asked then 2 else 4 end, null, null, s.name
         from spelled s join master.record r on r.id = s.record_id
       union all select coalesce(r.survivor_id, r.id), 2, d.entity, d.number, null
         from document d join master.source_record c on c.key_id = d.id and c.is_current
         join master.reference f on f.source_record_id = c.id and f.field = 'customer' join master.record r on r.id = f.record_id
       union all select record_id, case when coalesce(fields->>'name', fields->>'generic_name') = :asked then 2 else 3 end, null, null, null from master.golden
         where strpos(coalesce(fields->>'name', fields->>'generic_name', ''), :asked) > 0 or strpos(coalesce(fields->>'former_names', ''), :asked) > 0
            or fields->>'credit_code' = :asked)
     select r.no, r.entity, r.status, coalesce(g.fields->>'name', g.fields->>'generic_name', '') as name,
            concat(g.fields->>'province', g.fields->>'city', g.fields->>'county') as place,
            (select count(*) from master.source_key k where k.record_id = r.id)::integer as keys, s.no as survivor, h.documents, h.aliases
       from (select id, min(rank) as rank,
                    coalesce(jsonb_agg(distinct jsonb_build_object('entity', hit.entity, 'number', number)) filter (where hit.entity is not null), '[]') as documents,
                    coalesce((array_agg(distinct hit.spelling) filter (where hit.spelling is not null))[:5], '{}') as aliases
               from hit group by id) h join master.record r on r.id = h.id
       left join master.record s on s.id = r.survivor_id left join master.golden g on g.record_id = r.id
      where :entity::text is null or r.entity = :entity
      order by h.rank, r.status <> 'active', name, r.id limit :limit`,
    { asked, code: foldCode(asked), part: keyText(asked), entity, limit },
  );
  return rows;
}
