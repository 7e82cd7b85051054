/** SQL: `said (key_id, id, order_key, batch_id)`, every version that a sending in force says or repeats of the keys in a temp table. */
export const saidInForce = (keys: string): string => `
      touched as (select distinct key_id from ${keys}),
      systems as (select distinct k.system from touched t join master.source_key k on k.id = t.key_id),
      said as (
        select r.key_id, r.id, s.order_key, s.batch_id
          from touched t join master.source_record r on r.key_id = t.key_id
          join master.sending s on s.batch_id = r.batch_id join matching.batch b on b.id = s.batch_id and b.in_force
        union all
        select r.key_id, r.id, s.order_key, s.batch_id
          from systems y join master.sending s on s.system = y.system join matching.batch b on b.id = s.batch_id and b.in_force
          join master.confirmation c on c.batch_id = s.batch_id cross join unnest(c.records) as again(id)
          join master.source_record r on r.id = again.id join touched t on t.key_id = r.key_id)`;
