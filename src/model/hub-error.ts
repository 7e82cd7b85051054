import { type Message, renderMessage } from './message.js';

/** `retry`: the same call may succeed later. `stop`: a person has to change something first. */
export type Recovery = 'retry' | 'stop';

/** Who is to act: settings, credentials, nobody (wait), the sender, us. */
export type ErrorClass = 'config' | 'auth' | 'transient' | 'source-data' | 'bug';

const recoveryOf: Record<ErrorClass, Recovery> = { config: 'stop', auth: 'stop', transient: 'retry', 'source-data': 'stop', bug: 'stop' };

/** The one base class of faults we raise. Never carries a secret: its message is shown, stored and logged. */
export class HubError extends Error {
  override readonly name = 'HubError';
  readonly recovery: Recovery;

  constructor(
    readonly errorClass: ErrorClass,
    readonly told: Message,
    options?: { cause?: unknown },
  ) {
    super(renderMessage(told, 'en'), options);
    this.recovery = recoveryOf[errorClass];
  }
}
