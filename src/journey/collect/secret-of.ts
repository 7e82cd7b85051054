import { z } from 'zod';
import { HubError } from '../../model/hub-error.js';
import { message } from '../../model/message.js';
import type { SourceIo } from './connector.js';

/** Settings name a secret, they never hold it: `secret:name`, `env:NAME` or `file:/absolute/path`. */
export const secretReference = z
  .string()
  .regex(/^(secret:[a-z0-9][a-z0-9-]{0,62}|env:[A-Za-z_][A-Za-z0-9_]*|file:\/.+)$/, 'mistake.reference');

/** The secret behind a reference; says which setting and which reference when it cannot be read, never the value. */
export async function secretOf(reference: string, setting: string, io: SourceIo): Promise<string> {
  const value = await io.secret(reference).catch((error: unknown) => {
    if (error instanceof HubError) throw error;
    return '';
  });
  if (value === '') throw new HubError('config', message('connect.secret-missing', { source: io.source, setting, reference }));
  return value;
}
