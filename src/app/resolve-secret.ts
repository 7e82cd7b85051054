import { readFile } from 'node:fs/promises';
import { HubError } from '../model/hub-error.js';
import { message } from '../model/message.js';
import { rememberSecret } from './known-secrets.js';
import type { SecretStore } from './secrets/secret-store.js';

/** The value behind `secret:name` (the hub's own store), `env:NAME` or `file:/path` (trailing newline cut). It is returned to the connector and kept only to be left out of whatever is written down. */
export async function resolveSecret(reference: string, store: Pick<SecretStore, 'read'>): Promise<string> {
  const [scheme, rest] = [reference.slice(0, reference.indexOf(':')), reference.slice(reference.indexOf(':') + 1)];
  const value =
    scheme === 'env'
      ? process.env[rest]
      : scheme === 'file'
        ? await readFile(rest, 'utf8').then(
            (text) => text.replace(/\r?\n$/, ''),
            () => undefined,
          )
        : scheme === 'secret'
          ? await store.read(rest)
          : undefined;
  if (value === undefined || value === null) throw new HubError('config', message('hub.gone-secret', { reference }));
  rememberSecret(value);
  return value;
}
