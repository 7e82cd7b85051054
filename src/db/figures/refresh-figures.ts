import type pg from 'pg';
import type { Database } from '../database.js';
import { transact, withClient } from '../with-client.js';
import { countLate, noteClosed } from './count-late.js';

export interface Refreshed {
  /** Distributors' months that were looked at. */
  readonly cells: number;
  readonly added: number;
  readonly removed: number;
  /** Lines of facts that were read for it. */
  readonly lines: number;
}

/**
 * Brings the monthly sums in line with the generations that are active now, for all months that a switch has touched since: adds
 * what became active, takes off what no longer is. A month where that is as much work as all of it, or where lines to be taken off
 * have changed or are gone, is summed anew. One refresh at a time, in one transaction: a reader sees everything before or after it.
 * `everything` looks at all months, whether marked or not.
 */
export function refreshFigures(database: Database, { everything = false } = {}): Promise<Refreshed> {
  return alone(database, (client) => bringUpToDate(client, everything));
}

/** Refreshes when there is something to do and no delivery waits to be loaded: for those who look every few seconds. */
export async function refreshWhenQuiet(database: Database): Promise<void> {
  const { rows } = await database.raw<{ rows: { due: boolean }[] }>(
    `select exists (select 1 from figures.touched)
        and not exists (select 1 from ledger.stage_exec where stage = 'load' and state in ('ready', 'running')) as due`,
  );
  if (rows[0]!.due) await refreshFigures(database);
}

/** Sums everything anew. Returns the number of sums that were wrong before; a sound hub answers 0. What came late for closed months stays late. */
export function rebuildFigures(database: Database): Promise<number> {
  return alone(database, async (client) => {
    const keep = ['counted', 'name_month', 'lot_sum'] as const;
    for (const table of keep) await client.query(`create temp table ${table}_before on commit drop as select * from figures.${table}`);
    await bringUpToDate(client, false); // What a switch has changed is late; what is wrong beside it never was.
    await client.query(`
      drop table if exists figure_mark, figure_cell, figure_active, figure_work;
      delete from figures.counted; delete from figures.name_month; delete from figures.lot_sum`);
    await client.query(collectCells(true));
    await client.query(planWork);
    await sumMonths(client);
    await client.query(settle);
    const differing = keep.map(
      (table) => `select count(*) as rows from (select * from ${table}_before except select * from figures.${table}) a
        union all select count(*) from (select * from figures.${table} except select * from ${table}_before) b`,
    );
    const { rows } = await client.query<{ wrong: number }>(`select sum(rows)::integer as wrong from (${differing.join(' union all ')}) d`);
    return rows[0]!.wrong;
  });
}

/** What a refresh does, inside its transaction and with its lock. */
export async function bringUpToDate(client: pg.Client, everything: boolean): Promise<Refreshed> {
  await client.query(collectCells(everything));
  const { rows: cells } = await client.query<{ cells: number; marks: number }>(
    'select count(*)::integer as cells, (select count(*) from figure_mark)::integer as marks from figure_cell',
  );
  if (cells[0]!.marks === 0 && cells[0]!.cells === 0) return { cells: 0, added: 0, removed: 0, lines: 0 };
  await client.query(planWork);
  const hasClosed = await noteClosed(client);
  await client.query(forgetCells);
  await sumMonths(client);
  if (hasClosed) await countLate(client);
  await client.query(settle);
  const { rows } = await client.query<{ added: number; removed: number; lines: number }>(
    `select count(*) filter (where sign > 0)::integer as added, count(*) filter (where sign < 0)::integer as removed,
            coalesce(sum(row_count), 0)::integer as lines from figure_work`,
  );
  return { cells: cells[0]!.cells, ...rows[0]! };
}

async function sumMonths(client: pg.Client): Promise<void> {
  const { rows: months } = await client.query<{ month: string }>('select distinct month::text as month from figure_work order by 1');
  for (const { month } of months) await client.query(sumMonth(month));
}

// The lock is taken before the snapshot, so that the snapshot holds what the one before wrote.
/** One at a time: everything that writes figures, in one transaction that a reader sees all or nothing of. */
export function alone<Result>(database: Database, work: (client: pg.Client) => Promise<Result>): Promise<Result> {
  return withClient(database, async (client) => {
    await client.query(`select pg_advisory_lock(hashtext('huiliu.figures'))`);
    try {
      return await transact(client, work, `begin isolation level repeatable read; set local work_mem = '64MB'; set local jit = off`);
    } finally {
      await client.query(`select pg_advisory_unlock(hashtext('huiliu.figures'))`).catch(() => undefined);
    }
  });
}

/** Which distributors' months to look at, and the marks that are settled by it. Marks that come later are not seen, so they stay. */
function collectCells(everything: boolean): string {
  const all = `union select sender, date_trunc('month', business_date)::date from ledger.generation union select d.code, c.month from figures.counted c join master.distributor d on d.id = c.distributor_id`;
  return `
    create temp table figure_mark on commit drop as select id, sender, month from figures.touched;
    create temp table figure_cell on commit drop as
      select d.id as distributor_id, m.sender, m.month, false as anew
        from (select sender, month from figure_mark ${everything ? all : ''}) m join master.distributor d on d.code = m.sender
       group by 1, 2, 3;
    analyze figure_cell`;
}

// What is counted and should not be comes off, what is active and not counted comes on. Lines are taken off only when they are
// still those that were counted.
const planWork = `
  create temp table figure_active on commit drop as
    select g.id as generation_id, c.distributor_id, g.kind, g.business_date, c.month, g.row_count
      from figure_cell c
      join ledger.generation g on g.sender = c.sender and g.state = 'active'
       and g.business_date >= c.month and g.business_date < c.month + interval '1 month';
  create temp table figure_work on commit drop as
    select a.*, 1 as sign from figure_active a
     where not exists (select 1 from figures.counted o where o.generation_id = a.generation_id and o.row_count = a.row_count)
    union all
    select o.generation_id, o.distributor_id, o.kind, o.business_date, o.month, o.row_count, -1
      from figure_cell c join figures.counted o on o.distributor_id = c.distributor_id and o.month = c.month
     where not exists (select 1 from figure_active a where a.generation_id = o.generation_id and o.row_count = a.row_count);
  with doing as (
    select distributor_id, month, sum(row_count) as lines from figure_work where kind <> 'stock' group by 1, 2
  ), whole as (
    select distributor_id, month, sum(row_count) as lines from figure_active where kind <> 'stock' group by 1, 2
  ), anew as (
    select d.distributor_id, d.month from doing d left join whole a using (distributor_id, month) where d.lines >= coalesce(a.lines, 0)
    union
    select w.distributor_id, w.month from figure_work w left join ledger.generation g on g.id = w.generation_id
     where w.sign < 0 and (g.id is null or g.retired_at is not null or g.row_count <> w.row_count)
  )
  update figure_cell c set anew = true from anew where anew.distributor_id = c.distributor_id and anew.month = c.month`;

const forgetCells = `
  delete from figures.name_month m using figure_cell c where c.anew and m.distributor_id = c.distributor_id and m.month = c.month;
  delete from figures.lot_sum b using figures.counted o join figure_cell c on c.anew and o.distributor_id = c.distributor_id and o.month = c.month
   where b.generation_id = o.generation_id;
  delete from figures.counted o using figure_cell c where c.anew and o.distributor_id = c.distributor_id and o.month = c.month;
  delete from figure_work w using figure_cell c where c.anew and w.distributor_id = c.distributor_id and w.month = c.month;
  insert into figure_work select a.*, 1 from figure_active a join figure_cell c on c.anew and a.distributor_id = c.distributor_id and a.month = c.month;
  delete from figures.lot_sum b using figure_work w where w.sign < 0 and b.generation_id = w.generation_id;
  delete from figures.counted o using figure_work w where w.sign < 0 and o.generation_id = w.generation_id;
  analyze figure_work`;

/** The month is a constant in the text, so that only its partition is read. */
function sumMonth(month: string): string {
  const lines = `figure_work w join flow.line l on l.generation_id = w.generation_id and l.business_date >= date '${month}' and l.business_date < date '${month}' + interval '1 month'
     where w.month = date '${month}'`;
  return `
    insert into figures.name_month as m (month, distributor_id, kind, raw_name_id, raw_product_id, counted_month, lines, quantity, amount, priced)
      select w.month, l.distributor_id, l.kind, coalesce(l.raw_name_id, 0), l.raw_product_id, l.counted_month,
             sum(w.sign), sum(w.sign * l.base_quantity), coalesce(sum(w.sign * l.amount), 0), coalesce(sum(w.sign) filter (where l.amount is not null), 0)
        from ${lines} and w.kind <> 'stock'
       group by 1, 2, 3, 4, 5, 6
    on conflict (month, distributor_id, kind, raw_name_id, raw_product_id, counted_month) do update
      set lines = m.lines + excluded.lines, quantity = m.quantity + excluded.quantity, amount = m.amount + excluded.amount, priced = m.priced + excluded.priced
      where (excluded.lines, excluded.quantity, excluded.amount, excluded.priced) <> (0, 0, 0, 0);
    delete from figures.name_month where month = date '${month}' and lines = 0;
    insert into figures.lot_sum (generation_id, raw_product_id, lot, lines, quantity, amount, priced)
      select l.generation_id, l.raw_product_id, l.lot, count(*), sum(l.base_quantity), coalesce(sum(l.amount), 0), count(l.amount)
        from ${lines} and w.sign > 0
       group by 1, 2, 3`;
}

const settle = `
  insert into figures.counted (generation_id, distributor_id, kind, business_date, month, row_count)
    select generation_id, distributor_id, kind, business_date, month, row_count from figure_work where sign > 0;
  delete from figures.touched t using figure_mark m where m.id = t.id`;
