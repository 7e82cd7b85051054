import type pg from 'pg';

/** What the ledger has of a delivery and its sender before a load writes anything. */
export interface Standing {
  /** The delivery's place in business order. */
  readonly orderKey: string;
  /** An earlier load made parts, whose ids stay. */
  readonly hasParts: boolean;
  /** An earlier load said something that still counts. */
  readonly hasGenerations: boolean;
  /** Retention deleted lines of what an earlier load of this delivery said. */
  readonly wasRetired: boolean;
  /** The same of any delivery of this sender. */
  readonly hasRetired: boolean;
  /** Those of the delivery's layouts that are kept already. */
  readonly layoutVersions: ReadonlySet<string>;
}

/** One look, under the lock of the sender, which the caller holds: a further sending may have moved the delivery since its load began. */
export async function readStanding(
  client: pg.Client,
  { deliveryId, layouts }: { deliveryId: string; layouts: Readonly<Record<string, unknown>> },
): Promise<Standing> {
  const { rows } = await client.query({
    name: 'read-standing',
    text: `
      select d.order_key, exists (select from ledger.part p where p.delivery_id = d.id) as has_parts,
             coalesce(g.known, false) as has_generations, coalesce(g.retired, false) as was_retired,
             exists (select from ledger.generation o where o.sender = d.sender and o.retired_at is not null and o.state <> 'withdrawn') as has_retired,
             array(select version from ledger.layout_version where version = any($2)) as layouts
        from ledger.delivery d
        cross join lateral (select bool_or(true) as known, bool_or(retired_at is not null) as retired
                              from ledger.generation where delivery_id = d.id and state <> 'withdrawn') g
       where d.id = $1`,
    values: [deliveryId, Object.keys(layouts)],
  });
  const { order_key, has_parts, has_generations, was_retired, has_retired, layouts: kept } = rows[0];
  return {
    orderKey: order_key,
    hasParts: has_parts,
    hasGenerations: has_generations,
    wasRetired: was_retired,
    hasRetired: has_retired,
    layoutVersions: new Set(kept),
  };
}
