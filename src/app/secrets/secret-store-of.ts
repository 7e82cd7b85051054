import type { Database } from '../../db/database.js';
import type { Settings } from '../settings.js';
import { openKeyFile } from './key-ring.js';
import { createSecretStore, type SecretStore } from './secret-store.js';

/** The secrets of a hub: rows in its database, keys in its key file. */
export function secretStoreOf({ keyFile }: Pick<Settings, 'keyFile'>, database: Database): SecretStore {
  return createSecretStore(database, openKeyFile(keyFile));
}
