import type { Finding } from '../model/finding.js';
import type { ErrorClass } from '../model/hub-error.js';
import type { Message } from '../model/message.js';
import type { ExcuseReason } from './excuse-reason.js';

/** What the ledger knows of one source and one business day. */
export interface ArrivalFacts {
  /** How it is expected: with lines of that day, or any delivery in the night of that day. */
  readonly figures: 'day' | 'any';
  readonly dueAt: Date;
  /** Whether a delivery of this source speaks for that day (with lines, or by declaring that there are none), and when the first was seen. */
  readonly isSpokenFor: boolean;
  readonly firstSeenAt: Date | null;
  /** Deliveries that were new in the runs of that day. */
  readonly loaded: number;
  readonly landed: number;
  readonly heldFindings: readonly (readonly Finding[])[];
  /** Of the last collection of that day, or of a load that failed. */
  readonly fault: { readonly errorClass: ErrorClass | null; readonly told: Message } | null;
  /** Objects over there that are not taken yet, and why. */
  readonly waiting: readonly Message[];
  readonly excuse: { readonly reason: string; readonly nothingDue: boolean } | null;
  /** Of a source whose figures an agent sends: how that agent stands. */
  readonly agent?: { readonly reason: ExcuseReason; readonly told: Message } | null;
}

export type ArrivalState = 'arrived' | 'late' | 'excused' | 'held' | 'failed' | 'empty' | 'awaited' | 'missing';

export interface Arrival {
  readonly state: ArrivalState;
  /** What the facts suggest, or what a person said; null when nothing is wrong. */
  readonly reason: ExcuseReason | null;
  readonly saidBy: 'person' | 'hub' | null;
  /** What was found, if there is something to tell. */
  readonly told: readonly Message[];
}

/** States that keep somebody busy. */
export const openStates: ReadonlySet<ArrivalState> = new Set(['missing', 'empty', 'held', 'failed']);

/** Judges a source and a day: by the figures of that day, never by when the source last brought something. */
export function judgeArrival(facts: ArrivalFacts, now: Date): Arrival {
  const state = stateOf(facts, now);
  const told = state === 'held' ? facts.heldFindings.flat().map((one) => one.told) : state === 'failed' ? [facts.fault!.told] : [];
  const isOpen = openStates.has(state);
  const agent = state === 'missing' && facts.agent ? [facts.agent.told] : [];
  const shown = (isOpen || state === 'awaited') && told.length === 0 ? [...agent, ...once(facts.waiting)] : told;
  if (facts.excuse && (isOpen || state === 'excused'))
    return { state, reason: facts.excuse.reason as ExcuseReason, saidBy: 'person', told: shown };
  return { state, reason: isOpen ? suggest(state, facts) : null, saidBy: isOpen ? 'hub' : null, told: shown };
}

function stateOf(facts: ArrivalFacts, now: Date): ArrivalState {
  const hasCome = facts.isSpokenFor || (facts.figures === 'any' && facts.loaded > 0);
  if (hasCome) return facts.firstSeenAt !== null && facts.firstSeenAt > facts.dueAt ? 'late' : 'arrived';
  if (facts.excuse?.nothingDue) return 'excused';
  const held = facts.heldFindings.length;
  if (held > 0) return facts.heldFindings.flat().every(({ gate }) => gate === 'validate.empty') ? 'empty' : 'held';
  if (facts.fault) return 'failed';
  if (facts.landed > 0) return 'awaited';
  if (facts.loaded > 0) return 'empty';
  return now < facts.dueAt ? 'awaited' : 'missing';
}

function suggest(state: ArrivalState, { fault, heldFindings, agent, waiting }: ArrivalFacts): ExcuseReason {
  if (state === 'missing' && agent) return agent.reason;
  // It was not asked at all: the sender is not to blame.
  if (state === 'missing') return waiting.some(({ code }) => code.startsWith('portal.')) ? 'other' : 'not-sent';
  if (state === 'empty') return 'no-sales';
  if (state === 'held') {
    const gates = heldFindings.flat().map(({ gate }) => gate);
    if (gates.some((gate) => gate.startsWith('map.'))) return 'new-erp';
    return gates.includes('decode') ? 'upload-fault' : 'other';
  }
  if (fault?.told.code === 'connect.cut-off') return 'upload-fault';
  return fault?.errorClass === 'transient' ? 'server-fault' : 'interface-fault';
}

/** Many objects may wait for one thing. */
function once(told: readonly Message[]): Message[] {
  return [...new Map(told.map((one) => [JSON.stringify(one), one])).values()];
}
