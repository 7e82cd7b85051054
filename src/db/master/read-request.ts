import type { Message } from '../../model/message.js';
import type { Database } from '../database.js';
import { type ApprovalSight, answerRequests } from './answer-requests.js';
import type { MasterImpact } from './change-master.js';
import { type ChangeRequest, listChanges } from './change-requests.js';

/** One request, and what its approval would do now. */
export interface RequestDetail extends ChangeRequest {
  readonly isImported: boolean;
  /** Null when it is not open. `impact` null: nobody can approve it, for what `told` says. */
  readonly approval: (ApprovalSight & { readonly told: Message | null; readonly impact: Omit<MasterImpact, 'batchId'> | null }) | null;
}

/** Whoever asks may look, the asker too. Null when there is no such request. */
export async function readRequest(database: Database, id: string): Promise<RequestDetail | null> {
  const [request] = /^\d{1,18}$/u.test(id) ? await listChanges(database, { all: true, filter: { ids: [id] } }) : [];
  if (!request) return null;
  if (request.state !== 'open') return { ...request, approval: null };
  const { outcomes, impact } = await answerRequests(
    database,
    { ids: [id] },
    { decision: 'approve', actor: nobody, reason: '', isPreview: true },
  );
  const [outcome] = outcomes;
  if (!outcome) return null;
  const { told, pair, behind } = outcome;
  if (impact === null) return { ...request, approval: { told, pair, behind, impact } };
  const { batchId: _, ...moved } = impact;
  return { ...request, approval: { told, pair, behind, impact: moved } };
}

/** Not the asker, whoever that was: the rule of two is for answers, not for looking. */
const nobody = '';
