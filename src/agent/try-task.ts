import { readFileSync } from 'node:fs';
import { columnsOf, missingColumns } from '../../connectors/agent/columns.js';
import { cellText } from '../../connectors/database/cell-text.js';
import { writesIn } from '../journey/collect/read-only-sql.js';
import { addDays } from '../model/add-days.js';
import { HubError } from '../model/hub-error.js';
import { type Language, message } from '../model/message.js';
import { shanghaiDay } from '../model/shanghai-day.js';
import { type AgentHome, agentConfig, readConfig, readIdentity, readLocalSettings } from './agent-home.js';
import { openCounter } from './counter.js';
import { createHubClient } from './hub-client.js';
import { readKey } from './key-pair.js';
import { lockHome } from './lock-home.js';
import { createReadingSession } from './reading-session.js';

/** What a task reads on one day, without keeping or sending it. */
export interface Trial {
  readonly task: string;
  readonly day: string;
  readonly columns: readonly string[];
  readonly required: readonly string[];
  readonly optional: readonly string[];
  readonly other: readonly string[];
  readonly missing: readonly string[];
  readonly rows: number;
  readonly branches: number;
  readonly sample: readonly (readonly string[])[];
  readonly milliseconds: number;
}

export async function tryTask(
  home: AgentHome,
  given: { task: string; day: string | null; sample: number; sqlFile: string | null; signal: AbortSignal; language: Language },
): Promise<Trial> {
  const config = (await freshConfig(home, given)) ?? readConfig(home);
  const found = config?.tasks.find(({ name }) => name === given.task);
  if (!found) {
    const known = config?.tasks.map(({ name }) => name).join(' ') ?? '';
    throw new HubError('config', message('agent.unknown-task-here', { task: given.task, known }));
  }
  const task = { ...found, ...(given.sqlFile !== null && { sql: readFileSync(given.sqlFile, 'utf8').trim() }) };
  const writes = writesIn(task.sql);
  if (writes !== null) throw new HubError('config', message('agent.statement-writes', { task: task.name, found: writes }));
  const today = shanghaiDay(new Date());
  const day = given.day ?? (task.per === 'today' || task.until === 'today' ? today : addDays(today, -1));
  const session = createReadingSession({ home, local: readLocalSettings(home), signal: given.signal, log: { hide: () => undefined } });
  const from = performance.now();
  try {
    const { far, settings } = await session.open();
    const values = { from: day, to: addDays(day, 1) };
    let columns = await far.titles(task.sql, values);
    const sample: string[][] = [];
    const branches = new Set<string>();
    let rows = 0;
    for await (const row of far.rows(`select * from (${task.sql}) q`, values)) {
      columns ??= Object.keys(row);
      rows += 1;
      if (rows > task.max_rows)
        throw new HubError('config', message('agent.too-many-rows', { task: task.name, day, limit: task.max_rows }));
      const cells = columns.map((column) => cellText(row[column], settings.legacy_text));
      if (sample.length < given.sample) sample.push(cells);
      if (task.branch !== undefined) branches.add(cells[columns.indexOf(task.branch)] ?? '');
    }
    const titles = columns ?? [];
    const known = columnsOf[task.kind];
    return {
      ...{ task: task.name, day, columns: titles, rows, sample, branches: branches.size },
      required: known.required.filter((column) => titles.includes(column)),
      optional: known.optional.filter((column) => titles.includes(column)),
      other: titles.filter((column) => !known.required.includes(column) && !known.optional.includes(column)),
      missing: missingColumns(task, titles),
      milliseconds: Math.round(performance.now() - from),
    };
  } finally {
    session.close();
  }
}

// A trial is made while the statement is being written over there: what the hub has now counts, if it can be asked. An agent that runs
// beside us has asked it within the last minute, and only one at a time may count requests.
async function freshConfig(home: AgentHome, given: { readonly signal: AbortSignal; readonly language: Language }) {
  const key = readKey(home);
  if (!key) throw new HubError('config', message('agent.no-identity', { home: home.folder }));
  const unlock = await lockHome(home).catch(() => null);
  if (!unlock) return null;
  const counter = openCounter(home.path('counter'));
  const hub = createHubClient(
    readIdentity(home),
    () => key,
    () => counter.next(),
    given,
  );
  try {
    return agentConfig.parse(await hub.ask('GET', 'config'));
  } catch {
    return null;
  } finally {
    await unlock();
  }
}
