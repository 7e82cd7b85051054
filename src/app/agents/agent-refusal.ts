import { HubError } from '../../model/hub-error.js';
import type { Message } from '../../model/message.js';

/** Said to an agent, with the HTTP status that tells it what to do: give up, or come again after `retrySeconds`. */
export class AgentRefusal extends HubError {
  constructor(
    readonly status: 401 | 403 | 409 | 413 | 429 | 503,
    told: Message,
    readonly retrySeconds: number | null = null,
  ) {
    super(status === 429 || status === 503 ? 'transient' : status === 413 ? 'source-data' : 'auth', told);
  }
}
