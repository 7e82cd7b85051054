import { randomBytes } from 'node:crypto';
import type { Database } from '../../db/database.js';
import { deleteSecret, findSecret, listSecrets, reseal, type SealedSecret, saveSecret } from '../../db/secret-rows.js';
import { HubError } from '../../model/hub-error.js';
import { message } from '../../model/message.js';
import type { KeyRing } from './key-ring.js';
import { seal, unseal } from './seal.js';

/** The hub's own secrets. They are written by people and read by connectors; nobody gets one to see again. */
export interface SecretStore {
  set(name: string, value: string, by: string): Promise<void>;
  /** null when there is none of that name. */
  read(name: string): Promise<string | null>;
  list(): Promise<readonly { readonly name: string; readonly keyId: string; readonly setBy: string; readonly setAt: Date }[]>;
  remove(name: string, by: string): Promise<boolean>;
  /** Seals every inner key with a new outer one, then forgets the old outer keys. May be repeated after an interruption. */
  rotate(by: string): Promise<{ readonly keyId: string; readonly resealed: number }>;
}

export function createSecretStore(database: Database, ring: KeyRing): SecretStore {
  return {
    async set(name, value, by) {
      if (!/^[a-z0-9][a-z0-9-]{0,62}$/u.test(name)) throw new HubError('config', message('hub.secret-name', { name }));
      const innerKey = randomBytes(32);
      const wrapped = await ring.wrap(innerKey, aboutOf(name));
      await saveSecret(database, { name, ...wrapped, sealed: seal(innerKey, Buffer.from(value), aboutOf(name)) }, by);
    },
    async read(name) {
      const found = await findSecret(database, name);
      return found && (await open(found)).toString();
    },
    list: () => listSecrets(database),
    remove: (name, by) => deleteSecret(database, name, by),
    async rotate(by) {
      const keyId = await ring.addKey();
      const resealed = await reseal(database, by, async ({ name, keyId: old, sealedKey }) =>
        ring.wrap(await ring.unwrap(old, sealedKey, aboutOf(name)), aboutOf(name)),
      );
      await ring.forgetOld();
      return { keyId, resealed };
    },
  };

  async function open({ name, keyId, sealedKey, sealed }: SealedSecret): Promise<Buffer> {
    try {
      return unseal(await ring.unwrap(keyId, sealedKey, aboutOf(name)), sealed, aboutOf(name));
    } catch (error) {
      if (error instanceof HubError) throw error;
      throw new HubError('config', message('hub.secret-damaged', { name }));
    }
  }
}

const aboutOf = (name: string): string => `huiliu secret ${name}`;
