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
    -- A generation that comes and goes at once has grown: rows of quarantine were put beside its lines.
    create temp table closed_work on commit drop as
      select generation_id, business_date, sum(sign)::integer as sign, sum(sign * row_count)::integer as more
        from figure_work join closed_cell using (distributor_id, month) where kind <> 'stock' group by 1, 2;
    analyze closed_work`);
  return true;
}

/** Puts what has changed in closed months into the first month that is open. */
export async function countLate(client: pg.Client): Promise<void> {
  await client.query(`
    create temp table closed_change on commit drop as
      select w.business_date, l.distributor_id, l.kind, coalesce(l.raw_name_id, 0) as raw_name_id, l.raw_product_id, ${sumsOf('w.sign', 'l')}
        from closed_work w join flow.line l on l.generation_id = w.generation_id and l.business_date = w.business_date
       where w.sign <> 0 group by 1, 2, 3, 4, 5
      union all
      select w.business_date, l.distributor_id, l.kind, coalesce(l.raw_name_id, 0), l.raw_product_id, ${sumsOf('1', 'l')}
        from closed_work w
       cross join lateral (
         select l.* from flow.line l join ledger.quarantine q on q.part_id = l.part_id and q.row_no = l.row_no and q.state = 'replayed'
          where l.generation_id = w.generation_id and l.business_date = w.business_date order by q.resolved_at desc, q.id desc limit greatest(w.more, 0)) l
       where w.sign = 0 group by 1, 2, 3, 4, 5;
    -- Whatever the lines do not tell, because they are gone or a sum was wrong, is put on the first of the month.
    insert into closed_change
      select month, distributor_id, kind, raw_name_id, raw_product_id, sum(lines), sum(quantity), sum(amount), sum(priced)
        from (select month, distributor_id, kind, raw_name_id, raw_product_id, lines, quantity, amount, priced
                from figures.name_month join closed_cell using (distributor_id, month)
              union all
              select month, distributor_id, kind, raw_name_id, raw_product_id, -lines, -quantity, -amount, -priced from closed_before
              union all
              select date_trunc('month', business_date)::date, distributor_id, kind, raw_name_id, raw_product_id, -lines, -quantity, -amount, -priced
                from closed_change) d
       group by 1, 2, 3, 4, 5 having (sum(lines), sum(quantity), sum(amount), sum(priced)) <> (0, 0, 0, 0);
    insert into figures.late_sum as s (counted_month, business_date, month, distributor_id, kind, raw_name_id, raw_product_id, lines, quantity, amount, priced)
      select (figures.closed_through() + interval '1 month')::date, business_date, date_trunc('month', business_date)::date, distributor_id, kind, raw_name_id,
             raw_product_id, sum(lines), sum(quantity), sum(amount), sum(priced)
        from closed_change group by 1, 2, 3, 4, 5, 6, 7 having (sum(lines), sum(quantity), sum(amount), sum(priced)) <> (0, 0, 0, 0)
      ${addToLate};
    ${forgetNothing}`);
}

const sumsOf = (sign: string, line: string): string => `
  sum(${sign})::integer as lines, sum(${sign} * ${line}.base_quantity) as quantity, coalesce(sum(${sign} * ${line}.amount), 0) as amount,
  coalesce(sum(${sign}) filter (where ${line}.amount is not null), 0)::integer as priced`;

/** SQL: what is already late in that month is added to. */
export const addToLate = `
  on conflict (counted_month, business_date, distributor_id, kind, raw_name_id, raw_product_id) do update
    set lines = s.lines + excluded.lines, quantity = s.quantity + excluded.quantity, amount = s.amount + excluded.amount, priced = s.priced + excluded.priced`;

/** SQL: a change that was taken back is none. */
export const forgetNothing = 'delete from figures.late_sum where lines = 0 and quantity = 0 and amount = 0 and priced = 0';
