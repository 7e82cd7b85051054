import type pg from 'pg';

// Late changes of closed months, within a refresh: `noteClosed` before the sums are touched, `countLate` after. The difference of each
// sum is known exactly; on which day it came about is read from the lines that came and went.

/** Keeps what the sums of closed months are, and which generations come and go. Returns whether any closed month is looked at. */
export async function noteClosed(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ any: boolean }>(
    'select exists (select 1 from figure_cell where month <= figures.closed_through()) as any',
  );
  if (!rows[0]!.any) return false;
  await client.query(`
    create temp table closed_cell on commit drop as select distributor_id, month from figure_cell where month <= figures.closed_through();
    create temp table closed_before on commit drop as
      select m.* from figures.name_month m join closed_cell using (distributor_id, month);
    -- released: rows of quarantine that were put beside the lines of a counted generation since. One that both comes and goes has only those.
    create temp table closed_work on commit drop as
      select w.generation_id, w.business_date, w.month, sum(w.sign)::integer as sign,
             (case when min(w.sign) < 0 then coalesce(max(g.row_count), 0) - max(w.row_count) filter (where w.sign < 0) else 0 end)::integer as released
        from figure_work w join closed_cell using (distributor_id, month) left join ledger.generation g on g.id = w.generation_id
       where w.kind <> 'stock' group by 1, 2, 3;
    create temp table closed_change (business_date date, distributor_id integer, kind "char", raw_name_id bigint, raw_product_id bigint,
                                     lines integer, quantity numeric, amount numeric, priced integer) on commit drop;
    analyze closed_work`);
  return true;
}

/** Puts what has changed in closed months into the first month that is open. */
export async function countLate(client: pg.Client): Promise<void> {
  const { rows: months } = await client.query<{ month: string }>('select distinct month::text as month from closed_work order by 1');
  for (const { month } of months) await client.query(readChanges(month));
  // What the lines do not tell, because they are gone, is put on the last day of that name and product that they do tell of.
  await client.query(`
    insert into closed_change
      select coalesce(max(told_on), month), distributor_id, kind, raw_name_id, raw_product_id, sum(lines), sum(quantity), sum(amount), sum(priced)
        from (select month, null::date as told_on, distributor_id, kind, raw_name_id, raw_product_id, lines, quantity, amount, priced
                from figures.name_month join closed_cell using (distributor_id, month)
              union all
              select month, null, distributor_id, kind, raw_name_id, raw_product_id, -lines, -quantity, -amount, -priced from closed_before
              union all
              select date_trunc('month', business_date)::date, business_date, distributor_id, kind, raw_name_id, raw_product_id, -lines, -quantity, -amount, -priced
                from closed_change) d
       group by month, distributor_id, kind, raw_name_id, raw_product_id having (sum(lines), sum(quantity), sum(amount), sum(priced)) <> (0, 0, 0, 0);
    ${addLate(`
      select (figures.closed_through() + interval '1 month')::date, business_date, date_trunc('month', business_date)::date, distributor_id, kind, raw_name_id,
             raw_product_id, sum(lines), sum(quantity), sum(amount), sum(priced)
        from closed_change group by 1, 2, 3, 4, 5, 6, 7 having (sum(lines), sum(quantity), sum(amount), sum(priced)) <> (0, 0, 0, 0)`)};
    ${dropEmptyLate}`);
}

/** The month is a constant in the text, so that only its partition is read. */
function readChanges(month: string): string {
  const inMonth = `l.business_date >= date '${month}' and l.business_date < date '${month}' + interval '1 month'`;
  const sums = (sign: string) =>
    `${sign} * count(*), ${sign} * sum(l.base_quantity), ${sign} * coalesce(sum(l.amount), 0), ${sign} * count(l.amount)`;
  return `
    insert into closed_change
      select l.business_date, l.distributor_id, l.kind, coalesce(l.raw_name_id, 0), l.raw_product_id, ${sums('w.sign')}
        from closed_work w join flow.line l on l.generation_id = w.generation_id and ${inMonth}
       where w.month = date '${month}' and w.sign <> 0 group by w.sign, 1, 2, 3, 4, 5
      union all
      select l.business_date, l.distributor_id, l.kind, coalesce(l.raw_name_id, 0), l.raw_product_id, ${sums('1')}
        from closed_work w
       cross join lateral (
         select l.* from flow.line l join ledger.quarantine q on q.part_id = l.part_id and q.row_no = l.row_no and q.state = 'replayed'
          where l.generation_id = w.generation_id and ${inMonth} order by q.resolved_at desc, q.id desc limit w.released) l
       where w.month = date '${month}' and w.sign <= 0 and w.released > 0 group by 1, 2, 3, 4, 5`;
}

/** SQL that adds rows of late changes, `select` in the order of `lateColumns`, to what is late already. */
export const addLate = (select: string): string => `
  insert into figures.late_sum as s (${lateColumns}) ${select}
  on conflict (counted_month, business_date, distributor_id, kind, raw_name_id, raw_product_id) do update
    set lines = s.lines + excluded.lines, quantity = s.quantity + excluded.quantity, amount = s.amount + excluded.amount, priced = s.priced + excluded.priced`;

const lateColumns =
  'counted_month, business_date, month, distributor_id, kind, raw_name_id, raw_product_id, lines, quantity, amount, priced';

/** SQL: a change that was taken back is none. */
export const dropEmptyLate = 'delete from figures.late_sum where lines = 0 and quantity = 0 and amount = 0 and priced = 0';
