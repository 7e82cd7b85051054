import { HubError } from '../../model/hub-error.js';
import { message } from '../../model/message.js';
import type { Database } from '../database.js';
import { changeMaster, type MasterImpact } from './change-master.js';
import { type FoundRecord, findRecord } from './find-record.js';

interface Moving {
  readonly actor: string;
  readonly because: string;
  readonly isPreview: boolean;
}

/**
 * A day: the key means the other record from then on. `always`: it never meant anything else. There is no default, because the
 * one rewrites what was reported and the other does not.
 */
export type Since = string;

/** From `since` on a key (`system/key` or `system/role/key`) means this record. */
export function linkKey(database: Database, key: string, to: string, since: Since, moving: Moving): Promise<MasterImpact> {
  return changeMaster(database, { kind: 'link', detail: { key, to, since, because: moving.because }, ...moving }, async (trx, batchId) => {
    const found = await findKey(trx, key);
    const record = await findRecord(trx, to);
    await expectFit(trx, [found], record);
    if (found.record_id === record.id && since === 'always')
      throw new HubError('config', message('golden.linked-already', { key, no: record.no }));
    await assign(trx, batchId, [found], record.id, since);
  });
}

/** Takes keys out of their record: together they are a record of their own, from `since` on. What is left keeps its number. */
export function splitKeys(database: Database, keys: readonly string[], since: Since, moving: Moving): Promise<MasterImpact> {
  const kind = keys.length === 1 ? 'unlink' : 'split';
  return changeMaster(database, { kind, detail: { keys, since, because: moving.because }, ...moving }, async (trx, batchId) => {
    const found = [];
    for (const key of keys) found.push(await findKey(trx, key));
    const from = new Set(found.map(({ record_id }) => record_id));
    if (from.size !== 1) throw new HubError('config', message('golden.keys-of-several', { keys: keys.join('、') }));
    const [recordId] = from;
    const { rows } = await trx.raw<{ rows: { left: number }[] }>(
      'select count(*)::integer as left from master.source_key where record_id = ? and id <> all(?::bigint[])',
      [recordId, found.map(({ id }) => id)] as never,
    );
    if (rows[0]!.left === 0) throw new HubError('config', message('golden.nothing-left', { keys: keys.join('、') }));
    await assign(trx, batchId, found, await newRecord(trx, batchId, found[0]!.entity), since);
  });
}

interface FoundKey {
  readonly id: string;
  readonly entity: string;
  readonly role: string;
  readonly record_id: string;
}

async function findKey(trx: Database, asked: string): Promise<FoundKey> {
  const slash = asked.indexOf('/');
  const [system, rest] = slash < 0 ? ['', asked] : [asked.slice(0, slash), asked.slice(slash + 1)];
  const { rows } = await trx.raw<{ rows: FoundKey[] }>(
    `select id, entity, role, record_id from master.source_key
      where system = :system and (key = :rest or role || '/' || key = :rest) and record_id is not null limit 3`,
    { system, rest },
  );
  if (rows.length === 0) throw new HubError('config', message('golden.no-such-key', { key: asked }));
  if (rows.length > 1)
    throw new HubError('config', message('golden.several-keys', { key: asked, roles: rows.map(({ role }) => role).join('、') }));
  return rows[0]!;
}

/** Whoever sells to us is never one record with whoever buys from us, and a product never with a customer. */
async function expectFit(trx: Database, keys: readonly FoundKey[], record: FoundRecord): Promise<void> {
  const roles: string[] = await trx('master.source_key').where({ record_id: record.id }).distinct().pluck('role');
  for (const { entity, role } of keys) {
    if (entity !== record.entity) throw new HubError('config', message('golden.other-entity', { no: record.no, entity: record.entity }));
    if (roles.some((other) => (other === 'supplier') !== (role === 'supplier')))
      throw new HubError('config', message('golden.supplier-apart', { no: record.no }));
  }
}

async function newRecord(trx: Database, batchId: string, entity: string): Promise<string> {
  const [record] = await trx('master.record').insert({ entity, first_batch_id: batchId }).returning('id');
  return record.id as string;
}

async function assign(trx: Database, batchId: string, keys: readonly FoundKey[], recordId: string, since: Since): Promise<void> {
  await trx('master.assignment').insert(
    keys.map(({ id }) => ({
      ...{ batch_id: batchId, key_id: id, record_id: recordId, how: 'person' },
      valid_from: since === 'always' ? '-infinity' : since,
    })),
  );
}
