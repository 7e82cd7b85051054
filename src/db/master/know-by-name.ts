import type pg from 'pg';
import { namedLike } from './named-like.js';

/**
 * A new key of a customer in `incoming_version` means a record we have, when that is the only one with exactly this name, and both say the
 * same province and no other city; never across customer and supplier, never two keys of one system. Names are compared without
 * width, spaces and punctuation.
 */
export async function knowByName(client: pg.Client, system: string): Promise<void> {
  await client.query(
    `with named as materialized (
       select i.place, i.role, i.fields, g.record_id, g.fields as known
         from (select *, ctid as place, count(*) over (partition by fields->>'name') as sharing from incoming_version where entity = 'customer') i
         cross join lateral (${namedLike(`i.fields->>'name'`)}) g
        where i.is_new and i.record_id is null and i.sharing = 1 and length(master.plain_name(i.fields->>'name')) >= 5)
     update incoming_version v set record_id = f.record_id, how = 'name'
       from (
         select i.place, min(r.id) as record_id
           from named i join master.record r on r.id = i.record_id and r.entity = 'customer' and r.status = 'active'
          where ${place('i.fields')} = ${place('i.known')}
            and (i.fields->>'city' is null or i.known->>'city' is null or i.fields->>'city' = i.known->>'city')
            and (i.fields->>'credit_code' is null or i.known->>'credit_code' is null or i.fields->>'credit_code' = i.known->>'credit_code')
            and not exists (select 1 from master.source_key k where k.record_id = r.id and ((k.role = 'supplier') <> (i.role = 'supplier') or k.system = $1))
          group by 1 having count(distinct r.id) = 1) f where f.place = v.ctid`,
    [system],
  );
}

const place = (fields: string): string =>
  `regexp_replace(${fields}->>'province', '(省|市|壮族自治区|回族自治区|维吾尔自治区|自治区|特别行政区)$', '')`;
