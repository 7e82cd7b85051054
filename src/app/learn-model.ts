import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Database } from '../db/database.js';
import { listModels, readModelInUse } from '../db/model-store.js';
import { readHistory, readLessons, readStakes } from '../db/names/read-lessons.js';
import { readTerminals } from '../db/names/read-terminals.js';
import { createChildPool } from '../jobs/child-pool.js';
import { addDecimals } from '../journey/map/decimal-arithmetic.js';
import type { Disagreement, ModelDiff } from '../journey/match/learn/diff-models.js';
import type { RefitMetrics } from '../journey/match/learn/refit-model.js';
import { type ModelFile, readShippedModel } from '../journey/match/score/load-model.js';
import type { LearnJob, LearnResult } from '../learn-child.js';

/** How many names would go from one decision to another. `other` = linked to another terminal. */
interface DiffMove {
  readonly from: string;
  readonly to: string;
  readonly names: number;
  readonly rows: number;
  /** Exact. */
  readonly amount: string;
}

/** A link a model would make against a person's word, with the name it is about. */
interface NamedDisagreement extends Disagreement {
  readonly name: string;
  readonly rows: number;
  readonly amount: string;
}

export interface DiffSummary {
  /** Names that both models were asked about. */
  readonly names: number;
  readonly moves: readonly DiffMove[];
  /** How many links the model in use would make against people. */
  readonly before: number;
  readonly after: readonly NamedDisagreement[];
}

export interface LearnedModel {
  readonly model: ModelFile;
  readonly base: string;
  readonly trainedOn: { readonly decisions: number; readonly lastDecision: string; readonly hash: string };
  readonly metrics: RefitMetrics;
  readonly diff: DiffSummary;
  readonly peakRssBytes: number;
}

export interface LearnLimits {
  /** Decisions to learn from, the newest; names of the past to compare. */
  readonly lessons: number;
  readonly history: number;
  readonly seconds: number;
  readonly megabytes: number;
  readonly onProgress?: (done: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * Fits a model to people's decisions in a child with a limit on memory and time, and compares it on the past with the one in
 * use. Writes nothing to the database. The files for the child are removed whatever happens.
 */
export async function learnModel(
  database: Database,
  { lessons: most, history, seconds, megabytes, onProgress, signal }: LearnLimits,
): Promise<LearnedModel> {
  const folder = await mkdtemp(join(tmpdir(), 'huiliu-learn-'));
  const limits = { children: 1, heapMegabytes: megabytes, rssMegabytes: megabytes + 512, seconds, temporaryFolder: folder };
  const child = createChildPool<LearnJob, LearnResult>(childModule(), limits);
  try {
    const { lessons, lastDecision, hash } = await readLessons(database, most);
    const current = await readModelInUse(database);
    const version = `here-${(await listModels(database)).length + 1}`;
    const job = { terminals: join(folder, 'terminals'), lessons: join(folder, 'lessons'), history: join(folder, 'history') };
    await writeLines(job.terminals, readTerminals(database));
    await writeLines(job.lessons, lessons);
    await writeLines(job.history, await readHistory(database, history));
    const watch = { ...(onProgress && { onProgress }), ...(signal && { signal }) };
    const { model, metrics, diff } = await child.run({ ...job, version, current }, 'match learn', watch);
    return {
      ...{ model, metrics, base: readShippedModel().version, trainedOn: { decisions: lessons.length, lastDecision, hash } },
      ...{ diff: await summarise(database, diff), peakRssBytes: child.peakRssBytes() },
    };
  } finally {
    await child.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function summarise(database: Database, diff: ModelDiff): Promise<DiffSummary> {
  const stakes = await readStakes(
    database,
    [...diff.changes, ...diff.after].map(({ key }) => key),
  );
  const stake = (key: string) => stakes.get(key) ?? { name: '', rows: 0, amount: '0' };
  const moves = new Map<string, DiffMove>();
  for (const { key, from, to } of diff.changes) {
    const kind = from.decision === 'auto' && to.decision === 'auto' ? 'other' : to.decision;
    const id = `${from.decision}>${kind}`;
    const before = moves.get(id) ?? { from: from.decision, to: kind, names: 0, rows: 0, amount: '0' };
    const { rows, amount } = stake(key);
    moves.set(id, {
      ...before,
      names: before.names + 1,
      rows: before.rows + rows,
      amount: addDecimals(before.amount, amount),
    });
  }
  return {
    names: diff.names,
    moves: [...moves.values()].toSorted((a, b) => (`${a.from}${a.to}` < `${b.from}${b.to}` ? -1 : 1)),
    before: diff.before.length,
    after: diff.after.map((one) => ({ ...one, ...stake(one.key) })),
  };
}

async function writeLines(path: string, rows: Iterable<unknown> | AsyncIterable<unknown>): Promise<void> {
  async function* lines() {
    for await (const row of rows) yield `${JSON.stringify(row)}\n`;
  }
  await pipeline(Readable.from(lines()), createWriteStream(path));
}

// The child runs compiled code, also when the hub itself runs from its sources (under a test runner).
function childModule(): string {
  const fromSources = import.meta.filename.endsWith('.ts');
  return join(import.meta.dirname, fromSources ? '../../dist/src/learn-child.js' : '../learn-child.js');
}
