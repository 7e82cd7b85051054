import type { Knex } from 'knex';

// Merged distributors and products mean their survivors, as merged terminals do: facts and sums keep the ids they came with, every
// view and figure joins the ids of the moment. So a merge or its undo changes all of the past at once and costs no refresh.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table master.distributor add column survivor_id integer references master.distributor;   -- null = itself
    alter table master.product     add column survivor_id bigint  references master.product;
    -- Also for its statistics: how many rows one party has.
    create index distributor_party on master.distributor (coalesce(survivor_id, id));

    -- Of a merged record the row of the record that survives; where that is no distributor, the oldest row that leads there.
    create view master.distributor_survivor as
      select d.id, coalesce(s.id, min(d.id) over (partition by r.survivor_id)) as now_id
        from master.distributor d join master.record r on r.id = d.record_id
        left join master.distributor s on s.record_id = r.survivor_id
       where r.survivor_id is not null;
    create view master.product_survivor as
      select p.id, coalesce(s.id, min(p.id) over (partition by r.survivor_id)) as now_id
        from master.product p join master.record r on r.id = p.record_id
        left join master.product s on s.record_id = r.survivor_id
       where r.survivor_id is not null;
    update master.distributor d set survivor_id = w.now_id from master.distributor_survivor w where w.id = d.id and w.now_id <> d.id;
    update master.product p set survivor_id = w.now_id from master.product_survivor w where w.id = p.id and w.now_id <> p.id;

    create view matching.product_meant as
      select k.raw_product_id, coalesce(p.survivor_id, p.id) as product_id
        from matching.product_link k join master.product p on p.id = k.product_id;

    create or replace view pub_v1.distributor as
      select code, name, province, city, tier from master.distributor where status <> 'withdrawn' and survivor_id is null;
    create or replace view pub_v1.product as
      select code, generic_name, trade_name, spec, dosage_form, maker, approval_no, unit from master.product where status <> 'withdrawn' and survivor_id is null;
    create view pub_v1.distributor_redirect as
      select l.code, s.code as now_code from master.distributor l join master.distributor s on s.id = l.survivor_id;
    create view pub_v1.product_redirect as
      select l.code, s.code as now_code from master.product l join master.product s on s.id = l.survivor_id;

    create view figures.counted_now as
      select c.generation_id, coalesce(d.survivor_id, d.id) as distributor_id, c.kind, c.business_date, c.month, c.row_count
        from figures.counted c join master.distributor d on d.id = c.distributor_id;
    ${viewsThat({
      now: (row) => `coalesce(${row}.survivor_id, ${row}.id)`,
      counted: 'figures.counted_now',
      productLink: 'matching.product_meant',
    })}`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    ${viewsThat({ now: (row) => `${row}.id`, counted: 'figures.counted', productLink: 'matching.product_link' })}
    drop view pub_v1.distributor_redirect, pub_v1.product_redirect, figures.counted_now, matching.product_meant,
      master.distributor_survivor, master.product_survivor;
    create or replace view pub_v1.distributor as select code, name, province, city, tier from master.distributor where status <> 'withdrawn';
    create or replace view pub_v1.product as
      select code, generic_name, trade_name, spec, dosage_form, maker, approval_no, unit from master.product where status <> 'withdrawn';
    drop index master.distributor_party;
    alter table master.distributor drop column survivor_id;
    alter table master.product drop column survivor_id`);
}

interface Meaning {
  /** The id that a row of master.distributor stands for. */
  readonly now: (row: string) => string;
  readonly counted: string;
  readonly productLink: string;
}

/** Everything between the facts and what is published that names a distributor or product. */
function viewsThat({ now, counted, productLink }: Meaning): string {
  return `
    create or replace view master.distributor_spelling as
      with d as (select ${now('m')} as id, code, spelling, former_names from master.distributor m where status <> 'withdrawn')
      select spelling, min(distributor_id) as distributor_id
        from (select spelling, id as distributor_id from d
              union select master.spelling_of(code), id from d
              union select master.spelling_of(f.name), d.id
                from d, regexp_split_to_table(d.former_names, '[;；,，、|\\n]+') as f(name) where d.former_names <> '') s
       where spelling <> ''
       group by spelling having count(distinct distributor_id) = 1;

    create or replace view matching.distributor_name as
      select k.raw_name_id, k.valid_from, k.valid_until, ${now('m')} as distributor_id, 'person' as how
        from matching.link k join matching.decision d on d.id = k.decision_id join master.distributor m on m.id = d.distributor_id
       where k.verdict = 'distributor'
      union all
      select rn.id, k.valid_from, k.valid_until, s.distributor_id, 'spelling'
        from master.distributor_spelling s
        join matching.raw_name rn on rn.spelling = s.spelling
        join matching.link k on k.raw_name_id = rn.id
       where not (k.by_person and (k.terminal_id is not null or k.verdict in ('new', 'distributor')))
      union all
      select rn.id, '-infinity', k.first_from, s.distributor_id, 'spelling'
        from master.distributor_spelling s
        join matching.raw_name rn on rn.spelling = s.spelling
        cross join lateral (select coalesce(min(valid_from), 'infinity') as first_from from matching.link where raw_name_id = rn.id) k
       where k.first_from > '-infinity';

    create or replace view figures.snapshot as
      select distributor_id, month, min(business_date) as first_on, max(business_date) as last_on
        from ${counted} c where kind = 'stock' group by 1, 2;

    create or replace view figures.balance_span as
      select m.distributor_id, m.month, coalesce(p.last_on, case when s.first_on < s.last_on then s.first_on end) as opening_on, s.last_on as closing_on
        from (select distinct distributor_id, month from ${counted} c) m
        left join figures.snapshot s on s.distributor_id = m.distributor_id and s.month = m.month
        left join figures.snapshot p on p.distributor_id = m.distributor_id and p.month = (m.month - interval '1 month')::date;

    -- A condition on a distributor reaches below the sums only from in here.
    create or replace view figures.named as
      with dated as (select distinct raw_name_id from matching.link where valid_from > '-infinity')
      select m.kind, m.month, m.counted_month, ${now('d')} as distributor_id, m.raw_product_id, m.lines, m.quantity, m.amount, m.priced,
             k.terminal_id as linked_id, x.distributor_id as partner_id
        from figures.name_month m
        join master.distributor d on d.id = m.distributor_id
        left join matching.link k on k.raw_name_id = m.raw_name_id
        left join matching.distributor_name x on x.raw_name_id = m.raw_name_id
       where not exists (select 1 from dated where dated.raw_name_id = m.raw_name_id)
      union all
      select l.kind, l.actual_month, l.counted_month, ${now('d')}, l.raw_product_id, 1, l.base_quantity, coalesce(l.amount, 0),
             case when l.amount is null then 0 else 1 end, k.terminal_id, x.distributor_id
        from dated n
        join flow.line l on l.raw_name_id = n.raw_name_id and l.kind <> 'k'
        join master.distributor d on d.id = l.distributor_id
        join figures.counted g on g.generation_id = l.generation_id
        left join matching.link k on k.raw_name_id = l.raw_name_id and l.business_date >= k.valid_from and l.business_date < k.valid_until
        left join matching.distributor_name x on x.raw_name_id = l.raw_name_id and l.business_date >= x.valid_from and l.business_date < x.valid_until;

    create or replace view figures.month_sum as
      select case f.kind when 's' then 'sale' else 'purchase' end as kind,
             case when f.kind <> 's' then null when f.partner_id is not null then 'distributor' when f.linked_id is not null then 'terminal' else 'unknown' end as buyer_kind,
             f.counted_month, f.month as actual_month, f.distributor_id,
             case when f.kind = 's' and f.partner_id is null then coalesce(kt.survivor_id, kt.id) end as terminal_id, f.partner_id, pk.product_id,
             sum(f.lines) as line_count, trim_scale(sum(f.quantity)) as base_quantity, case when sum(f.priced) > 0 then trim_scale(sum(f.amount)) end as amount
        from figures.named f
        left join master.terminal kt on kt.id = f.linked_id
        left join ${productLink} pk on pk.raw_product_id = f.raw_product_id
       group by 1, 2, 3, 4, 5, 6, 7, 8
      union all
      select 'stock', null, n.month, n.month, n.distributor_id, null, null, pk.product_id,
             sum(b.lines), trim_scale(sum(b.quantity)), case when sum(b.priced) > 0 then trim_scale(sum(b.amount)) end
        from figures.snapshot n
        join ${counted} g on g.distributor_id = n.distributor_id and g.month = n.month and g.kind = 'stock' and g.business_date = n.last_on
        join figures.lot_sum b on b.generation_id = g.generation_id
        left join ${productLink} pk on pk.raw_product_id = b.raw_product_id
       group by n.month, n.distributor_id, pk.product_id;

    create or replace function figures.balance_month(asked_month date, asked integer)
    returns table (distributor_id integer, opening_on date, closing_on date, product_id bigint, raw_name text, raw_spec text, lot text,
                   opening numeric, purchases numeric, sales numeric, transfers numeric, closing numeric)
    language sql stable as $$
      with span as materialized (
        select s.distributor_id, s.opening_on, s.closing_on from figures.balance_span s
         where s.month = asked_month and s.opening_on is not null and s.closing_on is not null and (asked is null or s.distributor_id = asked)
      ), buyer as materialized (
        select x.raw_name_id, x.valid_from, x.valid_until from matching.distributor_name x
          join matching.raw_name rn on rn.id = x.raw_name_id and rn.role = 'buyer'
          join master.distributor d on d.id = rn.distributor_id join span on span.distributor_id = ${now('d')}
      ), entry as (
        select s.distributor_id, b.raw_product_id, b.lot, b.quantity,
               case when g.kind <> 'stock' then g.kind when g.business_date = s.opening_on then 'opening' else 'closing' end as what
          from span s
          join ${counted} g on g.distributor_id = s.distributor_id and g.month in (asked_month, (asked_month - interval '1 month')::date)
           and case when g.kind = 'stock' then g.business_date in (s.opening_on, s.closing_on) else g.business_date > s.opening_on and g.business_date <= s.closing_on end
          join figures.lot_sum b on b.generation_id = g.generation_id
        union all
        select s.distributor_id, l.raw_product_id, l.lot, l.base_quantity, 'transfer'
          from buyer x
          join flow.line l on l.raw_name_id = x.raw_name_id and l.business_date >= x.valid_from and l.business_date < x.valid_until
           and l.business_date >= asked_month - interval '1 month' and l.business_date < asked_month + interval '1 month'
          join ${counted} g on g.generation_id = l.generation_id and g.kind = 'sale'
          join span s on s.distributor_id = g.distributor_id and g.business_date > s.opening_on and g.business_date <= s.closing_on
      ), summed as (
        select e.distributor_id, pk.product_id, case when pk.product_id is null then rp.name else '' end as raw_name,
               case when pk.product_id is null then rp.spec else '' end as raw_spec, e.lot,
               coalesce(sum(e.quantity) filter (where e.what = 'opening'), 0) as opening, coalesce(sum(e.quantity) filter (where e.what = 'purchase'), 0) as purchases,
               coalesce(sum(e.quantity) filter (where e.what = 'sale'), 0) as sales, coalesce(sum(e.quantity) filter (where e.what = 'transfer'), 0) as transfers,
               coalesce(sum(e.quantity) filter (where e.what = 'closing'), 0) as closing
          from entry e
          join matching.raw_product rp on rp.id = e.raw_product_id
          left join ${productLink} pk on pk.raw_product_id = e.raw_product_id
         group by 1, 2, 3, 4, 5
      )
      select distributor_id, span.opening_on, span.closing_on, product_id, raw_name, raw_spec, lot, opening, purchases, sales - transfers, transfers, closing
        from summed join span using (distributor_id)
    $$;

    create or replace view pub_v1.flow_line as
      select case l.kind when 's' then 'sale' when 'p' then 'purchase' else 'stock' end as kind,
             l.business_date, l.actual_month, l.counted_month,
             d.code as distributor_code, d.name as distributor_name,
             t.code as terminal_code, t.name as terminal_name, rn.name as raw_name, rn.code as raw_code,
             p.code as product_code, p.generic_name as product_name, rp.name as raw_product, rp.spec as raw_spec,
             l.quantity, l.unit, l.base_quantity, l.price, l.amount, l.lot, l.expiry, l.doc_no, l.is_return, l.is_red_letter,
             l.generation_id, l.part_id, l.row_no,
             case when l.kind <> 's' then null when x.distributor_id is not null then 'distributor' when t.id is not null then 'terminal' else 'unknown' end as buyer_kind,
             o.code as partner_code, o.name as partner_name
        from flow.line l
        join ledger.generation g on g.id = l.generation_id and g.state = 'active'
        join master.distributor kd on kd.id = l.distributor_id
        join master.distributor d on d.id = ${now('kd')}
        left join matching.raw_name rn on rn.id = l.raw_name_id
        left join matching.link k on k.raw_name_id = l.raw_name_id and l.business_date >= k.valid_from and l.business_date < k.valid_until
        left join master.terminal kt on kt.id = k.terminal_id
        left join master.terminal t on t.id = coalesce(kt.survivor_id, kt.id)
        join matching.raw_product rp on rp.id = l.raw_product_id
        left join ${productLink} pk on pk.raw_product_id = l.raw_product_id
        left join master.product p on p.id = pk.product_id
        left join matching.distributor_name x on x.raw_name_id = l.raw_name_id and l.business_date >= x.valid_from and l.business_date < x.valid_until
        left join master.distributor o on o.id = x.distributor_id;`;
}
