import { createHash } from 'node:crypto';
import { missingColumns } from '../../connectors/agent/columns.js';
import type { AgentTask } from '../../connectors/agent/settings.js';
import { locatorOf } from '../../connectors/agent/unit.js';
import { cellText } from '../../connectors/database/cell-text.js';
import type { FarDatabase } from '../../connectors/database/far-database.js';
import type { DatabaseSettings } from '../../connectors/database/settings.js';
import { writesIn } from '../journey/collect/read-only-sql.js';
import { addDays } from '../model/add-days.js';
import { HubError } from '../model/hub-error.js';
import { message } from '../model/message.js';
import type { Counter } from './counter.js';
import type { SentState } from './sent-state.js';
import type { Spool } from './spool.js';

export interface ReadTask {
  readonly task: AgentTask;
  readonly settings: DatabaseSettings;
  readonly far: FarDatabase;
  readonly spool: Spool;
  readonly state: SentState;
  readonly counter: Counter;
  /** The day it is at the hub, as far as we know. */
  readonly today: string;
  readonly now: () => Date;
  /** Called for each row and before each day: waits, or throws to stop. */
  readonly pace: { row(): Promise<void>; day(): void };
}

/**
 * Reads the days of a task and spools each branch and day that is not as it was when it was spooled last. A branch known from other days
 * has a unit on every day, so a day that became empty is sent as an empty day. Returns how many rows were read and units spooled.
 */
export async function readTask(given: ReadTask): Promise<{ rows: number; units: number }> {
  const { task, state, today, pace } = given;
  const found = writesIn(task.sql);
  if (found !== null) throw new HubError('config', message('agent.statement-writes', { task: task.name, found }));
  const remembered = state.of(task.name);
  const read: string[] = [];
  let rows = 0;
  let units = 0;
  const days = daysOf(task, today, remembered.settled);
  let tooMany: unknown = null;
  for (const { day, isSettled } of days) {
    pace.day();
    const answer = await readDay(given, day).catch((error: unknown) => {
      // One day that is too large keeps none of the others back.
      if (!(error instanceof HubError) || error.told.code !== 'agent.too-many-rows') throw error;
      tooMany = error;
      return null;
    });
    if (!answer) continue;
    rows += answer.rows;
    remembered.columns = [...answer.columns];
    remembered.branches = [...new Set([...remembered.branches, ...answer.branches.keys()])].toSorted();
    units += spoolDay(given, day, answer);
    if (isSettled) remembered.settled[day] = 1;
    read.push(day);
  }
  units += fillBranches(given, read);
  prune(remembered, addDays(today, -400));
  state.save(task.name);
  if (tooMany !== null) throw tooMany;
  return { rows, units };
}

/** What one day looks like: rows by branch, each sorted, so that the same content is the same bytes whatever the server's order. */
interface DayAnswer {
  readonly columns: readonly string[];
  readonly branches: ReadonlyMap<string, readonly string[]>;
  readonly rows: number;
}

async function readDay(
  { task, settings, far, state, pace }: Omit<ReadTask, 'spool' | 'counter' | 'now' | 'today'>,
  day: string,
): Promise<DayAnswer> {
  const values = { from: day, to: addDays(day, 1) };
  let columns = (await far.titles(task.sql, values)) ?? null;
  if (columns) expectColumns(task, columns);
  const branches = new Map<string, string[]>();
  let rows = 0;
  for await (const row of far.rows(`select * from (${task.sql}) q`, values)) {
    await pace.row();
    if (!columns) {
      columns = Object.keys(row);
      expectColumns(task, columns);
    }
    if (++rows > task.max_rows)
      throw new HubError('config', message('agent.too-many-rows', { task: task.name, day, limit: task.max_rows }));
    const cells = Object.fromEntries(columns.map((column) => [column, cellText(row[column], settings.legacy_text)]));
    const branch = task.branch === undefined ? '' : branchName(cells[task.branch]!);
    const lines = branches.get(branch);
    if (lines) lines.push(JSON.stringify(cells));
    else branches.set(branch, [JSON.stringify(cells)]);
  }
  columns ??= state.of(task.name).columns.length > 0 ? state.of(task.name).columns : null;
  for (const lines of branches.values()) lines.sort();
  return { columns: columns ?? missingColumns(task, []), branches, rows };
}

// As it is, but without what no other database would take.
function branchName(cell: string): string {
  return [...cell.replace(/[\0\p{Cs}]/gu, '')].slice(0, 80).join('');
}

function expectColumns(task: AgentTask, found: readonly string[]): void {
  const missing = missingColumns(task, found);
  if (missing.length === 0) return;
  throw new HubError('config', message('agent.columns-missing', { task: task.name, missing: missing.join(' '), found: found.join(' ') }));
}

function spoolDay(given: ReadTask, day: string, { columns, branches }: DayAnswer): number {
  const known = given.state.of(given.task.name).branches;
  const all = known.length === 0 ? [''] : known;
  return all.filter((branch) => spoolUnit(given, day, branch, columns, branches.get(branch) ?? [])).length;
}

// Branches that showed up on a later day of this reading were not known on the earlier ones: there they are empty.
function fillBranches(given: ReadTask, days: readonly string[]): number {
  const { branches, columns, units } = given.state.of(given.task.name);
  let count = 0;
  for (const day of days)
    for (const branch of branches)
      if (!units[locatorOf({ task: given.task.name, day, branch })] && spoolUnit(given, day, branch, columns, [])) count += 1;
  return count;
}

/** True when the unit is not as it was. The spool is written before the state: a crash in between only sends it once more. */
function spoolUnit(
  { task, settings, spool, state, counter, now }: ReadTask,
  day: string,
  branch: string,
  columns: readonly string[],
  lines: readonly string[],
): boolean {
  const { name, kind, sql } = task;
  const asked = { engine: settings.engine, sql };
  const rows = Buffer.from(lines.map((line) => `${line}\n`).join(''));
  const sha256 = createHash('sha256').update(rows).digest('hex');
  const hash = createHash('sha256')
    .update(JSON.stringify([kind, columns, asked, sha256]))
    .digest('hex');
  const locator = locatorOf({ task: name, day, branch });
  const { units } = state.of(name);
  if (units[locator]?.hash === hash) return false;
  const version = counter.next();
  const readAt = now().toISOString();
  spool.put(
    {
      locator,
      task: name,
      kind,
      branch,
      day,
      columns: [...columns],
      asked,
      version,
      size: rows.length,
      rows: lines.length,
      sha256,
      readAt,
    },
    rows,
  );
  units[locator] = { hash, version };
  return true;
}

function daysOf(task: AgentTask, today: string, settled: Readonly<Record<string, 1>>): { day: string; isSettled: boolean }[] {
  if (task.per === 'today') return [{ day: today, isSettled: false }];
  const last = task.until === 'today' ? today : addDays(today, -1);
  const open = addDays(last, 1 - task.window_days);
  const days: { day: string; isSettled: boolean }[] = [];
  for (let day = task.since && task.since < open ? task.since : open; day <= last; day = addDays(day, 1))
    if (day >= open || !settled[day]) days.push({ day, isSettled: day < open });
  return days;
}

function prune({ units, settled }: { units: Record<string, unknown>; settled: Record<string, unknown> }, before: string): void {
  for (const locator of Object.keys(units)) {
    const day = locator.split('/')[1] ?? '';
    if (day < before && !settled[day]) delete units[locator];
  }
}
