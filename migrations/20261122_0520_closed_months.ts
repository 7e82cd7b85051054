import type { Knex } from 'knex';

// Closed months. What comes late for a closed month, or corrects it, counts in the first month that is open, as a pair of minus and
// plus: `figures.late_sum` holds the difference between what a closed month was and what it is now, day by day. So figures by the
// actual month are those of now, figures by the counted month stay as they were when it was closed.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- Closing a month closes those before it. One that was reopened stays in the list.
    create table figures.closing (
      id          bigint generated always as identity primary key,
      month       date        not null check (extract(day from month) = 1),
      closed_at   timestamptz not null default now(),
      closed_by   text        not null,
      note        text        not null,
      still_open  jsonb       not null,   -- what a person saw was missing and closed all the same
      totals      jsonb       not null,   -- figures.counted_totals of the months it closed: what must never change
      reopened_at timestamptz,
      reopened_by text,
      reopened_why text
    );
    create unique index closing_month on figures.closing (month) where reopened_at is null;

    create function figures.closed_through() returns date language sql stable as $$
      select max(month) from figures.closing where reopened_at is null
    $$;

    create table figures.late_sum (
      counted_month  date    not null,
      business_date  date    not null,
      month          date    not null,   -- that of business_date
      distributor_id integer not null,
      kind           "char"  not null,
      raw_name_id    bigint  not null,   -- 0 = none
      raw_product_id bigint  not null,
      lines          integer not null,
      quantity       numeric not null,
      amount         numeric not null,
      priced         integer not null,
      primary key (counted_month, business_date, distributor_id, kind, raw_name_id, raw_product_id)
    );
    create index on figures.late_sum (month, distributor_id);
    create index late_sum_empty on figures.late_sum (month) where lines = 0;

    -- What is counted in which month, by raw name and product: all that changes is a function of this and of links.
    create view figures.counted_sum as
      select m.counted_month, m.month, null::date as business_date, m.distributor_id, m.kind, m.raw_name_id, m.raw_product_id, m.lines, m.quantity, m.amount, m.priced
        from figures.name_month m
      union all
      select s.counted_month, s.month, s.business_date, s.distributor_id, s.kind, s.raw_name_id, s.raw_product_id, s.lines, s.quantity, s.amount, s.priced
        from figures.late_sum s
      union all
      select s.month, s.month, s.business_date, s.distributor_id, s.kind, s.raw_name_id, s.raw_product_id, -s.lines, -s.quantity, -s.amount, -s.priced
        from figures.late_sum s;

    -- What counts in each month after one and up to another (null: from the first), by kind and sender. What is nothing is left out.
    create function figures.counted_totals(after_month date, last_month date) returns jsonb language sql stable as $$
      select coalesce(jsonb_agg(to_jsonb(t) order by t.month, t.kind, t.sender), '[]')
        from (select to_char(s.counted_month, 'YYYY-MM') as month, case s.kind when 's' then 'sale' else 'purchase' end as kind, d.code as sender, sum(s.lines)::integer as lines,
                     trim_scale(sum(s.quantity))::text as quantity, trim_scale(sum(s.amount))::text as amount
                from figures.counted_sum s join master.distributor d on d.id = s.distributor_id
               where s.counted_month <= last_month and s.counted_month > coalesce(after_month, '-infinity')
               group by s.counted_month, s.kind, d.code having sum(s.lines) <> 0 or sum(s.quantity) <> 0 or sum(s.amount) <> 0) t
    $$;

    ${named(`
      union all
      select s.kind, s.month, s.counted_month, coalesce(d.survivor_id, d.id), s.raw_product_id, s.lines, s.quantity, s.amount, s.priced, k.terminal_id, x.distributor_id
        from (select kind, month, counted_month, distributor_id, raw_name_id, raw_product_id, business_date, lines, quantity, amount, priced from figures.late_sum
              union all
              select kind, month, month, distributor_id, raw_name_id, raw_product_id, business_date, -lines, -quantity, -amount, -priced from figures.late_sum) s
        ${meaningOfLate}`)}

    -- The figures before they are added up: whoever wants a sum of them adds up these.
    create view figures.figure_part as
      select case f.kind when 's' then 'sale' else 'purchase' end as kind,
             case when f.kind <> 's' then null when f.partner_id is not null then 'distributor' when f.linked_id is not null then 'terminal' else 'unknown' end as buyer_kind,
             f.counted_month, f.month as actual_month, f.distributor_id,
             case when f.kind = 's' and f.partner_id is null then coalesce(kt.survivor_id, kt.id) end as terminal_id, f.partner_id, pk.product_id,
             f.lines, f.quantity, f.amount, f.priced
        from figures.named f
        left join master.terminal kt on kt.id = f.linked_id
        left join matching.product_meant pk on pk.raw_product_id = f.raw_product_id
      union all
      select 'stock', null, n.month, n.month, n.distributor_id, null, null, pk.product_id, b.lines, b.quantity, b.amount, b.priced
        from figures.sender_snapshot n
        join figures.counted g on g.distributor_id = n.sender_id and g.month = n.month and g.kind = 'stock' and g.business_date = n.last_on and n.is_current
        join figures.lot_sum b on b.generation_id = g.generation_id
        left join matching.product_meant pk on pk.raw_product_id = b.raw_product_id;

    -- Of a pair of minus and plus that leaves nothing there is no figure.
    create or replace view figures.month_sum as
      select kind, buyer_kind, counted_month, actual_month, distributor_id, terminal_id, partner_id, product_id, sum(lines) as line_count,
             trim_scale(sum(quantity)) as base_quantity, case when sum(priced) <> 0 or sum(amount) <> 0 then trim_scale(sum(amount)) end as amount
        from figures.figure_part group by 1, 2, 3, 4, 5, 6, 7, 8 having sum(lines) <> 0 or sum(quantity) <> 0 or sum(amount) <> 0;

    create view pub_v1.month_closing as
      select month, closed_at, closed_by, note, reopened_at, reopened_by, reopened_why from figures.closing;

    -- What each month was closed with. A merge or renaming of distributors changes nothing here: \`sender\` is the code that sent.
    create view pub_v1.closed_total as
      select to_date(t.month, 'YYYY-MM') as month, t.kind, t.sender, t.lines as line_count, t.quantity as base_quantity, t.amount, c.closed_at
        from figures.closing c cross join jsonb_to_recordset(c.totals) t(month text, kind text, sender text, lines integer, quantity numeric, amount numeric)
       where c.reopened_at is null;

    create view pub_v1.late_change as
      select s.counted_month, s.month as actual_month, s.business_date, case s.kind when 's' then 'sale' else 'purchase' end as kind,
             case when s.kind <> 's' then null when x.distributor_id is not null then 'distributor' when t.id is not null then 'terminal' else 'unknown' end as buyer_kind,
             n.code as distributor_code, n.name as distributor_name, rn.name as raw_name,
             case when s.kind = 's' and x.distributor_id is null then t.code end as terminal_code, case when s.kind = 's' and x.distributor_id is null then t.name end as terminal_name,
             o.code as partner_code, o.name as partner_name, p.code as product_code, p.generic_name as product_name, rp.name as raw_product, rp.spec as raw_spec,
             s.lines as line_count, trim_scale(s.quantity) as base_quantity, trim_scale(s.amount) as amount, d.code as sender
        from figures.late_sum s ${meaningOfLate}
        join master.distributor n on n.id = coalesce(d.survivor_id, d.id)
        join matching.raw_product rp on rp.id = s.raw_product_id
        left join matching.raw_name rn on rn.id = s.raw_name_id
        left join master.terminal kt on kt.id = k.terminal_id
        left join master.terminal t on t.id = coalesce(kt.survivor_id, kt.id)
        left join master.distributor o on o.id = x.distributor_id
        left join matching.product_meant pk on pk.raw_product_id = s.raw_product_id
        left join master.product p on p.id = pk.product_id`);
}

export async function down(knex: Knex): Promise<void> {
  const { rows } = await knex.raw('select 1 from figures.closing limit 1');
  if (rows.length > 0) throw new Error('Months were closed: without figures.closing what counts in them would change. Nothing was undone.');
  await knex.raw(`
    drop view pub_v1.late_change, pub_v1.closed_total, pub_v1.month_closing;
    ${monthSumBefore}
    ${named('')}
    drop function figures.counted_totals(date, date), figures.closed_through();
    drop view figures.figure_part, figures.counted_sum;
    drop table figures.late_sum, figures.closing`);
}

/** A late change has a day, so what its name means is known even where that changed within the month. */
const meaningOfLate = `
        join master.distributor d on d.id = s.distributor_id
        left join matching.link k on k.raw_name_id = s.raw_name_id and s.business_date >= k.valid_from and s.business_date < k.valid_until
        left join matching.distributor_name x on x.raw_name_id = s.raw_name_id and s.business_date >= x.valid_from and s.business_date < x.valid_until`;

function named(more: string): string {
  return `
    create or replace view figures.named as
      with dated as (select distinct raw_name_id from matching.link where valid_from > '-infinity')
      select m.kind, m.month, m.counted_month, coalesce(d.survivor_id, d.id) as distributor_id, m.raw_product_id, m.lines, m.quantity, m.amount, m.priced,
             k.terminal_id as linked_id, x.distributor_id as partner_id
        from figures.name_month m
        join master.distributor d on d.id = m.distributor_id
        left join matching.link k on k.raw_name_id = m.raw_name_id
        left join matching.distributor_name x on x.raw_name_id = m.raw_name_id
       where not exists (select 1 from dated where dated.raw_name_id = m.raw_name_id)
      union all
      select l.kind, l.actual_month, l.counted_month, coalesce(d.survivor_id, d.id), l.raw_product_id, 1, l.base_quantity, coalesce(l.amount, 0),
             case when l.amount is null then 0 else 1 end, k.terminal_id, x.distributor_id
        from dated n
        join flow.line l on l.raw_name_id = n.raw_name_id and l.kind <> 'k'
        join master.distributor d on d.id = l.distributor_id
        join figures.counted g on g.generation_id = l.generation_id
        left join matching.link k on k.raw_name_id = l.raw_name_id and l.business_date >= k.valid_from and l.business_date < k.valid_until
        left join matching.distributor_name x on x.raw_name_id = l.raw_name_id and l.business_date >= x.valid_from and l.business_date < x.valid_until${more};`;
}

/** As 0501 left it. */
const monthSumBefore = `
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
        from figures.sender_snapshot n
        join figures.counted g on g.distributor_id = n.sender_id and g.month = n.month and g.kind = 'stock' and g.business_date = n.last_on and n.is_current
        join figures.lot_sum b on b.generation_id = g.generation_id
        left join matching.product_meant pk on pk.raw_product_id = b.raw_product_id
       group by n.month, n.distributor_id, pk.product_id;`;
