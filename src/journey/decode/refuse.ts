import { diskFault } from '../../model/disk-fault.js';
import { HubError } from '../../model/hub-error.js';
import { type Message, type MessageCode, message } from '../../model/message.js';

/** The fault of a file that cannot be read: the sender's to mend, so the delivery stops with the reason. */
export function refuse(code: MessageCode, values: Message['values'], cause?: unknown): HubError {
  return new HubError('source-data', message(code, values), cause === undefined ? undefined : { cause });
}

/** Runs a library on a sender's bytes: whatever it throws means that the file is damaged, unless our own disk took no scratch file. */
export function orBroken<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw asBroken(name, error);
  }
}

export function asBroken(name: string, error: unknown): HubError {
  if (error instanceof HubError) return error;
  return diskFault(error, name) ?? refuse('decode.broken', { name, detail: error instanceof Error ? error.message : String(error) }, error);
}
