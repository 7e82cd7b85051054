import type { Knex } from 'knex';

// The chain and the scorecard as views: what the API, the command line and the workbook say, anybody who writes SQL can say too. Each is
// one function of a month that all of them ask.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- Sets purchases against sales of one upstream, buyer, product and lot, both in order of their days: each purchase takes the oldest
    -- sale that is open, of its day or at most \`back\` days before. Returns places in the arrays, from 1.
    create function figures.consume(purchase_days date[], wanted numeric[], sale_days date[], offered numeric[], back integer)
    returns table (purchase integer, sale integer, quantity numeric) language plpgsql immutable as $$
      declare
        open numeric[] := offered;
        first integer := 1;
        rest numeric;
      begin
        for p in 1 .. cardinality(wanted) loop
          rest := wanted[p];
          -- What is too old for this purchase is so for all that follow.
          while first <= cardinality(open) and (open[first] = 0 or sale_days[first] < purchase_days[p] - back) loop
            first := first + 1;
          end loop;
          for s in first .. cardinality(open) loop
            exit when rest = 0 or sale_days[s] > purchase_days[p];
            continue when open[s] = 0;
            purchase := p;
            sale := s;
            quantity := least(rest, open[s]);
            open[s] := open[s] - quantity;
            rest := rest - quantity;
            return next;
          end loop;
        end loop;
      end $$;

    -- Purchases of a month and what their upstream says of them. Those of the month before are gone through first, so that a sale which
    -- was theirs is not taken twice. Returns of goods are set against returns.
    create function figures.chain_month(asked_month date, asked integer)
    returns table (state text, key text, distributor_id integer, business_date date, supplier_name text, upstream_id integer, product_id bigint,
                   product_name text, spec text, lot text, quantity numeric, found numeric, sales jsonb)
    language sql stable as $$
      with purchase as materialized (
        select l.generation_id || '/' || l.part_id || '/' || l.row_no as key, g.distributor_id, l.business_date, rn.name as supplier_name, x.distributor_id as upstream_id,
               p.id as product_id, coalesce(p.generic_name, rp.name) as product_name, coalesce(p.spec, rp.spec) as spec,
               coalesce('#' || p.id, rp.name || '|' || rp.spec) as product_key, l.lot, l.base_quantity as quantity
          from figures.counted_now g
          join flow.line l on l.generation_id = g.generation_id
           and l.business_date >= asked_month - interval '1 month' and l.business_date < asked_month + interval '1 month'
          join matching.raw_product rp on rp.id = l.raw_product_id
          left join matching.product_meant pk on pk.raw_product_id = l.raw_product_id
          left join master.product p on p.id = pk.product_id
          left join matching.raw_name rn on rn.id = l.raw_name_id
          left join matching.distributor_name x on x.raw_name_id = l.raw_name_id and l.business_date >= x.valid_from and l.business_date < x.valid_until
         where g.kind = 'purchase' and g.month in (asked_month, (asked_month - interval '1 month')::date) and (asked is null or g.distributor_id = asked)
      ), sale as materialized (
        select l.generation_id || '/' || l.part_id || '/' || l.row_no as key, l.business_date, g.distributor_id as upstream_id, x.distributor_id,
               coalesce('#' || pk.product_id, rp.name || '|' || rp.spec) as product_key, l.lot, l.base_quantity as quantity
          from figures.counted_now g
          join flow.line l on l.generation_id = g.generation_id and l.business_date >= asked_month - 45 and l.business_date < asked_month + interval '1 month'
          join matching.distributor_name x on x.raw_name_id = l.raw_name_id and l.business_date >= x.valid_from and l.business_date < x.valid_until
          join matching.raw_product rp on rp.id = l.raw_product_id
          left join matching.product_meant pk on pk.raw_product_id = l.raw_product_id
         where g.kind = 'sale' and g.distributor_id in (select upstream_id from purchase)
           and g.business_date >= asked_month - 45 and g.business_date < asked_month + interval '1 month' and (asked is null or x.distributor_id = asked)
      ), wanted as (
        select upstream_id, distributor_id, product_key, lot, quantity < 0 as is_return, ${inOrder}
          from purchase where upstream_id is not null group by 1, 2, 3, 4, 5
      ), offered as (
        select upstream_id, distributor_id, product_key, lot, quantity < 0 as is_return, ${inOrder} from sale group by 1, 2, 3, 4, 5
      ), taken as (
        select w.keys[c.purchase] as key, sum(c.quantity) as found,
               jsonb_agg(jsonb_build_object('key', o.keys[c.sale], 'quantity', trim_scale(c.quantity)::text) order by c.sale) as sales
          from wanted w join offered o using (upstream_id, distributor_id, product_key, lot, is_return)
         cross join lateral figures.consume(w.days, w.quantities, o.days, o.quantities, 14) c
         group by 1
      ), heard as (
        select u.upstream_id, u.business_date, exists (
                 select 1 from figures.counted_now s where s.kind = 'sale' and s.distributor_id = u.upstream_id
                    and s.business_date between u.business_date - 14 and u.business_date) as has_spoken
          from (select distinct upstream_id, business_date from purchase where upstream_id is not null) u
      )
      select case when p.upstream_id is null then 'unknown-upstream' when coalesce(t.found, 0) = abs(p.quantity) then 'ok' when t.found > 0 then 'short'
                  when h.has_spoken then 'no-sale' else 'silent' end,
             p.key, p.distributor_id, p.business_date, p.supplier_name, p.upstream_id, p.product_id, p.product_name, p.spec, p.lot,
             trim_scale(p.quantity), trim_scale(coalesce(t.found, 0)), coalesce(t.sales, '[]')
        from purchase p left join taken t using (key) left join heard h using (upstream_id, business_date)
       where p.business_date >= asked_month
    $$;

    create view pub_v1.chain_check as
      select m.month, c.state, d.code as distributor_code, d.name as distributor_name, c.business_date, c.key, c.supplier_name, o.code as upstream_code,
             p.code as product_code, c.product_name, c.spec, c.lot, c.quantity, c.found, c.sales
        from (select distinct month from figures.counted where kind = 'purchase') m
        cross join lateral figures.chain_month(m.month, null) c
        join master.distributor d on d.id = c.distributor_id
        left join master.distributor o on o.id = c.upstream_id
        left join master.product p on p.id = c.product_id;

    -- What sources owe for the days of a month (src/db/find-missing.ts, isOwed), and when it came. What is not due yet is left out.
    -- A source speaks for a day with a generation of it; one that is expected to bring anything, with a delivery in a run of that day.
    create function figures.expected_delivery(asked_month date, asked_now timestamptz)
    returns table (distributor_code text, source_code text, business_date date, due_at timestamptz, seen_at timestamptz, state text) language sql stable as $$
      with day as (
        select d::date as day from generate_series(asked_month, asked_month + interval '1 month' - interval '1 day', interval '1 day') d
      ), spoken as (
        select g.source_id, v.business_date as day, min(g.seen_at) as seen_at
          from ledger.generation v join ledger.sighting g on g.delivery_id = v.delivery_id
         where v.state <> 'withdrawn' and v.business_date >= asked_month and v.business_date < asked_month + interval '1 month' group by 1, 2
      ), came as (
        select g.source_id, n.business_date as day, min(g.seen_at) as seen_at
          from ledger.sighting g join ledger.run n on n.id = g.run_id join ledger.delivery d on d.id = g.delivery_id and d.state = 'loaded'
         where n.business_date >= asked_month and n.business_date < asked_month + interval '1 month' group by 1, 2
      ), owed as (
        select coalesce(n.code, s.sender) as distributor_code, s.code as source_code, y.day as business_date, ledger.due_at(s.expects, y.day) as due_at,
               coalesce(p.seen_at, case when s.expects->>'figures' = 'any' then c.seen_at end) as seen_at
          from ledger.source s cross join day y
          left join master.distributor m on m.code = s.sender left join master.distributor n on n.id = m.survivor_id
          left join spoken p on p.source_id = s.id and p.day = y.day
          left join came c on c.source_id = s.id and c.day = y.day
         where s.sender <> 'own' and s.enabled and ledger.is_expected(s.expects, y.day) and ledger.due_at(s.expects, y.day) > s.created_at
           and not exists (select 1 from ledger.excuse x where x.source_id = s.id and x.business_date = y.day and x.nothing_due and x.undone_at is null)
      )
      select o.*, case when seen_at is null then 'missing' when seen_at <= due_at then 'on-time' else 'late' end
        from owed o where seen_at is not null or due_at <= asked_now
    $$;

    create function figures.scorecard_month(asked_month date, asked integer, asked_now timestamptz)
    returns table (distributor_id integer, expected integer, on_time integer, late integer, sale_days integer, stock_days integer, sale_lines integer,
                   named_lines integer, product_lines integer, linked_lines integer, lots integer, balanced_lots integer, corrections integer)
    language sql stable as $$
      with arrival as (
        select e.distributor_code, count(*)::integer as expected, count(*) filter (where e.state = 'on-time')::integer as on_time,
               count(*) filter (where e.state = 'late')::integer as late
          from figures.expected_delivery(asked_month, asked_now) e group by 1
      ), figure as (
        select s.distributor_id, coalesce(sum(line_count) filter (where kind = 'sale'), 0)::integer as sale_lines,
               coalesce(sum(line_count) filter (where kind = 'sale' and buyer_kind <> 'unknown'), 0)::integer as named_lines,
               sum(line_count)::integer as product_lines, coalesce(sum(line_count) filter (where product_id is not null), 0)::integer as linked_lines
          from figures.month_sum s where s.actual_month = asked_month group by 1
      ), days as (
        select c.distributor_id, count(distinct c.business_date) filter (where c.kind = 'sale')::integer as sale_days,
               count(distinct c.business_date) filter (where c.kind = 'stock')::integer as stock_days
          from figures.counted_now c where c.month = asked_month group by 1
      ), correction as (
        select coalesce(m.survivor_id, m.id) as distributor_id, count(*)::integer as corrections
          from ledger.generation g join ledger.generation w on w.id = g.superseded_by and w.delivery_id <> g.delivery_id
          join master.distributor m on m.code = g.sender
         where g.state = 'superseded' and g.business_date >= asked_month and g.business_date < asked_month + interval '1 month' group by 1
      ), balance as (
        select b.distributor_id, count(*)::integer as lots,
               count(*) filter (where b.opening + b.purchases - b.sales - b.transfers - b.closing = 0)::integer as balanced_lots
          from figures.balance_month(asked_month, asked) b group by 1
      )
      select d.id, coalesce(a.expected, 0), coalesce(a.on_time, 0), coalesce(a.late, 0), coalesce(y.sale_days, 0), coalesce(y.stock_days, 0),
             coalesce(f.sale_lines, 0), coalesce(f.named_lines, 0), coalesce(f.product_lines, 0), coalesce(f.linked_lines, 0), b.lots, b.balanced_lots,
             coalesce(c.corrections, 0)
        from master.distributor d
        left join arrival a on a.distributor_code = d.code
        left join figure f on f.distributor_id = d.id
        left join days y on y.distributor_id = d.id
        left join correction c on c.distributor_id = d.id
        left join balance b on b.distributor_id = d.id
       where (asked is null or d.id = asked)
         and (f.distributor_id is not null or y.distributor_id is not null or exists (
           select 1 from ledger.source s join master.distributor m on m.code = s.sender where d.id = coalesce(m.survivor_id, m.id) and s.enabled))
    $$;

    create view pub_v1.scorecard as
      select m.month, d.code as distributor_code, d.name as distributor_name, c.expected, c.on_time, c.late, c.sale_days, c.stock_days, c.sale_lines,
             c.named_lines, c.product_lines, c.linked_lines, c.lots, c.balanced_lots, c.corrections
        from (select distinct month from figures.counted) m
        cross join lateral figures.scorecard_month(m.month, null, now()) c
        join master.distributor d on d.id = c.distributor_id`);
}

/** Keys, days and sizes of lines, each in order of days. */
const inOrder = `array_agg(key order by business_date, key collate "C") as keys, array_agg(business_date order by business_date, key collate "C") as days,
               array_agg(abs(quantity) order by business_date, key collate "C") as quantities`;

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop view pub_v1.scorecard, pub_v1.chain_check;
    drop function figures.scorecard_month(date, integer, timestamptz);
    drop function figures.expected_delivery(date, timestamptz);
    drop function figures.chain_month(date, integer);
    drop function figures.consume(date[], numeric[], date[], numeric[], integer)`);
}
