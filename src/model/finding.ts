import type { Message } from './message.js';

/** Why a whole delivery is held: the gate, the part ('' = the delivery), the message, and what may help (a proposed layout...). */
export interface Finding {
  readonly gate: string;
  readonly part: string;
  readonly told: Message;
  readonly attachment?: unknown;
}
