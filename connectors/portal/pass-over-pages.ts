import type { SourceIo } from '../../src/journey/collect/connector.js';
import { ExactSum } from '../../src/journey/map/exact-sum.js';
import { readDecimal } from '../../src/journey/map/read-decimal.js';
import { HubError } from '../../src/model/hub-error.js';
import { type Message, message } from '../../src/model/message.js';
import type { ShownTable } from './read-table.js';
import type { Feed } from './settings.js';

/** One page of a grid; `limit` is how many there may be. */
export interface ShownPage extends ShownTable {
  readonly limit: number;
}

interface Pass {
  readonly titles: readonly string[] | null;
  readonly rows: readonly (readonly string[])[];
  readonly pages: number;
  /** Why it cannot be believed; null when nothing speaks against it. */
  readonly doubt: Message | null;
}

const mostPasses = 4;

/**
 * All rows of a paged grid, as of one moment. Rows that come or go while we turn the pages would be missed or taken twice, so a pass
 * counts only when every page says the same about the whole (count, total) and the rows bear it out. A grid of several pages that
 * says nothing about the whole is read until two passes in a row are equal.
 */
export async function passOverPages(
  feed: Feed,
  io: SourceIo,
  start: () => Promise<AsyncGenerator<ShownPage>>,
): Promise<Pick<Pass, 'titles' | 'rows'>> {
  const saysWhole = feed.table?.count !== undefined || (feed.table?.total?.columns.length ?? 0) > 0 || feed.json?.total_at !== undefined;
  let before: string | null = null;
  let doubt: Message | null = null;
  for (let times = 1; times <= mostPasses; times++) {
    const pass = await onePass(feed, io, await start());
    const rows = JSON.stringify(pass.rows);
    const isSame = rows === before;
    if (pass.doubt === null && (saysWhole || pass.pages === 1 || isSame)) return pass;
    doubt = pass.doubt ?? moving(feed, io, `${times}`);
    // It stands still and still does not agree: reading on will not help.
    if (isSame) break;
    before = rows;
  }
  throw new HubError('transient', doubt!);
}

async function onePass(feed: Feed, io: SourceIo, pages: AsyncGenerator<ShownPage>): Promise<Pass> {
  const total = feed.table?.total;
  const rows: (readonly string[])[] = [];
  let titles: readonly string[] | null = null;
  let whole: Pick<ShownPage, 'count' | 'total'> = { count: null, total: null };
  let doubt: Message | null = null;
  let number = 0;
  let last = '';
  for await (const page of pages) {
    number++;
    if (number > 1 && number > page.limit) throw fault('config', 'portal.too-many-pages', { limit: page.limit });
    const shown = JSON.stringify(page.rows);
    if (number > 1 && page.rows.length > 0 && shown === last)
      throw fault('source-data', 'connect.page-repeated', { where: feed.name, count: rows.length });
    last = shown;
    titles ??= page.titles;
    rows.push(...page.rows);
    if (rows.length > feed.max_rows) throw fault('config', 'connect.too-many-rows', { limit: feed.max_rows });
    if (whole.count !== null && page.count !== null && whole.count !== page.count)
      doubt ??= moving(feed, io, `${whole.count} → ${page.count}`);
    if (total?.of === 'page') doubt ??= disagreement(feed, page.titles, page.rows, page.total, io);
    else if (whole.total && page.total && whole.total.join() !== page.total.join())
      doubt ??= moving(feed, io, `${whole.total.join(' ')} → ${page.total.join(' ')}`);
    whole = { count: page.count ?? whole.count, total: page.total ?? whole.total };
  }
  if (whole.count !== null && whole.count !== rows.length)
    doubt ??= message('connect.total-differs', { source: io.source, where: feed.name, total: whole.count, count: rows.length });
  if (total?.of === 'all') doubt ??= disagreement(feed, titles, rows, whole.total, io);
  return { titles, rows, pages: number, doubt };

  function fault(
    errorClass: 'config' | 'source-data',
    code: Parameters<typeof message>[0],
    values: Record<string, string | number>,
  ): HubError {
    return new HubError(errorClass, message(code, { source: io.source, feed: feed.name, ...values }));
  }
}

const moving = (feed: Feed, io: SourceIo, cause: string): Message =>
  message('portal.pages-moving', { source: io.source, feed: feed.name, times: mostPasses, cause });

/** What the row that sums up says against the rows; null when it agrees. */
function disagreement(
  feed: Feed,
  titles: readonly string[] | null,
  rows: readonly (readonly string[])[],
  total: readonly string[] | null,
  io: SourceIo,
): Message | null {
  const { label, columns } = feed.table!.total!;
  if (total === null)
    return rows.length === 0 ? null : message('portal.total-missing', { source: io.source, page: feed.name, rows: rows.length, label });
  for (const column of columns) {
    const at = titles?.indexOf(column) ?? -1;
    if (at < 0) {
      const told = { source: io.source, page: feed.name, missing: column, found: titles?.join(', ') ?? '' };
      throw new HubError('config', message('portal.columns-missing', told));
    }
    const sum = new ExactSum();
    for (const row of rows) {
      const value = readDecimal(row[at] ?? '');
      if (value !== null) sum.add(value);
    }
    // Where its label lies over several columns without saying so, the row is shorter: figures are counted from the right.
    const stated = readDecimal(total[total.length - (titles!.length - at)] ?? '');
    if (stated !== sum.value())
      return message('portal.total-differs', { source: io.source, column, label, sum: sum.value(), stated: stated ?? '—' });
  }
  return null;
}
