import type { Knex } from 'knex';

// The same figures by ids, so that a question about one distributor reads no other: a condition on a code cannot reach below the
// sums, one on an id can. A counted month may differ from the actual one, so it has an index of its own.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create index name_month_counted on figures.name_month (counted_month, distributor_id);

    create view figures.month_sum as
      select case f.kind when 's' then 'sale' else 'purchase' end as kind,
             case when f.kind <> 's' then null when f.partner_id is not null then 'distributor' when f.linked_id is not null then 'terminal' else 'unknown' end as buyer_kind,
             f.counted_month, f.month as actual_month, f.distributor_id,
             case when f.kind = 's' and f.partner_id is null then coalesce(kt.survivor_id, kt.id) end as terminal_id, f.partner_id, pk.product_id,
             sum(f.lines) as line_count, trim_scale(sum(f.quantity)) as base_quantity, case when sum(f.priced) > 0 then trim_scale(sum(f.amount)) end as amount
        from figures.named f
        left join master.terminal kt on kt.id = f.linked_id
        left join matching.product_link pk on pk.raw_product_id = f.raw_product_id
       group by 1, 2, 3, 4, 5, 6, 7, 8
      union all
      select 'stock', null, n.month, n.month, n.distributor_id, null, null, pk.product_id,
             sum(b.lines), trim_scale(sum(b.quantity)), case when sum(b.priced) > 0 then trim_scale(sum(b.amount)) end
        from figures.snapshot n
        join figures.counted g on g.distributor_id = n.distributor_id and g.month = n.month and g.kind = 'stock' and g.business_date = n.last_on
        join figures.lot_sum b on b.generation_id = g.generation_id
        left join matching.product_link pk on pk.raw_product_id = b.raw_product_id
       group by n.month, n.distributor_id, pk.product_id;

    create or replace view pub_v1.figure_month as
      select s.kind, s.buyer_kind, s.counted_month, s.actual_month, d.code as distributor_code, d.name as distributor_name,
             t.code as terminal_code, t.name as terminal_name, o.code as partner_code, o.name as partner_name,
             p.code as product_code, p.generic_name as product_name, s.line_count, s.base_quantity, s.amount
        from figures.month_sum s
        join master.distributor d on d.id = s.distributor_id
        left join master.terminal t on t.id = s.terminal_id
        left join master.distributor o on o.id = s.partner_id
        left join master.product p on p.id = s.product_id`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop view pub_v1.figure_month, figures.month_sum;
    drop index figures.name_month_counted;
    create view pub_v1.figure_month as
      select s.kind, s.buyer_kind, s.counted_month, s.month as actual_month, d.code as distributor_code, d.name as distributor_name,
             t.code as terminal_code, t.name as terminal_name, o.code as partner_code, o.name as partner_name,
             p.code as product_code, p.generic_name as product_name,
             s.line_count, trim_scale(s.quantity) as base_quantity, trim_scale(s.amount) as amount
        from (select case f.kind when 's' then 'sale' else 'purchase' end as kind,
                     case when f.kind <> 's' then null when f.partner_id is not null then 'distributor' when f.linked_id is not null then 'terminal' else 'unknown' end as buyer_kind,
                     f.counted_month, f.month, f.distributor_id,
                     case when f.kind = 's' and f.partner_id is null then coalesce(kt.survivor_id, kt.id) end as terminal_id, f.partner_id, pk.product_id,
                     sum(f.lines) as line_count, sum(f.quantity) as quantity, case when sum(f.priced) > 0 then sum(f.amount) end as amount
                from figures.named f
                left join master.terminal kt on kt.id = f.linked_id
                left join matching.product_link pk on pk.raw_product_id = f.raw_product_id
               group by 1, 2, 3, 4, 5, 6, 7, 8
              union all
              select 'stock', null, g.month, g.month, g.distributor_id, null, null, pk.product_id,
                     sum(b.lines), sum(b.quantity), case when sum(b.priced) > 0 then sum(b.amount) end
                from figures.snapshot n
                join figures.counted g on g.distributor_id = n.distributor_id and g.month = n.month and g.kind = 'stock' and g.business_date = n.last_on
                join figures.lot_sum b on b.generation_id = g.generation_id
                left join matching.product_link pk on pk.raw_product_id = b.raw_product_id
               group by 3, 4, 5, 8) s
        join master.distributor d on d.id = s.distributor_id
        left join master.terminal t on t.id = s.terminal_id
        left join master.distributor o on o.id = s.partner_id
        left join master.product p on p.id = s.product_id`);
}
