import { readFile } from 'node:fs/promises';
import { HubError } from '../model/hub-error.js';
import { message } from '../model/message.js';
import { rememberSecret } from './known-secrets.js';

/** The value behind `env:NAME` or `file:/path` (trailing newline cut). It is returned to the connector and kept only to be left out of whatever is written down. */
export async function resolveSecret(reference: string): Promise<string> {
  const [scheme, rest] = [reference.slice(0, reference.indexOf(':')), reference.slice(reference.indexOf(':') + 1)];
  const value =
    scheme === 'env'
      ? process.env[rest]
      : scheme === 'file'
        ? await readFile(rest, 'utf8').then(
            (text) => text.replace(/\r?\n$/, ''),
            () => undefined,
          )
        : undefined;
  if (value === undefined) throw new HubError('config', message('hub.gone-secret', { reference }));
  rememberSecret(value);
  return value;
}
