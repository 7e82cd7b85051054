import { HubError } from '../../model/hub-error.js';
import { message } from '../../model/message.js';

/** What the raw store and its journal throw when the disk does not take what they write. */
export function noRoom(error: unknown): never {
  const cause = error instanceof Error ? error.message : String(error);
  throw new HubError('transient', message('land.no-room', { cause }), { cause: error });
}
