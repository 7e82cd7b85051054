import { type Message, renderMessage } from '../../model/message.js';

/** A request the service cannot answer: the client is told the status and what is wrong with it, in its language. */
export class BadRequest extends Error {
  override readonly name = 'BadRequest';

  constructor(
    readonly status: 400 | 404 | 405 | 413,
    readonly told: Message,
  ) {
    super(renderMessage(told, 'en'));
  }
}
