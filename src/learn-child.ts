import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { ChildAnswer } from './jobs/child-pool.js';
import { diffModels, type HistoryName, type ModelDiff } from './journey/match/learn/diff-models.js';
import { type Lesson, type Refit, refitModel } from './journey/match/learn/refit-model.js';
import { buildIndex } from './journey/match/retrieve/index-segment.js';
import { CandidateScorer } from './journey/match/score/candidate-set.js';
import { type ModelFile, readShippedModel } from './journey/match/score/load-model.js';
import type { Terminal } from './journey/match/terminal.js';
import { HubError } from './model/hub-error.js';
import { message } from './model/message.js';

/** A model to be fitted in a capped child, which sees three files of JSON lines and never the database. */
export interface LearnJob {
  readonly terminals: string;
  readonly lessons: string;
  readonly history: string;
  readonly version: string;
  /** null: the one that ships. */
  readonly current: ModelFile | null;
}

export interface LearnResult extends Refit {
  readonly diff: ModelDiff;
}

async function learn({ terminals: path, lessons, history, version, current }: LearnJob): Promise<LearnResult> {
  const terminals = await readLines<Terminal>(path);
  const taught = await readLines<Lesson>(lessons);
  const past = await readLines<HistoryName>(history);
  const tell = (rows: number) => answer({ type: 'progress', rows });
  const refit = refitModel(new CandidateScorer(buildIndex(terminals)), taught, readShippedModel(), { version, onProgress: tell });
  const diff = diffModels(terminals, past, current ?? undefined, refit.model, (done) => tell(taught.length + done));
  return { ...refit, diff };
}

async function readLines<Row>(path: string): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const line of createInterface({ input: createReadStream(path, 'utf8') })) rows.push(JSON.parse(line) as Row);
  return rows;
}

function answer(it: ChildAnswer<LearnResult>): void {
  process.send?.(it);
}

process.on('message', (job: LearnJob) => {
  learn(job).then(
    (result) => answer({ type: 'done', result }),
    (error: unknown) => {
      const cause = error instanceof Error ? (error.stack ?? error.message) : String(error);
      const { errorClass, told } = new HubError('bug', message('hub.unexpected', { where: 'match learn', cause }));
      answer({ type: 'fault', errorClass, told });
    },
  );
});

// The hub is gone: nobody will take the result.
process.on('disconnect', () => process.exit(0));
