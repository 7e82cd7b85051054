import type pg from 'pg';

/**
 * Keeps what became of the rows of a delivery that were loaded: `staged_record` says which row of a key counted, the versions of the
 * batch which of them said something new. Rows of one fate are ranges, so this stays small.
 */
export async function keepFates(client: pg.Client, { deliveryId, batchId }: { deliveryId: string; batchId: string }): Promise<void> {
  await client.query('delete from master.row_fate f using ledger.part p where p.id = f.part_id and p.delivery_id = $1', [deliveryId]);
  await client.query(
    `insert into master.row_fate (part_id, fate, rows)
     select part_id, fate, range_agg(int4range(row_no, row_no + 1)) from (
       select i.part_id, i.row_no,
              case when s.part_id is null then 'duplicate' when v.key_id is null then 'same' when k.batch_id = $1 then 'new' else 'changed' end as fate
         from incoming_reference i
         left join staged_record s on (s.part_id, s.row_no) = (i.part_id, i.row_no)
         left join master.source_record v on v.batch_id = $1 and (v.part_id, v.row_no) = (i.part_id, i.row_no)
         left join master.source_key k on k.id = v.key_id
        where not exists (select 1 from master.waiting w where (w.part_id, w.row_no) = (i.part_id, i.row_no))) r
      group by 1, 2`,
    [batchId],
  );
}
