import { HubError } from '../../../model/hub-error.js';
import { message } from '../../../model/message.js';

/** What is written for others to read later is written with a reason. */
export function expectReason(isWritten: boolean, note: string): void {
  if (isWritten && note === '') throw new HubError('config', message('match.reason-missing'));
}
