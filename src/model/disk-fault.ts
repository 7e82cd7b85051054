import { HubError } from './hub-error.js';
import { message } from './message.js';

/** The fault behind an error of our own disk: full, out of inodes, over quota, read-only or broken. Null for any other error. */
export function diskFault(error: unknown, where: string): HubError | null {
  const { code, message: cause } = (error ?? {}) as NodeJS.ErrnoException;
  if (!code || !diskCodes.has(code)) return null;
  return new HubError('transient', message('hub.disk-fault', { where, cause }), { cause: error });
}

const diskCodes = new Set(['ENOSPC', 'EDQUOT', 'EROFS', 'EIO', 'ENFILE', 'EMFILE']);
