import { splitFormerNames } from '../../journey/match/former-names.js';
import type { Terminal } from '../../journey/match/terminal.js';
import type { Database } from '../database.js';

/** Customers of one province; of one that has very many, of one city. */
export interface CustomerBlock {
  readonly province: string;
  /** Null = all of the province. */
  readonly city: string | null;
}

/** More than these of one province are compared city by city. */
const mostOfProvince = 40_000;
const province = `left(coalesce(g.fields->>'province', ''), 2)`;
const city = `coalesce(g.fields->>'city', '')`;
/** SQL: customers that the matcher compares, `g` their golden values. Suppliers are not among them. */
export const customerRows = `
  master.golden g join master.record r on r.id = g.record_id and r.entity = 'customer' and r.status = 'active'
   and coalesce(g.fields->>'name', '') <> '' and not exists (select 1 from master.source_key k where k.record_id = r.id and k.role = 'supplier')`;

/** SQL: of `:province`, and of `:city` when it is given. */
export const isOfBlock = `${province} = :province and (:city::text is null or ${city} = :city)`;

/** Blocks with somebody who is to be put to the matcher, those first that have waited longest. */
export async function listDueBlocks(database: Database): Promise<CustomerBlock[]> {
  const { rows } = await database.raw<{ rows: { province: string; city: string; all: number; since: Date | null }[] }>(
    `select ${province} as province, ${city} as city, (sum(count(*)) over (partition by ${province}))::integer as all, min(d.at) as since
       from ${customerRows} left join master.alike_due d on d.record_id = g.record_id group by 1, 2 order by since, 1, 2`,
  );
  const due = rows.filter(({ since }) => since !== null);
  const blocks = due.map((row) => ({ province: row.province, city: row.all > mostOfProvince ? row.city : null }));
  return [...new Map(blocks.map((block) => [JSON.stringify(block), block])).values()];
}

/** The customers of a block as the matcher takes them, under the ids of their records. Suppliers are not among them. */
export async function readBlock(database: Database, block: CustomerBlock): Promise<Terminal[]> {
  const { rows } = await database.raw<{ rows: { id: string; fields: Record<string, string> }[] }>(
    `select g.record_id as id, g.fields from ${customerRows} where ${isOfBlock} order by g.record_id`,
    { province: block.province, city: block.city } as never,
  );
  return rows.map(({ id, fields: { name = '', former_names: former = '', type: kind, ...rest } }) => ({
    ...{ id, name, formerNames: splitFormerNames(former).filter((one) => one !== name) },
    ...(kind !== undefined && { kind }),
    ...pick(rest, ['province', 'city', 'county', 'address', 'level']),
  }));
}

function pick<Key extends string>(from: Readonly<Record<string, string>>, keys: readonly Key[]): { [key in Key]?: string } {
  const picked: { [key in Key]?: string } = {};
  for (const key of keys) if (from[key] !== undefined) picked[key] = from[key];
  return picked;
}
