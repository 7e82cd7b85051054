import { rm } from 'node:fs/promises';
import type excel from 'exceljs';
import type pg from 'pg';
import { addUp } from '../db/figures/figure-answers.js';
import { type FigureQuestion, resolveQuestion } from '../db/figures/figure-question.js';
import { readBalance, readSpans } from '../db/figures/read-balance.js';
import { readChain } from '../db/figures/read-chain.js';
import { readClosedAt } from '../db/figures/read-closings.js';
import { countLateOf, streamLate } from '../db/figures/read-late.js';
import { readDistributorMonths, streamMonth } from '../db/figures/read-month.js';
import { readScorecards } from '../db/figures/read-scorecard.js';
import { safeText } from '../model/safe-text.js';
import { shanghaiMoment } from '../model/shanghai-moment.js';
import { kindWord } from './commands/figures/kind-word.js';
import { openNew } from './save-file.js';
import type { Text, TextKey } from './text.js';

/** A spreadsheet program takes no more rows in a sheet than 1,048,576. */
const mostRows = 1_000_000;
type Cell = string | number | null;

/**
 * Writes the figures of a month row by row, so that a million of them need little memory; more go to a further sheet. Returns how many
 * figures there are. A file that is there stays, unless `force`; one that could not be finished is removed.
 */
export async function writeFiguresWorkbook(
  path: string,
  client: pg.Client,
  question: FigureQuestion,
  text: Text,
  { force }: { force: boolean },
): Promise<number> {
  const file = await openNew(path, { force });
  try {
    const stream = file.createWriteStream();
    const { default: exceljs } = await import('exceljs');
    const book = new exceljs.stream.xlsx.WorkbookWriter({ stream, useStyles: true, useSharedStrings: false });
    const rows = await writeSheets(book, client, question, text);
    await book.commit();
    await new Promise<void>((done, failed) => (stream.closed ? done() : stream.once('close', done).once('error', failed)));
    return rows;
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(path, { force: true });
    throw error;
  }
}

async function writeSheets(
  book: excel.stream.xlsx.WorkbookWriter,
  client: pg.Client,
  question: FigureQuestion,
  text: Text,
): Promise<number> {
  const ids = await resolveQuestion(client, question);
  const sheet = (name: TextKey, titles: readonly TextKey[]) =>
    addSheet(
      book,
      text(name),
      titles.map((title) => text(title)),
    );

  const closedAt = await readClosedAt(client, question.month);
  const { wentOut } = await countLateOf(client, question);
  const about = book.addWorksheet(text('figures.sheet-about'));
  about.columns = [{ width: 16 }, { width: 100 }];
  for (const row of [
    [text('figures.about-month'), question.month],
    [text('figures.about-by'), text(`figures.about-by-${question.by}`)],
    [text('figures.about-closed'), closedAt ? text('figures.is-closed', { at: shanghaiMoment(closedAt) }) : text('figures.about-open')],
    ...(wentOut > 0 ? [['', text('figures.late-out', { count: wentOut, month: question.month })]] : []),
    [text('figures.about-written'), shanghaiMoment(new Date())],
    ['', text('figures.notes')],
    ['', text('figures.about-exact')],
  ])
    about.addRow(row).commit();
  about.commit();

  const distributors = await readDistributorMonths(client, question);
  const summary = sheet('figures.sheet-summary', [
    ...([
      'figures.col-distributor',
      'figures.col-distributor-name',
      'figures.col-sell-out',
      'figures.col-sell-out-amount',
      'figures.col-transfers',
    ] as const),
    ...(['figures.col-transfers-amount', 'figures.col-unknown', 'figures.col-unknown-amount', 'figures.col-purchases'] as const),
    ...(['figures.col-purchases-amount', 'figures.col-stock', 'figures.col-stock-on'] as const),
  ]);
  for (const one of [...distributors, { distributor: text('figures.total'), distributorName: '', stockOn: null, ...addUp(distributors) }])
    summary.add([
      ...[one.distributor, one.distributorName, exact(one.sellOut.quantity), exact(one.sellOut.amount), exact(one.transfers.quantity)],
      ...[exact(one.transfers.amount), exact(one.unknown.quantity), exact(one.unknown.amount), exact(one.purchases.quantity)],
      ...[exact(one.purchases.amount), exact(one.stock.quantity), one.stockOn],
    ]);
  summary.end();

  const rows = await writeRows();

  const late = growing('figures.sheet-late', [
    ...(['figures.col-counted', 'figures.col-actual', 'figures.col-day', 'figures.col-kind', 'figures.col-distributor'] as const),
    ...(['figures.col-distributor-name', 'figures.col-raw-name', 'figures.col-terminal', 'figures.col-terminal-name'] as const),
    ...(['figures.col-partner', 'figures.col-partner-name', 'figures.col-product', 'figures.col-product-name'] as const),
    ...(['figures.col-raw-product', 'figures.col-raw-spec', 'figures.col-lines', 'figures.col-quantity', 'figures.col-amount'] as const),
    'figures.col-deliveries',
  ]);
  for await (const page of streamLate(client, question))
    for (const one of page)
      late.add([
        ...[one.countedMonth, one.actualMonth, one.businessDate, kindWord(one, text), one.distributor, one.distributorName, one.rawName],
        ...[one.terminal, one.terminalName, one.partner, one.partnerName, one.product, one.productName, one.rawProduct, one.rawSpec],
        ...[one.lines, exact(one.quantity), exact(one.amount), one.deliveries.join(' ')],
      ]);
  late.end();

  const spans = new Map((await readSpans(client, ids)).map((span) => [span.distributor, span]));
  const balance = sheet('figures.sheet-balance', [
    ...([
      'figures.col-distributor',
      'figures.col-opening-on',
      'figures.col-closing-on',
      'figures.col-product',
      'figures.col-product-name',
    ] as const),
    ...([
      'figures.col-spec',
      'figures.col-lot',
      'figures.col-opening',
      'figures.col-purchases',
      'figures.col-sales',
      'figures.col-transfers',
    ] as const),
    ...(['figures.col-expected', 'figures.col-closing', 'figures.col-difference'] as const),
  ]);
  for (const one of await readBalance(client, ids))
    balance.add([
      ...[
        one.distributor,
        spans.get(one.distributor)?.openingOn ?? null,
        spans.get(one.distributor)?.closingOn ?? null,
        one.product,
        one.productName,
      ],
      ...[one.spec, one.lot, exact(one.opening), exact(one.purchases), exact(one.sales), exact(one.transfers)],
      ...[exact(one.expected), exact(one.closing), exact(one.difference)],
    ]);
  balance.end();

  const chain = sheet('figures.sheet-chain', [
    ...([
      'figures.col-state',
      'figures.col-distributor',
      'figures.col-day',
      'figures.col-supplier',
      'figures.col-upstream',
      'figures.col-product',
    ] as const),
    ...([
      'figures.col-product-name',
      'figures.col-spec',
      'figures.col-lot',
      'figures.col-quantity',
      'figures.col-found',
      'figures.col-key',
    ] as const),
    'figures.col-sale-lines',
  ]);
  for (const one of await readChain(client, ids))
    chain.add([
      ...[
        text(`figures.chain-${one.state}`),
        one.distributor,
        one.businessDate,
        one.supplierName,
        one.upstream,
        one.product,
        one.productName,
      ],
      ...[one.spec, one.lot, exact(one.quantity), exact(one.found), one.key, one.sales.map(({ key }) => key).join(' ')],
    ]);
  chain.end();

  const scorecard = sheet('figures.sheet-scorecard', [
    ...([
      'figures.col-distributor',
      'figures.col-distributor-name',
      'figures.col-expected-deliveries',
      'figures.col-on-time',
      'figures.col-late',
    ] as const),
    ...([
      'figures.col-sale-days',
      'figures.col-stock-days',
      'figures.col-sale-count',
      'figures.col-named-count',
      'figures.col-product-count',
    ] as const),
    ...(['figures.col-linked-count', 'figures.col-lots', 'figures.col-balanced-lots', 'figures.col-corrections'] as const),
  ]);
  for (const one of await readScorecards(client, ids))
    scorecard.add([
      ...[
        one.distributor,
        one.distributorName,
        one.expected,
        one.onTime,
        one.late,
        one.saleDays,
        one.stockDays,
        one.saleLines,
        one.namedLines,
      ],
      ...[one.productLines, one.linkedLines, one.lots, one.balancedLots, one.corrections],
    ]);
  scorecard.end();
  return rows;

  async function writeRows(): Promise<number> {
    const into = growing('figures.sheet-rows', [
      ...(['figures.col-kind', 'figures.col-counted', 'figures.col-actual', 'figures.col-distributor'] as const),
      ...(['figures.col-distributor-name', 'figures.col-terminal', 'figures.col-terminal-name', 'figures.col-partner'] as const),
      ...(['figures.col-partner-name', 'figures.col-product', 'figures.col-product-name', 'figures.col-lines'] as const),
      ...(['figures.col-quantity', 'figures.col-amount'] as const),
    ]);
    for await (const page of streamMonth(client, question))
      for (const one of page)
        into.add([
          ...[kindWord(one, text), one.countedMonth, one.actualMonth, one.distributor, one.distributorName, one.terminal, one.terminalName],
          ...[one.partner, one.partnerName, one.product, one.productName, one.lines, exact(one.quantity)],
          one.amount === null ? null : exact(one.amount),
        ]);
    return into.end();
  }

  /** A sheet that goes on in a further one when it is full. `end` returns how many rows there are. */
  function growing(name: TextKey, titles: readonly TextKey[]) {
    let count = 0;
    let into = sheet(name, titles);
    return {
      add: (cells: readonly Cell[]) => {
        if (count > 0 && count % mostRows === 0) {
          into.end();
          const heads = titles.map((title) => text(title));
          into = addSheet(book, `${text(name)} ${count / mostRows + 1}`, heads);
        }
        count += 1;
        into.add(cells);
      },
      end: () => {
        into.end();
        return count;
      },
    };
  }
}

function addSheet(book: excel.stream.xlsx.WorkbookWriter, name: string, titles: readonly string[]) {
  const sheet = book.addWorksheet(name, { views: [{ state: 'frozen', ySplit: 1 }] });
  sheet.columns = titles.map(() => ({ width: 16 }));
  const head = sheet.addRow([...titles]);
  head.font = { bold: true };
  head.commit();
  return {
    add: (cells: readonly Cell[]) => sheet.addRow(cells.map((cell) => (typeof cell === 'string' ? safeText(cell) : cell))).commit(),
    end: () => sheet.commit(),
  };
}

/** An exact decimal as a cell: a number where a spreadsheet program, which keeps 15 digits, holds it exactly; else its text. */
export function exact(decimal: string): string | number {
  const value = Number(decimal);
  return String(value) === decimal && decimal.replace(/\D/gu, '').length <= 15 ? value : decimal;
}
