import { parentPort } from 'node:worker_threads';
import { Matcher } from '../matcher.js';
import { assembleIndex } from '../retrieve/assemble-index.js';
import { buildPostings } from '../retrieve/build-postings.js';
import { Draft } from '../retrieve/draft.js';
import { IndexSegment } from '../retrieve/index-segment.js';
import { collectGarbage } from './collect-garbage.js';
import { applyChanges } from './match-change.js';
import type { MatchTask, MatchTaskResult, TaskReply } from './match-task.js';

/** One thread of the pool: builds parts of an index, then answers questions on the shared one. Keeps nothing but its matcher. */
const port = parentPort!;
/** One for all chunks, so that its memory grows once. */
const draft = new Draft();
let matcher: Matcher | null = null;

port.on('message', ({ id, task }: { id: number; task: MatchTask }) => {
  let reply: TaskReply;
  try {
    reply = { id, result: work(task) };
  } catch (error) {
    reply = { id, error };
  }
  port.postMessage(reply);
});

function work(task: MatchTask): MatchTaskResult[keyof MatchTaskResult] {
  switch (task.kind) {
    case 'draft': {
      draft.clear();
      for (const [i, terminal] of task.terminals.entries()) draft.add(terminal, task.firstRow + i);
      return draft.share();
    }
    case 'assemble':
      draft.clear();
      return assembleIndex(task.drafts);
    case 'postings':
      // The drafts this thread may have put in order are of no more use.
      if (task.docs > 50_000) collectGarbage();
      return buildPostings(task.texts, task.docs, task.part);
    case 'open':
      matcher = new Matcher(new IndexSegment(task.arrays), task.options);
      applyChanges(matcher, task.changes);
      return matcher.versions;
    case 'apply':
      applyChanges(matcher!, task.changes);
      return matcher!.versions;
    case 'match':
      return matcher!.matchEach(task.names, task.options);
    case 'why-not':
      return matcher!.whyNot(task.raw, task.terminalId);
  }
}
