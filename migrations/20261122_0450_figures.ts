import type { Knex } from 'knex';

// Monthly figures. What depends on links, merges or products is never stored: `figures.name_month` and `figures.lot_sum` are sums
// of facts by raw keys, kept by src/db/figures/refresh-figures.ts; views join them with the links of the moment, as pub_v1.flow_line
// does with the facts. `figures.counted` says which generations the sums hold, so a reader sees all of a switch or nothing of it.
// A sale whose buyer is a distributor is a transfer: by the word of a person (verdict `distributor`), or because the name is
// spelled exactly as one distributor of the master.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create function master.spelling_of(name text) returns text language sql immutable strict parallel safe as $$
      select upper(regexp_replace(normalize(name, NFKC) collate "C", '\\s', '', 'g'))
    $$;
    alter table master.distributor
      add column former_names text not null default '',
      add column spelling text not null generated always as (upper(regexp_replace(normalize(name, NFKC) collate "C", '\\s', '', 'g'))) stored;

    -- What is spelled so means this distributor: its name, a former name or its code. Of two distributors it means neither.
    create view master.distributor_spelling as
      select spelling, min(distributor_id) as distributor_id
        from (select spelling, id as distributor_id from master.distributor
              union select master.spelling_of(code), id from master.distributor
              union select master.spelling_of(f.name), d.id
                from master.distributor d, regexp_split_to_table(d.former_names, '[;；,，、|\\n]+') as f(name) where d.former_names <> '') s
       where spelling <> ''
       group by spelling having count(distinct distributor_id) = 1;

    alter table matching.decision
      add column distributor_id integer references master.distributor,
      drop constraint decision_verdict_check,
      add constraint decision_verdict_check check (verdict in ('auto', 'suggest', 'review', 'new', 'hold', 'noise', 'unlink', 'not', 'distributor')),
      add constraint decision_distributor_check check ((verdict = 'distributor') = (distributor_id is not null) and (distributor_id is null or by_person));
    create index link_dated on matching.link (raw_name_id) where valid_from > '-infinity';
    create index link_distributor on matching.link (raw_name_id) where verdict = 'distributor';

    -- Raw names that mean a distributor, and on which business days. The exact spelling goes before what the matcher thinks, and
    -- after a person who said that the name is a terminal, known or new.
    create view matching.distributor_name as
      select k.raw_name_id, k.valid_from, k.valid_until, d.distributor_id, 'person' as how
        from matching.link k join matching.decision d on d.id = k.decision_id
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

    create schema figures;

    -- Written with every switch of generations, in its transaction; taken away by the refresh that has counted it.
    create table figures.touched (
      id     bigint generated always as identity primary key,
      sender text not null,
      month  date not null
    );

    create table figures.counted (
      generation_id  bigint  primary key,
      distributor_id integer not null,
      kind           text    not null,
      business_date  date    not null,
      month          date    not null,
      row_count      integer not null
    );
    create index on figures.counted (distributor_id, month, kind, business_date);
    create index on figures.counted (month);

    create table figures.name_month (
      month          date    not null,   -- the actual one
      distributor_id integer not null,
      kind           "char"  not null,   -- s(ale), p(urchase)
      raw_name_id    bigint  not null,   -- 0 = none
      raw_product_id bigint  not null,
      counted_month  date    not null,
      lines          integer not null,
      quantity       numeric not null,   -- in base units
      amount         numeric not null,
      priced         integer not null,   -- lines that have an amount
      primary key (month, distributor_id, kind, raw_name_id, raw_product_id, counted_month)
    ) with (fillfactor = 85);
    create index name_month_name on figures.name_month (raw_name_id);
    create index name_month_empty on figures.name_month (month) where lines = 0;

    create table figures.lot_sum (
      generation_id  bigint  not null,
      raw_product_id bigint  not null,
      lot            text    not null,
      lines          integer not null,
      quantity       numeric not null,
      amount         numeric not null,
      priced         integer not null,
      primary key (generation_id, raw_product_id, lot)
    );

    insert into figures.touched (sender, month) select distinct sender, date_trunc('month', business_date)::date from ledger.generation;

    -- The sums with what their names mean now. Names whose meaning changes on some day are read from the facts, day by day.
    create view figures.named as
      with dated as (select distinct raw_name_id from matching.link where valid_from > '-infinity')
      select m.kind, m.month, m.counted_month, m.distributor_id, m.raw_product_id, m.lines, m.quantity, m.amount, m.priced,
             k.terminal_id as linked_id, x.distributor_id as partner_id
        from figures.name_month m
        left join matching.link k on k.raw_name_id = m.raw_name_id
        left join matching.distributor_name x on x.raw_name_id = m.raw_name_id
       where not exists (select 1 from dated where dated.raw_name_id = m.raw_name_id)
      union all
      select l.kind, l.actual_month, l.counted_month, l.distributor_id, l.raw_product_id, 1, l.base_quantity, coalesce(l.amount, 0),
             case when l.amount is null then 0 else 1 end, k.terminal_id, x.distributor_id
        from dated n
        join flow.line l on l.raw_name_id = n.raw_name_id and l.kind <> 'k'
        join figures.counted g on g.generation_id = l.generation_id
        left join matching.link k on k.raw_name_id = l.raw_name_id and l.business_date >= k.valid_from and l.business_date < k.valid_until
        left join matching.distributor_name x on x.raw_name_id = l.raw_name_id and l.business_date >= x.valid_from and l.business_date < x.valid_until;

    -- The last snapshot of stock in a month, and the first.
    create view figures.snapshot as
      select distributor_id, month, min(business_date) as first_on, max(business_date) as last_on
        from figures.counted where kind = 'stock' group by 1, 2;

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
        left join master.product p on p.id = s.product_id;

    -- Which days the balance of a distributor and month is struck over: after the opening snapshot up to the closing one. The opening
    -- is the last snapshot of the month before, or else the first of this month. Without both there is no balance.
    create view figures.balance_span as
      select m.distributor_id, m.month, coalesce(p.last_on, case when s.first_on < s.last_on then s.first_on end) as opening_on, s.last_on as closing_on
        from (select distinct distributor_id, month from figures.counted) m
        left join figures.snapshot s on s.distributor_id = m.distributor_id and s.month = m.month
        left join figures.snapshot p on p.distributor_id = m.distributor_id and p.month = (m.month - interval '1 month')::date;

    -- Per product and lot. A product is that of the master; what is not linked is told apart by name and specification.
    create function figures.balance_of(asked integer, opening_on date, closing_on date)
    returns table (product_id bigint, raw_name text, raw_spec text, lot text, opening numeric, purchases numeric, sales numeric, transfers numeric, closing numeric)
    language sql stable as $$
      with entry as (
        select b.raw_product_id, b.lot,
               case when g.kind <> 'stock' then g.kind when g.business_date = opening_on then 'opening' else 'closing' end as what, b.quantity
          from figures.counted g join figures.lot_sum b on b.generation_id = g.generation_id
         where g.distributor_id = asked and g.month between date_trunc('month', opening_on) and closing_on
           and case when g.kind = 'stock' then g.business_date in (opening_on, closing_on) else g.business_date > opening_on and g.business_date <= closing_on end
        union all
        select l.raw_product_id, l.lot, 'transfer', l.base_quantity
          from figures.counted g
          join flow.line l on l.generation_id = g.generation_id and l.business_date > opening_on and l.business_date <= closing_on
          join matching.distributor_name x on x.raw_name_id = l.raw_name_id and l.business_date >= x.valid_from and l.business_date < x.valid_until
         where g.distributor_id = asked and g.kind = 'sale' and g.month between date_trunc('month', opening_on) and closing_on
           and g.business_date > opening_on and g.business_date <= closing_on
      )
      select pk.product_id, case when pk.product_id is null then rp.name else '' end, case when pk.product_id is null then rp.spec else '' end, e.lot,
             coalesce(sum(e.quantity) filter (where e.what = 'opening'), 0), coalesce(sum(e.quantity) filter (where e.what = 'purchase'), 0),
             coalesce(sum(e.quantity) filter (where e.what = 'sale'), 0) - coalesce(sum(e.quantity) filter (where e.what = 'transfer'), 0),
             coalesce(sum(e.quantity) filter (where e.what = 'transfer'), 0), coalesce(sum(e.quantity) filter (where e.what = 'closing'), 0)
        from entry e
        join matching.raw_product rp on rp.id = e.raw_product_id
        left join matching.product_link pk on pk.raw_product_id = e.raw_product_id
       group by 1, 2, 3, 4
    $$;

    create view pub_v1.stock_balance as
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
        join master.distributor d on d.id = l.distributor_id
        left join matching.raw_name rn on rn.id = l.raw_name_id
        left join matching.link k on k.raw_name_id = l.raw_name_id and l.business_date >= k.valid_from and l.business_date < k.valid_until
        left join master.terminal kt on kt.id = k.terminal_id
        left join master.terminal t on t.id = coalesce(kt.survivor_id, kt.id)
        join matching.raw_product rp on rp.id = l.raw_product_id
        left join matching.product_link pk on pk.raw_product_id = l.raw_product_id
        left join master.product p on p.id = pk.product_id
        left join matching.distributor_name x on x.raw_name_id = l.raw_name_id and l.business_date >= x.valid_from and l.business_date < x.valid_until
        left join master.distributor o on o.id = x.distributor_id`);
}

export async function down(knex: Knex): Promise<void> {
  const { rows } = await knex.raw(`select 1 from matching.decision where verdict = 'distributor' limit 1`);
  if (rows.length > 0) throw new Error('Names were decided to mean a distributor; the older tables cannot hold that.');
  await knex.raw(`
    drop view pub_v1.stock_balance, pub_v1.figure_month;
    drop view pub_v1.terminal_month, pub_v1.flow_line;
    drop schema figures cascade;
    drop view matching.distributor_name, master.distributor_spelling;
    drop index matching.link_dated, matching.link_distributor;
    alter table matching.decision drop constraint decision_distributor_check, drop column distributor_id, drop constraint decision_verdict_check,
      add constraint decision_verdict_check check (verdict in ('auto', 'suggest', 'review', 'new', 'hold', 'noise', 'unlink', 'not'));
    alter table master.distributor drop column spelling, drop column former_names;
    drop function master.spelling_of(text);
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
        left join matching.link k on k.raw_name_id = l.raw_name_id and l.business_date >= k.valid_from and l.business_date < k.valid_until
        left join master.terminal kt on kt.id = k.terminal_id
        left join master.terminal t on t.id = coalesce(kt.survivor_id, kt.id)
        join matching.raw_product rp on rp.id = l.raw_product_id
        left join matching.product_link pk on pk.raw_product_id = l.raw_product_id
        left join master.product p on p.id = pk.product_id;
    create view pub_v1.terminal_month as
      select terminal_code, terminal_name, product_code, product_name, distributor_code, counted_month,
             count(*) as line_count, sum(base_quantity) as base_quantity, sum(amount) as amount
        from pub_v1.flow_line where kind = 'sale'
       group by 1, 2, 3, 4, 5, 6`);
}
