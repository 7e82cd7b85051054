import { groupBy } from '../../model/group-by.js';
import { HubError } from '../../model/hub-error.js';
import { type Message, message } from '../../model/message.js';
import type { Database } from '../database.js';
import { keepStatistics } from '../keep-statistics.js';
import { openBatch } from '../names/open-batch.js';
import { changeMaster, type MasterImpact } from './change-master.js';
import { type ChangeRequest, listChanges, type RequestFilter } from './change-requests.js';
import { doChange } from './do-change.js';
import { findRecord } from './find-record.js';
import type { MergedPair } from './merge-records.js';
import { type Behind, readBehind } from './read-behind.js';
import { type IsSamePerson, readSamePerson } from './same-person.js';
import { sayOfRecords } from './say-records.js';

export interface Answer {
  readonly decision: 'approve' | 'reject';
  readonly actor: string;
  readonly reason: string;
}

/** What becomes of one request; `told` says why nothing does. */
export interface RequestOutcome extends ApprovalSight {
  readonly request: ChangeRequest;
  readonly told: Message | null;
}

/** What an approver has to see besides the values: as whoever merges or closes without a request. */
export interface ApprovalSight {
  /** Of a merge that is approved: the two, and in what they differ; else null. */
  readonly pair: MergedPair | null;
  /** Of a merge or closing: what hangs on the record; null when nothing does. */
  readonly behind: Behind | null;
}

export interface AnsweredRequests {
  /** In order of their numbers. Numbers that do not exist are in `unknown`. */
  readonly outcomes: readonly RequestOutcome[];
  readonly unknown: readonly string[];
  /** Null when nothing could be done: then nothing is written. */
  readonly impact: MasterImpact | null;
}

/**
 * Answers all requests that are meant as one act: undone as one. Each is done whole or not at all, and those that cannot be do not stop
 * the others. Nobody approves what they asked for. Undone, the requests are open again; a request that is taken back takes what its
 * approval did with it.
 */
export async function answerRequests(
  database: Database,
  filter: RequestFilter,
  answer: Answer & { readonly isPreview: boolean },
): Promise<AnsweredRequests> {
  const { actor, isPreview } = answer;
  let outcomes: RequestOutcome[] = [];
  try {
    const impact = await changeMaster(
      database,
      { kind: 'edit', actor, detail: detailOf(filter, answer), isPreview },
      async (trx, batchId) => {
        const requests = await listChanges(trx, { filter });
        outcomes = await answerEach(trx, batchId, requests, answer);
        if (outcomes.every(({ told }) => told !== null)) throw new NothingDone();
      },
    );
    if (!isPreview) await keepStatistics(database);
    return { outcomes, unknown: unknownOf(filter, outcomes), impact };
  } catch (error) {
    if (!(error instanceof NothingDone)) throw error;
    return { outcomes, unknown: unknownOf(filter, outcomes), impact: null };
  }
}

class NothingDone extends Error {}

function detailOf({ ids = [], ranges, ...rest }: RequestFilter, { decision }: Answer): object {
  const [only] = ids;
  return { decision, ...(ids.length === 1 && !ranges ? { request: only } : { requests: { ids, ranges, ...rest } }) };
}

function unknownOf({ ids = [] }: RequestFilter, outcomes: readonly RequestOutcome[]): string[] {
  const found = new Set(outcomes.map(({ request }) => request.id));
  return ids.filter((id) => !found.has(id));
}

type Listed = Awaited<ReturnType<typeof listChanges>>[number];

async function answerEach(trx: Database, batchId: string, requests: readonly Listed[], answer: Answer): Promise<RequestOutcome[]> {
  const { decision, actor, reason } = answer;
  const outcomes: RequestOutcome[] = [];
  const doneBy = new Map<string, string>();
  const isSamePerson = await readSamePerson(trx);
  const behindOf =
    decision === 'approve'
      ? await readBehind(
          trx,
          requests.filter(hasBehind).map(({ recordId }) => recordId!),
        )
      : null;
  for (const request of requests) {
    const refusal = refusalOf(request, answer, isSamePerson);
    const { told, pair } =
      refusal === null && decision === 'approve'
        ? await tryChange(trx, batchId, request, { actor, doneBy })
        : { told: refusal, pair: null };
    const behind = (hasBehind(request) && behindOf?.get(request.recordId!)) || null;
    outcomes.push({ request, told, pair, behind: told === null ? behind : null });
  }
  const done = requests.filter((_, at) => outcomes[at]!.told === null);
  await trx.raw(
    `insert into master.change_answer (batch_id, request_id, approved, reason) select :batchId, unnest(:ids::bigint[]), :approved, :reason`,
    { batchId, ids: `{${done.map(({ id }) => id).join(',')}}`, approved: decision === 'approve', reason },
  );
  if (decision === 'approve') await keepFormerNames(trx, batchId, done, actor);
  return outcomes;
}

const hasBehind = ({ kind, state }: Listed): boolean => state === 'open' && (kind === 'merge' || kind === 'close');

function refusalOf(
  { id, state, askedBy, isImported, no, mergedNo }: Listed,
  { decision, actor }: Answer,
  isSamePerson: IsSamePerson,
): Message | null {
  if (state === 'moot') return message('golden.request-moot', { request: id });
  if (state !== 'open') return message('golden.request-answered', { request: id, what: state });
  if (decision === 'reject') return null;
  if (isSamePerson(askedBy, actor)) return message('golden.same-person', { request: id, actor });
  return mergedNo === null || isImported ? null : message('golden.request-merged', { request: id, merged: mergedNo, no: no ?? '' });
}

/**
 * Notes what a request changes: of two that change one thing, one act does the first. What a person asked for is a batch of its own that
 * follows the request; what an import asked for counts by the answer alone.
 */
async function tryChange(
  trx: Database,
  act: string,
  request: Listed,
  { actor, doneBy }: { readonly actor: string; readonly doneBy: Map<string, string> },
): Promise<{ readonly told: Message | null; readonly pair: MergedPair | null }> {
  try {
    const things = await thingsOf(trx, request);
    const other = things.map((one) => doneBy.get(one)).find((one) => one !== undefined);
    if (other !== undefined) return { told: message('golden.request-conflict', { request: request.id, other }), pair: null };
    const pair = request.isImported
      ? null
      : await trx.transaction(async (inner) => doChange(inner, await openPart(inner, act, request.batchId, actor), request));
    for (const one of things) doneBy.set(one, request.id);
    return { told: null, pair };
  } catch (error) {
    if (error instanceof HubError && error.errorClass === 'config') return { told: error.told, pair: null };
    throw error;
  }
}

async function thingsOf(trx: Database, { kind, recordId, fields }: Listed): Promise<string[]> {
  if (kind === 'new') return [`new ${fields['name']} ${fields['province'] ?? ''}${fields['city'] ?? ''}`];
  return kind === 'merge' ? [`merge ${recordId}`, `merge ${(await findRecord(trx, fields['into']!)).id}`] : [`${kind} ${recordId}`];
}

const openPart = (trx: Database, act: string, follows: string, actor: string): Promise<string> =>
  openBatch(trx, { kind: 'edit', actor, byPerson: true, follows, partOf: act, detail: { act } });

/** The old name goes on meaning the customer, for the matcher too. */
async function keepFormerNames(trx: Database, act: string, done: readonly Listed[], actor: string): Promise<void> {
  const renamed = done.filter(
    ({ kind, isImported, fields, before }) =>
      kind === 'rename' && isImported && before['name'] && fields['name'] && fields['name'] !== before['name'],
  );
  for (const [follows, list] of groupBy(renamed, ({ batchId }) => batchId)) {
    const batchId = await openPart(trx, act, follows, actor);
    await sayOfRecords(
      trx,
      batchId,
      list.map(({ recordId, before }) => ({ recordId: recordId!, fields: { former_names: before['name']! } })),
    );
  }
}

/** What an act moves in all: records, and through terminals that are redirected names and lines. */
export const movedBy = ({ records, terminals, names, rows, amount }: MasterImpact) => ({ records, terminals, names, rows, amount });

export type AnsweredRequest = MasterImpact & ApprovalSight & { readonly request: ChangeRequest };

/** The same for one request. Throws a HubError when it cannot be answered so. */
export async function answerRequest(
  database: Database,
  id: string,
  answer: Answer & { readonly isPreview: boolean },
): Promise<AnsweredRequest> {
  const { outcomes, impact } = /^\d{1,18}$/u.test(id)
    ? await answerRequests(database, { ids: [id] }, answer)
    : { outcomes: [], impact: null };
  const [outcome] = outcomes;
  if (!outcome) throw new HubError('config', message('golden.unknown-request', { request: id }));
  const { told, request, pair, behind } = outcome;
  if (told || !impact) throw new HubError('config', told ?? message('golden.unknown-request', { request: id }));
  return { ...impact, request, pair, behind };
}
