import type { Knex } from 'knex';

// What merged distributors have is the stock of each of their senders: two warehouses whose last days differ were one day's alone. A
// sender that went quiet (nothing of a later day, its snapshot a week older than the party's newest) handed its goods over; its snapshot
// is no stock of that month any more. The balance opens and closes each sender on its own days and adds them up.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create view figures.sender_snapshot as
      select s.sender_id, s.distributor_id, s.month, s.first_on, s.last_on,
             s.last_on > s.party_last - 7 or exists (
               select 1 from figures.counted l where l.distributor_id = s.sender_id and l.business_date > s.last_on) as is_current
        from (select c.distributor_id as sender_id, coalesce(d.survivor_id, d.id) as distributor_id, c.month, min(c.business_date) as first_on,
                     max(c.business_date) as last_on, max(max(c.business_date)) over (partition by coalesce(d.survivor_id, d.id), c.month) as party_last
                from figures.counted c join master.distributor d on d.id = c.distributor_id
               where c.kind = 'stock' group by c.distributor_id, coalesce(d.survivor_id, d.id), c.month) s;

    -- Per sender the days of its own snapshots, and the days after which and up to which its movements count: where it has no snapshot
    -- of its own, those of the party.
    create view figures.sender_span as
      with near as (
        select m.distributor_id, m.month, d.id as sender_id, case when p.is_current then p.last_on end as before_on, s.first_on,
               case when s.is_current then s.last_on end as closing_on,
               bool_or(coalesce(p.is_current, false)) over party as has_before,
               max(case when s.is_current then s.last_on end) over party as to_on
          from (select distinct distributor_id, month from figures.counted_now) m
          join master.distributor d on coalesce(d.survivor_id, d.id) = m.distributor_id
          left join figures.sender_snapshot s on s.sender_id = d.id and s.distributor_id = m.distributor_id and s.month = m.month
          left join figures.sender_snapshot p on p.sender_id = d.id and p.distributor_id = m.distributor_id and p.month = (m.month - interval '1 month')::date
        window party as (partition by m.distributor_id, m.month)
      ), opened as (
        select *, case when has_before then before_on when first_on < coalesce(closing_on, to_on) then first_on end as opening_on from near
      )
      select sender_id, distributor_id, month, opening_on, closing_on,
             coalesce(opening_on, min(opening_on) over (partition by distributor_id, month)) as from_on, coalesce(closing_on, to_on) as to_on
        from opened;
    ${stockViews({
      stockOf: `
        from figures.sender_snapshot n
        join figures.counted g on g.distributor_id = n.sender_id and g.month = n.month and g.kind = 'stock' and g.business_date = n.last_on and n.is_current`,
      spans: `select distributor_id, month, min(opening_on) as opening_on, max(closing_on) as closing_on from figures.sender_span group by 1, 2`,
      span: `select s.sender_id, s.distributor_id, s.opening_on, s.closing_on, s.from_on, s.to_on from figures.sender_span s
         where s.month = asked_month and s.from_on is not null and s.to_on is not null and (asked is null or s.distributor_id = asked)`,
      buyerOf: 'span on span.sender_id = rn.distributor_id',
      counted: 'figures.counted g on g.distributor_id = s.sender_id',
      countedSale: `figures.counted g on g.generation_id = l.generation_id and g.kind = 'sale'`,
      seller: 'span s on s.sender_id = g.distributor_id',
    })}`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    ${stockViews({
      stockOf: `
        from figures.snapshot n
        join figures.counted_now g on g.distributor_id = n.distributor_id and g.month = n.month and g.kind = 'stock' and g.business_date = n.last_on`,
      spans: `select m.distributor_id, m.month, coalesce(p.last_on, case when s.first_on < s.last_on then s.first_on end) as opening_on, s.last_on as closing_on
        from (select distinct distributor_id, month from figures.counted_now c) m
        left join figures.snapshot s on s.distributor_id = m.distributor_id and s.month = m.month
        left join figures.snapshot p on p.distributor_id = m.distributor_id and p.month = (m.month - interval '1 month')::date`,
      span: `select s.distributor_id, s.opening_on, s.closing_on, s.opening_on as from_on, s.closing_on as to_on from figures.balance_span s
         where s.month = asked_month and s.opening_on is not null and s.closing_on is not null and (asked is null or s.distributor_id = asked)`,
      buyerOf: 'master.distributor d on d.id = rn.distributor_id join span on span.distributor_id = coalesce(d.survivor_id, d.id)',
      counted: 'figures.counted_now g on g.distributor_id = s.distributor_id',
      countedSale: `figures.counted_now g on g.generation_id = l.generation_id and g.kind = 'sale'`,
      seller: 'span s on s.distributor_id = g.distributor_id',
    })}
    drop view figures.sender_span, figures.sender_snapshot`);
}

/** Everything that says what is in stock, by what a snapshot is taken of. */
function stockViews(of: Readonly<Record<'stockOf' | 'spans' | 'span' | 'buyerOf' | 'counted' | 'countedSale' | 'seller', string>>): string {
  return `
    create or replace view figures.month_sum as
      select case f.kind when 's' then 'sale' else 'purchase' end as kind,
             case when f.kind <> 's' then null when f.partner_id is not null then 'distributor' when f.linked_id is not null then 'terminal' else 'unknown' end as buyer_kind,
             f.counted_month, f.month as actual_month, f.distributor_id,
             case when f.kind = 's' and f.partner_id is null then coalesce(kt.survivor_id, kt.id) end as terminal_id, f.partner_id, pk.product_id,
             sum(f.lines) as line_count, trim_scale(sum(f.quantity)) as base_quantity, case when sum(f.priced) > 0 then trim_scale(sum(f.amount)) end as amount
        from figures.named f
        left join master.terminal kt on kt.id = f.linked_id
        left join matching.product_meant pk on pk.raw_product_id = f.raw_product_id
       group by 1, 2, 3, 4, 5, 6, 7, 8
      union all
      select 'stock', null, n.month, n.month, n.distributor_id, null, null, pk.product_id,
             sum(b.lines), trim_scale(sum(b.quantity)), case when sum(b.priced) > 0 then trim_scale(sum(b.amount)) end
        ${of.stockOf}
        join figures.lot_sum b on b.generation_id = g.generation_id
        left join matching.product_meant pk on pk.raw_product_id = b.raw_product_id
       group by n.month, n.distributor_id, pk.product_id;

    create or replace view figures.balance_span as ${of.spans};

    create or replace function figures.balance_month(asked_month date, asked integer)
    returns table (distributor_id integer, opening_on date, closing_on date, product_id bigint, raw_name text, raw_spec text, lot text,
                   opening numeric, purchases numeric, sales numeric, transfers numeric, closing numeric)
    language sql stable as $$
      with span as materialized (
        ${of.span}
      ), party as (
        select s.distributor_id, min(s.opening_on) as opening_on, max(s.closing_on) as closing_on from span s group by 1
      ), buyer as materialized (
        select x.raw_name_id, x.valid_from, x.valid_until from matching.distributor_name x
          join matching.raw_name rn on rn.id = x.raw_name_id and rn.role = 'buyer'
          join ${of.buyerOf}
      ), entry as (
        select s.distributor_id, b.raw_product_id, b.lot, b.quantity,
               case when g.kind <> 'stock' then g.kind when g.business_date = s.opening_on then 'opening' else 'closing' end as what
          from span s
          join ${of.counted} and g.month in (asked_month, (asked_month - interval '1 month')::date)
           and case when g.kind = 'stock' then g.business_date in (s.opening_on, s.closing_on) else g.business_date > s.from_on and g.business_date <= s.to_on end
          join figures.lot_sum b on b.generation_id = g.generation_id
        union all
        select s.distributor_id, l.raw_product_id, l.lot, l.base_quantity, 'transfer'
          from buyer x
          join flow.line l on l.raw_name_id = x.raw_name_id and l.business_date >= x.valid_from and l.business_date < x.valid_until
           and l.business_date >= asked_month - interval '1 month' and l.business_date < asked_month + interval '1 month'
          join ${of.countedSale}
          join ${of.seller} and g.business_date > s.from_on and g.business_date <= s.to_on
      ), summed as (
        select e.distributor_id, pk.product_id, case when pk.product_id is null then rp.name else '' end as raw_name,
               case when pk.product_id is null then rp.spec else '' end as raw_spec, e.lot,
               coalesce(sum(e.quantity) filter (where e.what = 'opening'), 0) as opening, coalesce(sum(e.quantity) filter (where e.what = 'purchase'), 0) as purchases,
               coalesce(sum(e.quantity) filter (where e.what = 'sale'), 0) as sales, coalesce(sum(e.quantity) filter (where e.what = 'transfer'), 0) as transfers,
               coalesce(sum(e.quantity) filter (where e.what = 'closing'), 0) as closing
          from entry e
          join matching.raw_product rp on rp.id = e.raw_product_id
          left join matching.product_meant pk on pk.raw_product_id = e.raw_product_id
         group by 1, 2, 3, 4, 5
      )
      select distributor_id, party.opening_on, party.closing_on, product_id, raw_name, raw_spec, lot, opening, purchases, sales - transfers, transfers, closing
        from summed join party using (distributor_id)
    $$;`;
}
