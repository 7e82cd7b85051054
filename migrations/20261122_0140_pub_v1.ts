import type { Knex } from 'knex';

// Read-only views for BI, finance and other systems. Their columns never change meaning; a new meaning is pub_v2.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create schema pub_v1;

    create view pub_v1.distributor as select code, name, province, city, tier from master.distributor;
    create view pub_v1.terminal as
      select code, name, former_names, type, level, province, city, county, address, credit_code from master.terminal;
    create view pub_v1.product as
      select code, generic_name, trade_name, spec, dosage_form, maker, approval_no, unit from master.product;

    create view pub_v1.flow_line as
      select case l.kind when 's' then 'sale' when 'p' then 'purchase' else 'stock' end as kind,
             l.business_date, l.actual_month, l.counted_month,
             d.code as distributor_code, d.name as distributor_name,
             t.code as terminal_code, t.name as terminal_name, rn.name as raw_name, rn.code as raw_code,
             p.code as product_code, p.generic_name as product_name, rp.name as raw_product, rp.spec as raw_spec,
             l.quantity, l.unit, l.base_quantity, l.price, l.amount, l.lot, l.expiry, l.doc_no, l.is_return, l.is_red_letter,
             l.generation_id, l.part_id, l.row_no
        from flow.line l
        join ledger.generation g on g.id = l.generation_id and g.state = 'active'
        join master.distributor d on d.id = l.distributor_id
        left join matching.raw_name rn on rn.id = l.raw_name_id
        left join matching.link k on k.raw_name_id = l.raw_name_id
        left join master.terminal t on t.id = k.terminal_id
        join matching.raw_product rp on rp.id = l.raw_product_id
        left join matching.product_link pk on pk.raw_product_id = l.raw_product_id
        left join master.product p on p.id = pk.product_id;

    create view pub_v1.terminal_month as
      select terminal_code, terminal_name, product_code, product_name, distributor_code, counted_month,
             count(*) as line_count, sum(base_quantity) as base_quantity, sum(amount) as amount
        from pub_v1.flow_line where kind = 'sale'
       group by 1, 2, 3, 4, 5, 6;

    create view pub_v1.delivery as
      select dl.id, dl.sender, s.code as source, dl.name, dl.sha256, dl.sent_at, dl.landed_at, dl.state,
             coalesce(sum(pt.decoded), 0) as decoded, coalesce(sum(pt.loaded), 0) as loaded,
             coalesce(sum(pt.quarantined), 0) as quarantined, coalesce(sum(pt.dropped_count), 0) as dropped
        from ledger.delivery dl
        join ledger.source s on s.id = dl.source_id
        left join ledger.part pt on pt.delivery_id = dl.id
       group by dl.id, s.code`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop schema pub_v1 cascade');
}
