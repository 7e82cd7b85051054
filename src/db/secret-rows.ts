import type { Database } from './database.js';

export interface SealedSecret {
  readonly name: string;
  readonly keyId: string;
  readonly sealedKey: Buffer;
  readonly sealed: Buffer;
}

/** Writes a secret, also over an earlier one; the ledger says who and when, never what. */
export async function saveSecret(database: Database, { name, keyId, sealedKey, sealed }: SealedSecret, by: string): Promise<void> {
  await database.transaction(async (trx) => {
    await trx('access.secret')
      .insert({ name, key_id: keyId, sealed_key: sealedKey, sealed, set_by: by })
      .onConflict('name')
      .merge({ key_id: keyId, sealed_key: sealedKey, sealed, set_by: by, set_at: trx.fn.now(), sealed_at: trx.fn.now() });
    await trx('ledger.event').insert({ actor: by, verb: 'set', object: `secret:${name}` });
  });
}

export async function findSecret(database: Database, name: string): Promise<SealedSecret | null> {
  return (await database('access.secret').where({ name }).first(columns)) ?? null;
}

export async function listSecrets(database: Database): Promise<{ name: string; keyId: string; setBy: string; setAt: Date }[]> {
  return database('access.secret').orderBy('name').select({ name: 'name', keyId: 'key_id', setBy: 'set_by', setAt: 'set_at' });
}

export async function deleteSecret(database: Database, name: string, by: string): Promise<boolean> {
  return database.transaction(async (trx) => {
    const count = await trx('access.secret').where({ name }).delete();
    if (count > 0) await trx('ledger.event').insert({ actor: by, verb: 'remove', object: `secret:${name}` });
    return count > 0;
  });
}

/** Gives each secret the key that `wrapAgain` makes of its old one, all or none; returns how many. */
export async function reseal(
  database: Database,
  by: string,
  wrapAgain: (secret: SealedSecret) => Promise<{ keyId: string; sealedKey: Buffer }>,
): Promise<number> {
  return database.transaction(async (trx) => {
    const secrets: SealedSecret[] = await trx('access.secret').orderBy('name').forUpdate().select(columns);
    for (const secret of secrets) {
      const { keyId, sealedKey } = await wrapAgain(secret);
      await trx('access.secret').where({ name: secret.name }).update({ key_id: keyId, sealed_key: sealedKey, sealed_at: trx.fn.now() });
    }
    await trx('ledger.event').insert({ actor: by, verb: 'rotate', object: 'secrets', detail: { count: secrets.length } });
    return secrets.length;
  });
}

const columns = { name: 'name', keyId: 'key_id', sealedKey: 'sealed_key', sealed: 'sealed' };
