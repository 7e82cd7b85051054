import { createHash, randomBytes } from 'node:crypto';
import type { UploadComparison } from './compare-upload.js';
import type { Database } from './database.js';

/** A file that a person handed in. `waiting` has no effect; `taken` is a delivery like any other, marked manual. */
export interface Upload {
  readonly id: string;
  readonly source: string;
  readonly sha256: string;
  readonly name: string;
  readonly way: 'cli' | 'api' | 'link';
  readonly by: string;
  readonly reason: string;
  readonly address: string;
  readonly from: string | null;
  readonly to: string | null;
  readonly uploadedAt: Date;
  readonly comparison: UploadComparison;
  readonly state: 'waiting' | 'taken' | 'refused';
  readonly decidedBy: string | null;
  readonly decidedAt: Date | null;
  readonly why: string;
  readonly deliveryId: string | null;
}

export interface NewUpload extends Pick<Upload, 'sha256' | 'name' | 'way' | 'by' | 'reason' | 'address' | 'from' | 'to' | 'comparison'> {
  readonly sourceId: number;
  readonly byteCount: number;
  readonly linkId: number | null;
}

const columns = `u.id::text as id, s.code as source, u.sha256, u.name, u.way, u.by, u.reason, u.address, lower(u.days)::text as "from",
  (upper(u.days) - 1)::text as "to", u.uploaded_at as "uploadedAt", u.comparison, u.state, u.decided_by as "decidedBy",
  u.decided_at as "decidedAt", u.why, u.delivery_id::text as "deliveryId"`;

/**
 * Keeps an upload that waits. The same bytes that wait already for this source are that upload; its comparison is renewed. null: the link
 * was used up meanwhile.
 */
export async function addUpload(
  database: Database,
  { from, to, byteCount, sourceId, linkId, comparison, ...given }: NewUpload,
): Promise<Upload | null> {
  return database.transaction(async (trx) => {
    await trx('ledger.raw_object').insert({ sha256: given.sha256, byte_count: byteCount }).onConflict('sha256').ignore();
    const row = {
      ...{ ...given, source_id: sourceId, link_id: linkId, comparison: JSON.stringify(comparison) },
      days: from === null || to === null ? null : `[${from},${to}]`,
    };
    if (linkId !== null && (await trx('ledger.upload').where({ link_id: linkId }).first('id'))) return null;
    const [added] = await trx('ledger.upload')
      .insert(row)
      .onConflict(trx.raw(`(source_id, sha256) where state = 'waiting'`))
      .merge(['comparison', 'by', 'reason', 'way', 'name', 'address', 'days', 'link_id', 'uploaded_at'])
      .returning('id');
    return findUpload(trx, String(added.id));
  });
}

export async function findUpload(database: Database, id: string): Promise<Upload | null> {
  const { rows } = await database.raw<{ rows: Upload[] }>(
    `select ${columns} from ledger.upload u join ledger.source s on s.id = u.source_id where u.id = ?`,
    [id],
  );
  return rows[0] ?? null;
}

/** The latest uploads, newest first. */
export async function listUploads(database: Database, { waiting, limit }: { waiting: boolean; limit: number }): Promise<Upload[]> {
  const { rows } = await database.raw<{ rows: Upload[] }>(
    `select ${columns} from ledger.upload u join ledger.source s on s.id = u.source_id
      where not :waiting or u.state = 'waiting' order by u.id desc limit :limit`,
    { waiting, limit },
  );
  return rows;
}

/** Decides a waiting upload. False: somebody has decided it before. */
export async function decideUpload(
  database: Database,
  id: string,
  { state, by, why, deliveryId }: { state: 'taken' | 'refused'; by: string; why: string; deliveryId: string | null },
): Promise<boolean> {
  const changed = await database('ledger.upload')
    .where({ id, state: 'waiting' })
    .update({ state, why, decided_by: by, decided_at: database.fn.now(), delivery_id: deliveryId });
  if (changed === 1)
    await database('ledger.event').insert({
      actor: by,
      verb: `upload-${state}`,
      object: `upload:${id}`,
      detail: JSON.stringify({ why, deliveryId }),
    });
  return changed === 1;
}

/** A right to hand in one file for one source, until a day. */
export interface UploadLink {
  readonly id: number;
  readonly sourceId: number;
  readonly source: string;
  readonly title: string;
  readonly meantFor: string;
  readonly reason: string;
  readonly madeBy: string;
  readonly expiresAt: Date;
  readonly byteLimit: number;
  readonly isUsed: boolean;
  readonly isRevoked: boolean;
}

/** Makes a link and returns its token, which is shown once. */
export async function addUploadLink(
  database: Database,
  given: { sourceId: number; meantFor: string; reason: string; by: string; expiresAt: Date; byteLimit: number },
): Promise<{ id: number; token: string }> {
  const token = randomBytes(32).toString('base64url');
  const [added] = await database('ledger.upload_link')
    .insert({
      ...{ sha256: hashOf(token), source_id: given.sourceId, meant_for: given.meantFor, reason: given.reason, made_by: given.by },
      ...{ expires_at: given.expiresAt, byte_limit: given.byteLimit },
    })
    .returning('id');
  return { id: added.id as number, token };
}

/** After so many openings a link is closed: somebody plays with it. */
const mostTries = 100;

/** The link behind a token, counted as tried; null when it was never given, is over, was used up, revoked, or tried too often. */
export async function openUploadLink(database: Database, token: string): Promise<UploadLink | null> {
  const { rows } = await database.raw<{ rows: { id: number }[] }>(
    `update ledger.upload_link l set tries = tries + 1
      where sha256 = ? and expires_at > now() and revoked_at is null and tries < ?
        and not exists (select 1 from ledger.upload u where u.link_id = l.id) returning id`,
    [hashOf(token), mostTries],
  );
  const id = rows[0]?.id;
  return id === undefined ? null : ((await readLinks(database, id))[0] ?? null);
}

export function listUploadLinks(database: Database): Promise<UploadLink[]> {
  return readLinks(database, null);
}

export async function revokeUploadLink(database: Database, id: number, by: string): Promise<boolean> {
  const changed = await database('ledger.upload_link')
    .where({ id, revoked_at: null })
    .update({ revoked_at: database.fn.now(), revoked_by: by });
  return changed === 1;
}

async function readLinks(database: Database, id: number | null): Promise<UploadLink[]> {
  const { rows } = await database.raw<{ rows: UploadLink[] }>(
    `select l.id, l.source_id as "sourceId", s.code as source, s.title, l.meant_for as "meantFor", l.reason, l.made_by as "madeBy",
            l.expires_at as "expiresAt", l.byte_limit::int as "byteLimit", l.revoked_at is not null as "isRevoked",
            exists (select 1 from ledger.upload u where u.link_id = l.id) as "isUsed"
       from ledger.upload_link l join ledger.source s on s.id = l.source_id
      where :id::int is null or l.id = :id order by l.id desc limit 200`,
    { id } as never,
  );
  return rows;
}

// 256 random bits: a plain hash is enough, there is nothing to guess.
function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
