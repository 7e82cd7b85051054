import type { z } from 'zod';
import type { Connector, SourceIo } from '../../src/journey/collect/connector.js';
import { observePulls, windowOf } from '../../src/journey/collect/observe-pull.js';
import { type PullWindow, pullWindows } from '../../src/journey/collect/pull-windows.js';
import { pullHeadLine } from '../../src/journey/decode/pull-head.js';
import { HubError } from '../../src/model/hub-error.js';
import { message } from '../../src/model/message.js';
import { cellText } from './cell-text.js';
import { type FarDatabase, openFarDatabase } from './far-database.js';
import { sourceSettings } from './presets/presets.js';
import type { DatabaseSettings, Feed } from './settings.js';

const chunkChars = 64 * 1024;

/** The sender's database, read by SQL: each feed and business day lands as a file of its own, one row per line. */
const database: Connector<DatabaseSettings> = {
  name: 'database',
  settings: sourceSettings as unknown as z.ZodType<DatabaseSettings>,
  secrets: ['password', 'ca'],

  async check(settings, io) {
    const far = await connected(settings, io);
    for (const feed of settings.feeds) await titlesOf(far, pullWindows(feed, io.now()).at(-1)!, io);
  },

  async *list(settings, io) {
    await connected(settings, io);
    yield* observePulls(settings.feeds, io.now(), ({ sql, order_by, columns }) => [sql, order_by, columns]);
  },

  async *fetch(observed, settings, io) {
    const far = await connected(settings, io);
    const window = windowOf(observed, settings.feeds, io.now());
    if (!window) throw new HubError('config', message('connect.feed-gone', { source: io.source, name: observed.name }));
    const { feed, day, values } = window;
    const columns = await titlesOf(far, window, io);
    yield Buffer.from(
      pullHeadLine({
        columns,
        ...(day !== null && { covers: { from: day, to: day } }),
        asked: { engine: settings.engine, feed: feed.name, sql: feed.sql, values },
      }),
    );
    let text = '';
    let count = 0;
    for await (const row of far.rows(`select * from (${feed.sql}) q order by ${feed.order_by.map(quoted(settings)).join(', ')}`, values)) {
      if (++count > feed.max_rows) throw tooMany(feed, io);
      text += `${JSON.stringify(Object.fromEntries(columns.map((column) => [column, cellText(row[column], settings.legacy_text)])))}\n`;
      if (text.length < chunkChars) continue;
      yield Buffer.from(text);
      text = '';
    }
    if (text !== '') yield Buffer.from(text);
  },

  async close(_settings, io) {
    (io.session.get('database') as FarDatabase | undefined)?.close();
    io.session.delete('database');
  },
};
export default database;

async function connected(settings: DatabaseSettings, io: SourceIo): Promise<FarDatabase> {
  const open = io.session.get('database') as FarDatabase | undefined;
  if (open && !open.isOver()) return open;
  const far = await openFarDatabase(settings, io);
  io.session.set('database', far);
  return far;
}

/** The titles of a window's answer; its order columns must be among them. */
async function titlesOf(far: FarDatabase, { feed, values }: PullWindow<Feed>, io: SourceIo): Promise<readonly string[]> {
  const titles = (await far.titles(feed.sql, values)) ?? feed.columns ?? [];
  const missing = [...feed.order_by, ...(feed.columns ?? [])].filter((column) => !titles.includes(column));
  if (missing.length === 0) return titles;
  const told = { source: io.source, feed: feed.name, missing: missing.join(', '), found: titles.join(', ') };
  throw new HubError('config', message('connect.columns-missing', told));
}

function quoted({ engine }: DatabaseSettings): (column: string) => string {
  const [open, close] = engine === 'mysql' ? ['`', '`'] : engine === 'sqlserver' ? ['[', ']'] : ['"', '"'];
  return (column) => `${open}${column.replaceAll(close, close + close)}${close}`;
}

function tooMany(feed: Feed, io: SourceIo): HubError {
  return new HubError('config', message('connect.too-many-rows', { source: io.source, feed: feed.name, limit: feed.max_rows }));
}
