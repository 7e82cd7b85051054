import type { Database } from '../src/db/database.js';

// What counts in which month, worked out anew from copies of all lines made when months were closed: the difference between a closing and
// the one before it, line by line, counts in the first month that was open then.

/** Copies the lines that are active now, for a month that is closed now. */
export async function copyClosing(database: Database, month: string): Promise<void> {
  await database.raw(`
    create table if not exists public.closing_copy (no integer, through date);
    create table if not exists public.line_copy as select 0 as no, l.* from flow.line l limit 0`);
  await database.raw(`insert into public.closing_copy select count(*) + 1, ?::date from public.closing_copy`, [`${month}-01`]);
  await database.raw(`insert into public.line_copy select (select max(no) from public.closing_copy), l.* ${activeLines}`);
}

/** Forgets the last copy, as reopening does. */
export async function dropClosing(database: Database): Promise<void> {
  await database.raw(`
    delete from public.line_copy where no = (select max(no) from public.closing_copy);
    delete from public.closing_copy where no = (select max(no) from public.closing_copy)`);
}

/** The months of sales and purchases as `pub_v1.figure_month` should have them, in its columns. */
export async function countedFromCopies(database: Database): Promise<object[]> {
  await database.raw(`create table if not exists public.closing_copy (no integer, through date);
    create table if not exists public.line_copy as select 0 as no, l.* from flow.line l limit 0`);
  const { rows } = await database.raw(`
    with state as (
      select no, through, lag(through) over (order by no) as before from (
        select no, through from public.closing_copy union all select coalesce(max(no), 0) + 1, 'infinity' from public.closing_copy) c
    ), copied as (
      select * from public.line_copy union all select (select max(no) from state), l.* ${activeLines}
    ), signed as (
      select 1 as sign, case when s.before is null or l.actual_month > s.before then l.actual_month else (s.before + interval '1 month')::date end as counts_in, l.*
        from state s join copied l on l.no = s.no and l.actual_month <= s.through
      union all
      select -1, (s.before + interval '1 month')::date, l.* from state s join copied l on l.no = s.no - 1 and l.actual_month <= s.before
    ), meant as (
      select l.*, d.code as distributor_code, o.code as partner_code, p.code as product_code,
             case when l.kind = 's' and x.distributor_id is null then t.code end as terminal_code,
             case when l.kind <> 's' then null when x.distributor_id is not null then 'distributor' when t.id is not null then 'terminal' else 'unknown' end as buyer_kind
        from signed l
        join master.distributor kd on kd.id = l.distributor_id join master.distributor d on d.id = coalesce(kd.survivor_id, kd.id)
        left join matching.link k on k.raw_name_id = l.raw_name_id and l.business_date >= k.valid_from and l.business_date < k.valid_until
        left join master.terminal kt on kt.id = k.terminal_id left join master.terminal t on t.id = coalesce(kt.survivor_id, kt.id)
        left join matching.product_meant pk on pk.raw_product_id = l.raw_product_id left join master.product p on p.id = pk.product_id
        left join matching.distributor_name x on x.raw_name_id = l.raw_name_id and l.business_date >= x.valid_from and l.business_date < x.valid_until
        left join master.distributor o on o.id = x.distributor_id
    )
    select case kind when 's' then 'sale' else 'purchase' end as kind, buyer_kind, counts_in as counted_month, actual_month, distributor_code, terminal_code, partner_code,
           product_code, sum(sign)::text as line_count, trim_scale(sum(sign * base_quantity))::text as base_quantity,
           case when sum(sign) filter (where amount is not null) <> 0 or sum(sign * amount) <> 0 then trim_scale(sum(sign * amount))::text end as amount
      from meant group by 1, 2, 3, 4, 5, 6, 7, 8
    having sum(sign) <> 0 or sum(sign * base_quantity) <> 0 or sum(sign * amount) <> 0 order by 1, 2, 3, 4, 5, 6, 7, 8`);
  return rows;
}

const activeLines = `from flow.line l join ledger.generation g on g.id = l.generation_id and g.state = 'active' where l.kind <> 'k'`;
