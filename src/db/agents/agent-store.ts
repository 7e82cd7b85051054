import { createHash, randomInt } from 'node:crypto';
import type { Message } from '../../model/message.js';
import type { Database } from '../database.js';

/** What an agent says about itself with each heartbeat. Its clock is told, never believed. */
export interface Beat {
  readonly version: string;
  readonly platform: string;
  readonly clock: string;
  readonly resting: boolean;
  readonly hours: readonly string[];
  readonly waiting: { readonly units: number; readonly bytes: number; readonly since: string | null };
  readonly tasks: readonly {
    readonly name: string;
    readonly readAt: string | null;
    readonly rows: number;
    readonly fault: Message | null;
  }[];
}

/** An agent as the hub knows it, by its source. */
export interface Agent {
  readonly sourceId: number;
  readonly source: string;
  readonly title: string;
  readonly sender: string;
  readonly settings: unknown;
  readonly enabled: boolean;
  readonly enrolledAt: Date | null;
  readonly pausedAt: Date | null;
  readonly pausedBy: string | null;
  readonly pausedWhy: string | null;
  readonly rotateAt: Date | null;
  readonly logWantedAt: Date | null;
  readonly floor: string;
  readonly sequence: string;
  readonly beatAt: Date | null;
  readonly beat: Beat | null;
  readonly liveKeys: number;
  readonly invitedUntil: Date | null;
  /** Units that have arrived and are not in the raw store yet. */
  readonly pending: number;
  /** By the database's clock. */
  readonly now: Date;
}

const agentRow = `
  select s.id as "sourceId", s.code as source, s.title, s.sender, s.settings, s.enabled,
         a.enrolled_at as "enrolledAt", a.paused_at as "pausedAt", a.paused_by as "pausedBy", a.paused_why as "pausedWhy", a.rotate_at as "rotateAt",
         a.log_wanted_at as "logWantedAt", coalesce(a.floor, 0)::text as floor, coalesce(a.sequence, 0)::text as sequence,
         a.beat_at as "beatAt", a.beat,
         (select count(*)::int from access.agent_key k where k.source_id = s.id and k.ended_at is null) as "liveKeys",
         (select max(i.expires_at) from access.agent_invitation i where i.source_id = s.id and i.used_at is null and i.expires_at > now()) as "invitedUntil",
         (select count(*)::int from ledger.agent_unit u where u.source_id = s.id and u.version > u.landed_version) as pending,
         now() as now
    from ledger.source s left join access.agent a on a.source_id = s.id
   where s.connector = 'agent'`;

export async function listAgents(database: Database): Promise<Agent[]> {
  return (await database.raw(`${agentRow} order by s.code`)).rows;
}

export async function findAgent(database: Database, source: string): Promise<Agent | null> {
  return (await database.raw(`${agentRow} and s.code = ?`, [source])).rows[0] ?? null;
}

const letters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Makes an invitation; the code is shown once. One that was not used before is void. */
export async function inviteAgent(
  database: Database,
  { sourceId, hours, by }: { sourceId: number; hours: number; by: string },
): Promise<{ code: string; expiresAt: Date }> {
  const code = Array.from({ length: 4 }, () => Array.from({ length: 5 }, () => letters[randomInt(32)]).join('')).join('-');
  return database.transaction(async (trx) => {
    await trx('access.agent').insert({ source_id: sourceId }).onConflict('source_id').ignore();
    await trx('access.agent_invitation').where({ source_id: sourceId, used_at: null }).update({ expires_at: trx.fn.now() });
    const [made] = await trx('access.agent_invitation')
      .insert({
        source_id: sourceId,
        sha256: codeHash(code),
        created_by: by,
        expires_at: trx.raw(`now() + ? * interval '1 hour'`, [hours]),
      })
      .returning('expires_at');
    return { code, expiresAt: made.expires_at };
  });
}

/**
 * Enrols a key with an invitation; all keys before it end. The same code with the same key again, while it is valid, gives the same
 * answer (the first one may have been lost on its way); with another key, null.
 */
export async function enrolAgent(
  database: Database,
  given: { code: string; publicKey: string; fingerprint: string },
): Promise<{ source: string; title: string } | null> {
  return database.transaction(async (trx) => {
    const found = await trx('access.agent_invitation')
      .where({ sha256: codeHash(given.code) })
      .andWhere('expires_at', '>', trx.fn.now())
      .forUpdate()
      .first('id', 'source_id', 'used_by');
    if (!found || (found.used_by !== null && found.used_by !== given.fingerprint)) return null;
    const sourceId: number = found.source_id;
    if (found.used_by === null) {
      // Enrolled before with a code whose answer was lost: the same key may come again, with a new code of the same source.
      const known = await trx('access.agent_key').where({ fingerprint: given.fingerprint }).first('source_id', 'ended_at');
      if (known && (known.source_id !== sourceId || known.ended_at !== null)) return null;
      await trx('access.agent_key')
        .where({ source_id: sourceId, ended_at: null })
        .whereNot({ fingerprint: given.fingerprint })
        .update({ ended_at: trx.fn.now(), ended_by: 'enrolment' });
      if (!known)
        await trx('access.agent_key').insert({ source_id: sourceId, fingerprint: given.fingerprint, public_key: given.publicKey });
      await trx('access.agent_invitation').where({ id: found.id }).update({ used_at: trx.fn.now(), used_by: given.fingerprint });
      await trx('access.agent').where({ source_id: sourceId }).update({ enrolled_at: trx.fn.now(), rotate_at: null });
    }
    const [source] = await trx('ledger.source').where({ id: sourceId }).select('code as source', 'title');
    return source;
  });
}

export interface AgentKey {
  readonly sourceId: number;
  readonly source: string;
  readonly publicKey: string;
  readonly endedAt: Date | null;
  /** Another key is live, and this one is newer. */
  readonly replaces: boolean;
}

/** The key behind a fingerprint, also one that has ended; null when nobody has it. Notes that it was used. */
export async function findAgentKey(database: Database, fingerprint: string): Promise<AgentKey | null> {
  const { rows } = await database.raw(
    `update access.agent_key k set last_used_at = case when k.last_used_at > now() - interval '1 minute' then k.last_used_at else now() end
       from ledger.source s where s.id = k.source_id and k.fingerprint = ?
     returning k.source_id as "sourceId", s.code as source, k.public_key as "publicKey", k.ended_at as "endedAt",
       exists (select 1 from access.agent_key o where o.source_id = k.source_id and o.ended_at is null and o.id < k.id) as replaces`,
    [fingerprint],
  );
  return rows[0] ?? null;
}

/** Takes the key that an agent made for itself. The old one goes on until the new one is used: either may be lost on the way. */
export async function addRotatedKey(
  database: Database,
  { sourceId, publicKey, fingerprint }: { sourceId: number; publicKey: string; fingerprint: string },
): Promise<void> {
  await database('access.agent_key').insert({ source_id: sourceId, fingerprint, public_key: publicKey }).onConflict('fingerprint').ignore();
}

/** The new key was used: those before it end. */
export async function endOlderKeys(database: Database, sourceId: number, fingerprint: string): Promise<void> {
  await database.raw(
    `update access.agent_key set ended_at = now(), ended_by = 'rotation'
      where source_id = :sourceId and ended_at is null and id < (select id from access.agent_key where fingerprint = :fingerprint)`,
    { sourceId, fingerprint },
  );
  await database('access.agent').where({ source_id: sourceId }).update({ rotate_at: null });
}

/** All keys and open invitations of an agent end. Returns how many keys. */
export async function revokeAgent(database: Database, sourceId: number, by: string): Promise<number> {
  await database('access.agent_invitation').where({ source_id: sourceId, used_at: null }).update({ expires_at: database.fn.now() });
  return database('access.agent_key').where({ source_id: sourceId, ended_at: null }).update({ ended_at: database.fn.now(), ended_by: by });
}

export async function pauseAgent(database: Database, sourceId: number, paused: { by: string; why: string } | null): Promise<void> {
  await database('access.agent')
    .insert({ source_id: sourceId, ...pauseColumns(database, paused) })
    .onConflict('source_id')
    .merge(['paused_at', 'paused_by', 'paused_why']);
}

/** Asks the agent for a new key, or for its log; it learns so with its next heartbeat. */
export async function askAgent(database: Database, sourceId: number, what: 'rotate_at' | 'log_wanted_at'): Promise<void> {
  await database('access.agent')
    .where({ source_id: sourceId })
    .update({ [what]: database.fn.now() });
}

/** Notes that a request with this sequence number was heard; false when one as high was heard before. */
export async function noteSequence(database: Database, sourceId: number, sequence: string): Promise<boolean> {
  return (await database('access.agent').where({ source_id: sourceId }).andWhere('sequence', '<', sequence).update({ sequence })) === 1;
}

export async function noteBeat(database: Database, sourceId: number, beat: Beat): Promise<void> {
  await database('access.agent')
    .where({ source_id: sourceId })
    .update({ beat_at: database.fn.now(), beat: JSON.stringify(beat) });
}

const keptLogs = 20;

export async function saveAgentLog(database: Database, sourceId: number, lines: string): Promise<void> {
  await database.transaction(async (trx) => {
    await trx('access.agent_log').insert({ source_id: sourceId, lines });
    await trx('access.agent').where({ source_id: sourceId }).update({ log_wanted_at: null });
    await trx.raw(
      `delete from access.agent_log where source_id = :sourceId
          and id not in (select id from access.agent_log where source_id = :sourceId order by id desc limit ${keptLogs})`,
      { sourceId },
    );
  });
}

export async function readAgentLog(database: Database, sourceId: number): Promise<{ receivedAt: Date; lines: string } | null> {
  const found = await database('access.agent_log').where({ source_id: sourceId }).orderBy('id', 'desc').first('received_at', 'lines');
  return found ? { receivedAt: found.received_at, lines: found.lines } : null;
}

function pauseColumns(database: Database, paused: { by: string; why: string } | null): object {
  return paused
    ? { paused_at: database.fn.now(), paused_by: paused.by, paused_why: paused.why }
    : { paused_at: null, paused_by: null, paused_why: null };
}

// 100 random bits: a plain hash is enough. Typed by people, so case, O and I do not matter.
function codeHash(code: string): string {
  const typed = code
    .toUpperCase()
    .replaceAll('O', '0')
    .replace(/[IL]/gu, '1')
    .replace(/[^0-9A-Z]/gu, '');
  return createHash('sha256').update(typed).digest('hex');
}
