import type { Message } from './message.js';

/** Why a whole delivery is held: the gate, the part ('' = the delivery), the message, and what may help (a proposed layout...). */
export interface Finding {
  readonly gate: string;
  readonly part: string;
  readonly told: Message;
  readonly attachment?: unknown;
}

/**
 * Whether a person may let a gate pass: only where every row has its fate. A file that could not be decoded or mapped has rows
 * without one, and loading it would break I1.
 */
export function isWaivable(gate: string): boolean {
  return gate.startsWith('validate.') || gate === 'hub.same-day-conflict';
}
