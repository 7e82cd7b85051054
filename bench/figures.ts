import { rmSync } from 'node:fs';
import { openHub } from '../src/app/open-hub.js';
import { readSettings } from '../src/app/settings.js';
import type { Database } from '../src/db/database.js';
import { ensurePartitions } from '../src/db/ensure-partitions.js';
import { closeMonth } from '../src/db/figures/close-month.js';
import { answerBalance, answerChain, answerRows, answerScorecard, answerSummary } from '../src/db/figures/figure-answers.js';
import { rebuildFigures, refreshFigures } from '../src/db/figures/refresh-figures.js';
import { project } from './bench-hub.js';
import type { BenchOptions, BenchResult } from './bench-result.js';
import { round } from './measure-night.js';
import { scratchFolder } from './scratch-folder.js';

const [senders, customers, products] = [100, 400, 40];
const month = '2026-10';

/**
 * The monthly sums of a million lines (100 distributors, one month, every day sales, purchases and stock): what one more night costs, what
 * one corrected day costs, against summing up everything anew. The ratio is that of the night. Seconds are those of the clock, the work
 * being PostgreSQL's; each but that of everything is the best of three.
 */
export async function benchFigures({ scale, say }: BenchOptions): Promise<BenchResult> {
  const home = scratchFolder('figures');
  const hub = await openHub(readSettings({ ...process.env, HUILIU_HOME: home }, project));
  const { database } = hub;
  const perDay = Math.max(10, Math.round(200 * scale));
  try {
    await fillMaster(database);
    for (let day = 1; day <= 28; day += 1) await sendDay(database, day, perDay);
    await database.raw('vacuum analyze');
    const first = await timed(() => refreshFigures(database));
    const full = await timed(() => rebuildFigures(database));
    say(`${first.result.lines} lines: first ${first.seconds} s, everything anew ${full.seconds} s, ${full.result} sums were wrong`);
    await database.raw('vacuum analyze figures.name_month, figures.lot_sum, figures.counted');

    const nights = [];
    for (const day of [29, 30, 31]) {
      await sendDay(database, day, perDay);
      nights.push(await timed(() => refreshFigures(database)));
    }
    const night = nights.toSorted((left, right) => left.seconds - right.seconds)[0]!;
    const corrections = [];
    for (const again of [1, 2, 3]) {
      await sendDay(database, 10 + again, perDay, 'b0007', again);
      corrections.push(await timed(() => refreshFigures(database)));
    }
    const correction = corrections.toSorted((left, right) => left.seconds - right.seconds)[0]!;
    say(`a night of ${night.result.lines} lines: ${night.seconds} s; a corrected day of one distributor: ${correction.seconds} s`);

    const question = { month, by: 'counted' } as const;
    const reads = {
      fromFacts: (await best(() => database.raw(fromFacts))).seconds,
      summary: (await best(() => answerSummary(database, question))).seconds,
      summaryOfOne: (await best(() => answerSummary(database, { ...question, distributor: 'b0007' }))).seconds,
      rowsOfOne: (await best(() => answerRows(database, { ...question, distributor: 'b0007' }, { limit: 1000, offset: 0 }))).seconds,
      balanceOfOne: (await best(() => answerBalance(database, { month, distributor: 'b0007' }))).seconds,
      balance: (await best(() => answerBalance(database, { month }))).seconds,
      chain: (await best(() => answerChain(database, { month }))).seconds,
      scorecard: (await best(() => answerScorecard(database, { month }))).seconds,
    };
    const act = { actor: 'bench', isPreview: false };
    const closing = await timed(() => closeMonth(database, { month, note: '' }, act));
    await sendDay(database, 20, perDay, 'b0011', 1);
    const late = await timed(() => refreshFigures(database));
    say(`closing the month: ${closing.seconds} s; a corrected day of one distributor after that: ${late.seconds} s`);
    const afterClosing = {
      closing: closing.seconds,
      lateCorrection: late.seconds,
      summary: (await best(() => answerSummary(database, question))).seconds,
      summaryOfOne: (await best(() => answerSummary(database, { ...question, distributor: 'b0011' }))).seconds,
      nextMonth: (await best(() => answerSummary(database, { month: '2026-11', by: 'counted' }))).seconds,
    };
    const { rows } = await database.raw(
      'select (select count(*)::integer from flow.line) as lines, (select count(*)::integer from figures.name_month) as sums, (select count(*)::integer from figures.lot_sum) as lots',
    );
    return {
      bench: 'figures',
      ratio: round(night.seconds / full.seconds),
      rowsPerSecond: Math.round(night.result.lines / night.seconds),
      peakRssMb: Math.round(process.memoryUsage.rss() / 1e6),
      seconds: night.seconds,
      full: full.seconds,
      correction: correction.seconds,
      ratioOfCorrection: round(correction.seconds / full.seconds),
      nothingToDo: (await best(() => refreshFigures(database))).seconds,
      markMilliseconds: await markCost(database),
      reads,
      afterClosing,
      ...rows[0],
    };
  } finally {
    await hub.close();
    rmSync(home, { recursive: true, force: true });
  }
}

async function timed<Result>(work: () => Promise<Result>): Promise<{ seconds: number; result: Result }> {
  const startedAt = performance.now();
  const result = await work();
  return { seconds: Math.round(performance.now() - startedAt) / 1000, result };
}

async function best<Result>(work: () => Promise<Result>): Promise<{ seconds: number; result: Result }> {
  const tries = [await timed(work), await timed(work), await timed(work)];
  return tries.toSorted((left, right) => left.seconds - right.seconds)[0]!;
}

/** What the mark adds to a switch of generations: milliseconds per load, of 500. */
async function markCost(database: Database): Promise<number> {
  const { seconds } = await timed(() =>
    database
      .transaction(async (trx) => {
        for (let at = 0; at < 500; at += 1)
          await trx.raw(
            `insert into figures.touched (sender, month) select distinct sender, date_trunc('month', business_date)::date from ledger.generation where delivery_id = ?`,
            [at + 1],
          );
        await trx.rollback();
      })
      .catch(() => undefined),
  );
  return Math.round((seconds * 1_000_000) / 500) / 1000;
}

async function fillMaster(database: Database): Promise<void> {
  await database.raw(`
    insert into master.distributor (code, name) select 'b' || lpad(n::text, 4, '0'), '基准商业公司' || n from generate_series(0, ${senders - 1}) n;
    insert into ledger.source (code, sender, connector, settings, expects) select code, code, 'folder', '{}', '{"every": "day"}' from master.distributor;
    insert into ledger.run (kind, business_date) values ('nightly', '2026-10-31');
    insert into master.terminal (code, name, name_key) select 'T' || n, '终端' || n, '终端' || n from generate_series(1, ${(customers * senders) / 4}) n;
    insert into master.product (code, generic_name, spec, name_key) select 'P' || n, '产品' || n, '', '产品' || n from generate_series(0, ${products - 1}) n;
    insert into matching.raw_name (id, distributor_id, role, code, name, address, region)
      select d.id * 1000 + n, d.id, 'buyer', '', case when n = 0 then '基准商业公司' || (d.id % ${senders}) else '客户' || n end, '', ''
        from master.distributor d, generate_series(0, ${customers - 1}) n;
    insert into matching.raw_name (id, distributor_id, role, code, name, address, region)
      select 1000000 + d.id, d.id, 'supplier', '', '基准商业公司' || ((d.id + ${senders} - 2) % ${senders}), '', '' from master.distributor d;
    insert into matching.raw_product (id, distributor_id, code, name, spec, maker)
      select d.id * 1000 + n, d.id, '', '产品' || n, '', '' from master.distributor d, generate_series(0, ${products - 1}) n;
    insert into matching.product_link (raw_product_id, product_id, rule)
      select r.id, p.id, 'exact-generic-name' from matching.raw_product r join master.product p on p.generic_name = r.name;
    insert into matching.batch (kind, actor, by_person) values ('match', 'bench', false);
    insert into matching.decision (raw_name_id, verdict, terminal_id, by_person, actor, batch_id)
      select id, 'auto', 1 + (id * 7) % ${(customers * senders) / 4}, false, 'bench', (select max(id) from matching.batch)
        from matching.raw_name where role = 'buyer' and id % 1000 <> 0;
    insert into matching.link (raw_name_id, decision_id, verdict, terminal_id, by_person) select raw_name_id, id, verdict, terminal_id, false from matching.decision`);
  await ensurePartitions(database, [`${month}-01`]);
}

/** A day of all distributors, or of one again: `again` replaces what it said before. Every third line of a distributor's customers and products repeats. */
async function sendDay(database: Database, day: number, perDay: number, only: string | null = null, again = 0): Promise<void> {
  const date = `${month}-${String(day).padStart(2, '0')}`;
  const kinds = { sale: perDay, purchase: Math.ceil(perDay / 10), stock: Math.ceil(perDay * 0.6) };
  for (const [kind, rows] of Object.entries(kinds)) {
    await database.raw(
      `with sender as (select id, code from master.distributor where :only::text is null or code = :only),
       raw as (insert into ledger.raw_object (sha256, byte_count) select encode(sha256(convert_to(code || :key, 'UTF8')), 'hex'), 1 from sender returning sha256),
       delivery as (
         insert into ledger.delivery (sender, sha256, source_id, name, sent_at, order_key, run_id, state)
         select s.code, encode(sha256(convert_to(s.code || :key, 'UTF8')), 'hex'), o.id, :key, now(), :key, 1, 'loaded'
           from sender s join ledger.source o on o.sender = s.code returning id, sender),
       old as (update ledger.generation g set state = 'superseded' from sender s
                where g.sender = s.code and g.kind = :kind and g.business_date = :date and g.state = 'active'),
       generation as (
         insert into ledger.generation (id, delivery_id, sender, kind, business_date, document, order_key, state, row_count, quantity, amount)
         select nextval('ledger.generation_id_seq'), id, sender, :kind, :date, '', :key, 'superseded', :rows, 0, 0 from delivery returning id, sender),
       line as (
         insert into flow.line (generation_id, part_id, row_no, business_date, kind, distributor_id, raw_name_id, raw_product_id, quantity, unit, factor_numerator,
                                factor_denominator, base_quantity, price, amount, lot, expiry, manufactured_on, doc_no, doc_line, actual_month, counted_month, is_return, is_red_letter)
         select g.id, g.id, n, :date, case :kind when 'sale' then 's' when 'purchase' then 'p' else 'k' end, s.id,
                case :kind when 'sale' then s.id * 1000 + (n * 31 + :day * 13) % ${customers} when 'purchase' then 1000000 + s.id end,
                s.id * 1000 + (n * 17 + :day % 3) % ${products}, 1 + n % 40, '盒', 1, 1, 1 + n % 40, 12.5, (1 + n % 40) * 12.5,
                'L' || (n * 17 + :day % 3) % ${products} || case :kind when 'stock' then n / ${products} else (n % 3) end, '', '', '', '', '${month}-01', '${month}-01', false, false
           from generation g join sender s on s.code = g.sender, generate_series(1, :rows) n)
       insert into figures.touched (sender, month) select code, '${month}-01' from sender`,
      { only, kind, date, day, rows, key: `${date}|${kind}|${again}` },
    );
    await database.raw(`update ledger.generation set state = 'active' where state = 'superseded' and order_key = ?`, [
      `${date}|${kind}|${again}`,
    ]);
  }
}

const fromFacts = `
  select counted_month, distributor_code, terminal_code, product_code, sum(base_quantity), sum(amount) from pub_v1.flow_line
   where kind = 'sale' and buyer_kind = 'terminal' and counted_month = '${month}-01' group by 1, 2, 3, 4 offset 10000000`;
