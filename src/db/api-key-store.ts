import { createHash, randomBytes } from 'node:crypto';
import type { Right } from '../model/right.js';
import type { Database } from './database.js';

/** A key as people see it; the key itself is shown once, when it is made. */
export interface ApiKey {
  readonly name: string;
  readonly rights: readonly Right[];
  /** Whose key it is, as the rule of two counts; null = it stands for itself. */
  readonly person: string | null;
  readonly createdBy: string;
  readonly createdAt: Date;
  /** To the minute; null when it was never used. */
  readonly lastUsedAt: Date | null;
  readonly revokedAt: Date | null;
}

/** Who asks: the name of a key and what it may do. */
export type Caller = Pick<ApiKey, 'name' | 'rights'>;

/** Makes a key and returns it; null when the name was given before, also to a key that is revoked. */
export async function addApiKey(
  database: Database,
  { name, rights, by, person = null }: { name: string; rights: readonly Right[]; by: string; person?: string | null },
): Promise<string | null> {
  const key = `hl_${randomBytes(32).toString('base64url')}`;
  const added = await database('access.api_key')
    .insert({ name, rights: [...rights], created_by: by, person, sha256: hashOf(key) })
    .onConflict('name')
    .ignore()
    .returning('id');
  return added.length === 1 ? key : null;
}

export async function listApiKeys(database: Database): Promise<ApiKey[]> {
  return database('access.api_key').orderBy('name').select({
    name: 'name',
    rights: 'rights',
    person: 'person',
    createdBy: 'created_by',
    createdAt: 'created_at',
    lastUsedAt: 'last_used_at',
    revokedAt: 'revoked_at',
  });
}

/** Says whose key it is. False when there is no live key of that name. */
export async function giveApiKey(database: Database, name: string, person: string): Promise<boolean> {
  return (await database('access.api_key').where({ name, revoked_at: null }).update({ person })) === 1;
}

/** A key that is revoked stays so. False when there is no live key of that name. */
export async function revokeApiKey(database: Database, name: string, by: string): Promise<boolean> {
  const revoked = await database('access.api_key')
    .where({ name, revoked_at: null })
    .update({ revoked_at: database.fn.now(), revoked_by: by });
  return revoked === 1;
}

/** Whom a key belongs to; null when nobody, or when it is revoked. Notes that it was used. */
export async function findCaller(database: Database, key: string): Promise<Caller | null> {
  const found = await database('access.api_key')
    .where({ sha256: hashOf(key), revoked_at: null })
    .first('id', 'name', 'rights', 'last_used_at');
  if (!found) return null;
  const { id, name, rights, last_used_at: lastUsedAt } = found as { id: number; name: string; rights: Right[]; last_used_at: Date | null };
  if (!lastUsedAt || Date.now() - lastUsedAt.getTime() > 60_000) {
    await database('access.api_key').where({ id }).update({ last_used_at: database.fn.now() });
  }
  return { name, rights };
}

// The key is 256 random bits: a plain hash is enough, there is nothing to guess.
function hashOf(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}
