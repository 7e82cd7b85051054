import type { Knex } from 'knex';

// The balance of a month in one pass over all distributors, or for one: asked distributor by distributor, each read the names that
// mean distributors anew. And a distributor that the master has withdrawn is nobody's meaning any more.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    ${distributorSpelling("where status <> 'withdrawn'")};

    create or replace function figures.balance_month(asked_month date, asked integer)
    returns table (distributor_id integer, opening_on date, closing_on date, product_id bigint, raw_name text, raw_spec text, lot text,
                   opening numeric, purchases numeric, sales numeric, transfers numeric, closing numeric)
    language sql stable as $$
      with span as materialized (
        select s.distributor_id, s.opening_on, s.closing_on from figures.balance_span s
         where s.month = asked_month and s.opening_on is not null and s.closing_on is not null and (asked is null or s.distributor_id = asked)
      ), buyer as materialized (
        select x.raw_name_id, x.valid_from, x.valid_until from matching.distributor_name x
          join matching.raw_name rn on rn.id = x.raw_name_id and rn.role = 'buyer' join span on span.distributor_id = rn.distributor_id
      ), entry as (
        select s.distributor_id, b.raw_product_id, b.lot, b.quantity,
               case when g.kind <> 'stock' then g.kind when g.business_date = s.opening_on then 'opening' else 'closing' end as what
          from span s
          join figures.counted g on g.distributor_id = s.distributor_id and g.month in (asked_month, (asked_month - interval '1 month')::date)
           and case when g.kind = 'stock' then g.business_date in (s.opening_on, s.closing_on) else g.business_date > s.opening_on and g.business_date <= s.closing_on end
          join figures.lot_sum b on b.generation_id = g.generation_id
        union all
        select s.distributor_id, l.raw_product_id, l.lot, l.base_quantity, 'transfer'
          from buyer x
          join flow.line l on l.raw_name_id = x.raw_name_id and l.business_date >= x.valid_from and l.business_date < x.valid_until
           and l.business_date >= asked_month - interval '1 month' and l.business_date < asked_month + interval '1 month'
          join figures.counted g on g.generation_id = l.generation_id and g.kind = 'sale'
          join span s on s.distributor_id = g.distributor_id and g.business_date > s.opening_on and g.business_date <= s.closing_on
      ), summed as (
        select e.distributor_id, pk.product_id, case when pk.product_id is null then rp.name else '' end as raw_name,
               case when pk.product_id is null then rp.spec else '' end as raw_spec, e.lot,
               coalesce(sum(e.quantity) filter (where e.what = 'opening'), 0) as opening, coalesce(sum(e.quantity) filter (where e.what = 'purchase'), 0) as purchases,
               coalesce(sum(e.quantity) filter (where e.what = 'sale'), 0) as sales, coalesce(sum(e.quantity) filter (where e.what = 'transfer'), 0) as transfers,
               coalesce(sum(e.quantity) filter (where e.what = 'closing'), 0) as closing
          from entry e
          join matching.raw_product rp on rp.id = e.raw_product_id
          left join matching.product_link pk on pk.raw_product_id = e.raw_product_id
         group by 1, 2, 3, 4, 5
      )
      select distributor_id, span.opening_on, span.closing_on, product_id, raw_name, raw_spec, lot, opening, purchases, sales - transfers, transfers, closing
        from summed join span using (distributor_id)
    $$;

    create or replace view pub_v1.stock_balance as
      select m.month, d.code as distributor_code, d.name as distributor_name, b.opening_on, b.closing_on,
             p.code as product_code, coalesce(p.generic_name, b.raw_name) as product_name, coalesce(p.spec, b.raw_spec) as spec, b.lot,
             trim_scale(b.opening) as opening, trim_scale(b.purchases) as purchases, trim_scale(b.sales) as sales, trim_scale(b.transfers) as transfers,
             trim_scale(b.opening + b.purchases - b.sales - b.transfers) as expected, trim_scale(b.closing) as closing,
             trim_scale(b.opening + b.purchases - b.sales - b.transfers - b.closing) as difference
        from (select distinct month from figures.counted where kind = 'stock') m
        cross join lateral figures.balance_month(m.month, null) b
        join master.distributor d on d.id = b.distributor_id
        left join master.product p on p.id = b.product_id;
    drop function figures.balance_of(integer, date, date)`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    create function figures.balance_of(asked integer, opening_on date, closing_on date)
    returns table (product_id bigint, raw_name text, raw_spec text, lot text, opening numeric, purchases numeric, sales numeric, transfers numeric, closing numeric)
    language sql stable as $$
      select b.product_id, b.raw_name, b.raw_spec, b.lot, b.opening, b.purchases, b.sales, b.transfers, b.closing
        from figures.balance_month(date_trunc('month', closing_on)::date, asked) b
    $$;
    create or replace view pub_v1.stock_balance as
      select s.month, d.code as distributor_code, d.name as distributor_name, s.opening_on, s.closing_on,
             p.code as product_code, coalesce(p.generic_name, b.raw_name) as product_name, coalesce(p.spec, b.raw_spec) as spec, b.lot,
             trim_scale(b.opening) as opening, trim_scale(b.purchases) as purchases, trim_scale(b.sales) as sales, trim_scale(b.transfers) as transfers,
             trim_scale(b.opening + b.purchases - b.sales - b.transfers) as expected, trim_scale(b.closing) as closing,
             trim_scale(b.opening + b.purchases - b.sales - b.transfers - b.closing) as difference
        from figures.balance_span s
        join master.distributor d on d.id = s.distributor_id
        cross join lateral figures.balance_of(s.distributor_id, s.opening_on, s.closing_on) b
        left join master.product p on p.id = b.product_id
       where s.opening_on is not null and s.closing_on is not null;
    ${distributorSpelling('')}`);
}

function distributorSpelling(where: string): string {
  return `
    create or replace view master.distributor_spelling as
      with d as (select id, code, spelling, former_names from master.distributor ${where})
      select spelling, min(distributor_id) as distributor_id
        from (select spelling, id as distributor_id from d
              union select master.spelling_of(code), id from d
              union select master.spelling_of(f.name), d.id
                from d, regexp_split_to_table(d.former_names, '[;；,，、|\\n]+') as f(name) where d.former_names <> '') s
       where spelling <> ''
       group by spelling having count(distinct distributor_id) = 1`;
}
