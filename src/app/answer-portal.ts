import { answerQuestion, findQuestion } from '../db/portal-store.js';
import { findSource } from '../db/source-store.js';
import { addDays } from '../model/add-days.js';
import { HubError } from '../model/hub-error.js';
import { message } from '../model/message.js';
import { shanghaiDay } from '../model/shanghai-day.js';
import type { Hub } from './hub.js';
import type { RunOrder } from './run-order.js';

/**
 * Keeps a person's answer to a portal. What is then to be started, so that the login goes on while the portal still takes it: a collection
 * of that source, in the night that waits.
 */
export async function answerPortal(
  { database }: Pick<Hub, 'database'>,
  { id, answer, by }: { id: string; answer: string; by: string },
): Promise<AnsweredPortal> {
  const question = await findQuestion(database, id);
  if (!question) throw new HubError('config', message('portal.no-answer-of-that-id', { id }));
  if (!(await answerQuestion(database, id, answer.trim(), by))) {
    throw new HubError(
      'config',
      message('portal.question-over', { id, what: question.state === 'open' ? 'expired' : question.state, source: question.source }),
    );
  }
  const source = (await findSource(database, { code: question.source }))!;
  return {
    source: source.code,
    order: {
      ...{ kind: 'nightly', businessDate: addDays(shanghaiDay(new Date()), -1), sourceIds: [source.id], retry: [source.id] },
      occasion: `portal-question-${id}`,
    },
  };
}

export interface AnsweredPortal {
  readonly source: string;
  readonly order: RunOrder & { readonly occasion: string };
}
