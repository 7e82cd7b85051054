import type pg from 'pg';

/**
 * Which generation of a kind, day and document is active depends on business order alone, never on the order of arrival (I7).
 * Decides it anew for all kinds, days and documents that the delivery speaks of. The caller holds the lock of the sender. One whose
 * lines were deleted is no candidate: see orderReloads. The months are marked for `refreshFigures`.
 */
export async function activateGenerations(
  client: pg.Client,
  { sender, deliveryId }: { sender: string; deliveryId: string },
): Promise<void> {
  const ranked = `
    select g.id, first_value(g.id) over (partition by g.kind, g.business_date, g.document order by g.order_key desc, g.id desc) as winner
      from ledger.generation g
     where g.state <> 'withdrawn' and g.retired_at is null and g.sender = $1 and (g.kind, g.business_date, g.document) in (
           select kind, business_date, document from ledger.generation where delivery_id = $2)`;
  await client.query(
    `with touched as (insert into figures.touched (sender, month)
                      select distinct $1, date_trunc('month', business_date)::date from ledger.generation where delivery_id = $2)
     update ledger.generation g set state = 'superseded', superseded_by = r.winner from (${ranked}) r
      where g.id = r.id and r.id <> r.winner and (g.state = 'active' or g.delivery_id = $2)`,
    [sender, deliveryId],
  );
  await client.query(
    `update ledger.generation g set state = 'active', superseded_by = null from (${ranked}) r where g.id = r.winner and g.state <> 'active'`,
    [sender, deliveryId],
  );
}

/** One change of a sender's generations at a time; held until the transaction ends. */
export async function lockSender(client: pg.Client, sender: string): Promise<void> {
  await client.query(`select ${senderLock('$1')}`, [sender]);
}

/** The lock of a sender as a piece of SQL; `sender` is SQL too. */
export const senderLock = (sender: string): string => `pg_advisory_xact_lock(hashtext('sender:' || ${sender}))`;
