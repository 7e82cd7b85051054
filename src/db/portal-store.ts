import type { Evidence, KeptQuestion, NewQuestion } from '../journey/collect/source-memory.js';
import type { Database } from './database.js';

const holdSeconds = 60;
const largestImage = 2 * 1024 * 1024;

/** Takes or renews an account; false while another holds it. A holder that is gone loses it after a minute. */
export async function holdAccount(database: Database, account: string, holder: string): Promise<boolean> {
  const { rowCount } = await database.raw(
    `insert into ledger.portal_account as a (account, holder, held_until) values (:account, :holder, now() + make_interval(secs => :holdSeconds))
     on conflict (account) do update set holder = excluded.holder, held_until = excluded.held_until
      where a.holder is null or a.holder = excluded.holder or a.held_until < now()`,
    { account, holder, holdSeconds },
  );
  return rowCount === 1;
}

export async function releaseAccount(database: Database, account: string, holder: string): Promise<void> {
  await database('ledger.portal_account').where({ account, holder }).update({ holder: null, held_until: null });
}

/** `isKept`: a session of the account is kept and was alive just now; else none is. */
export async function noteSession(database: Database, account: string, isKept: boolean): Promise<void> {
  const keptAt = isKept ? database.fn.now() : null;
  await database('ledger.portal_account').insert({ account, kept_at: keptAt }).onConflict('account').merge({ kept_at: keptAt });
}

export async function sessionKeptAt(database: Database, account: string): Promise<Date | null> {
  return (await database('ledger.portal_account').where({ account }).first('kept_at'))?.kept_at ?? null;
}

export async function findOpenQuestion(database: Database, account: string): Promise<Omit<KeptQuestion, 'state'> | null> {
  const row = await database('ledger.portal_question').where({ account, outcome: null }).first();
  return row ? { id: row.id, kind: row.kind, prompt: row.prompt, expiresAt: row.expires_at, answer: row.answer } : null;
}

/** Adds a question in the place of an open one of the account, whose id is returned too. */
export async function addQuestion(
  database: Database,
  sourceId: number,
  { account, kind, prompt, image, expiresAt }: NewQuestion,
): Promise<{ readonly id: string; readonly replaced: string | null }> {
  return database.transaction(async (trx) => {
    const [old] = await trx('ledger.portal_question')
      .where({ account, outcome: null })
      .update({ outcome: 'replaced', ended_at: trx.fn.now(), answer: null })
      .returning('id');
    const picture = image === null || image.bytes.length > largestImage ? {} : { image: Buffer.from(image.bytes), image_type: image.type };
    const [row] = await trx('ledger.portal_question')
      .insert({ source_id: sourceId, account, kind, prompt, ...picture, expires_at: expiresAt })
      .returning('id');
    return { id: row.id, replaced: old?.id ?? null };
  });
}

export async function endQuestion(database: Database, id: string, outcome: 'accepted' | 'refused'): Promise<void> {
  await database('ledger.portal_question').where({ id, outcome: null }).update({ outcome, ended_at: database.fn.now(), answer: null });
}

/** A question as people see it. */
export interface AskedQuestion {
  readonly id: string;
  readonly source: string;
  readonly title: string;
  readonly account: string;
  readonly kind: string;
  readonly prompt: string;
  readonly imageType: string | null;
  readonly askedAt: Date;
  readonly expiresAt: Date;
  readonly answeredBy: string | null;
  readonly outcome: string | null;
  /** `open`, `answered` and not used yet, `expired`, or what became of it. */
  readonly state: string;
}

const questions = `
  select q.id::text, s.code as source, s.title, q.account, q.kind, q.prompt, q.image_type as "imageType", q.asked_at as "askedAt",
         q.expires_at as "expiresAt", q.answered_by as "answeredBy", q.outcome,
         coalesce(q.outcome, case when q.expires_at <= now() then 'expired' when q.answered_at is null then 'open' else 'answered' end) as state
    from ledger.portal_question q join ledger.source s on s.id = q.source_id`;

/** Those that wait for somebody, or with `all` the last hundred. An expired one still says why its source waits. */
export async function listQuestions(database: Database, { all = false } = {}): Promise<AskedQuestion[]> {
  const { rows } = await database.raw(`${questions} where :all or q.outcome is null order by q.id desc limit 100`, { all });
  return rows;
}

export async function findQuestion(database: Database, id: string): Promise<(AskedQuestion & { readonly image: Buffer | null }) | null> {
  if (!/^\d{1,18}$/u.test(id)) return null;
  const { rows } = await database.raw(`${questions.replace('q.outcome,', 'q.outcome, q.image,')} where q.id = :id`, { id });
  return rows[0] ?? null;
}

/** Keeps an answer; false when the question is over or answered already. */
export async function answerQuestion(database: Database, id: string, answer: string, by: string): Promise<boolean> {
  return database.transaction(async (trx) => {
    const { rowCount } = await trx.raw(
      `update ledger.portal_question set answer = :answer, answered_by = :by, answered_at = now()
        where id = :id and outcome is null and answered_at is null and expires_at > now()`,
      { id, answer, by },
    );
    if (rowCount === 1) await trx('ledger.event').insert({ actor: by, verb: 'answer', object: `portal-question:${id}` });
    return rowCount === 1;
  });
}

export async function readLook(database: Database, sourceId: number, place: string): Promise<readonly string[] | null> {
  return (await database('ledger.portal_look').where({ source_id: sourceId, place }).first('lines'))?.lines ?? null;
}

export async function approveFirstLook(database: Database, sourceId: number, place: string, lines: readonly string[]): Promise<void> {
  await database('ledger.portal_look')
    .insert({ source_id: sourceId, place, lines: JSON.stringify(lines) })
    .onConflict(['source_id', 'place'])
    .ignore();
}

export async function holdLook(
  database: Database,
  sourceId: number,
  place: string,
  lines: readonly string[],
  { bytes, type }: Evidence,
): Promise<void> {
  const evidence = Buffer.from(bytes.subarray(0, 4 * 1024 * 1024));
  await database('ledger.portal_look')
    .where({ source_id: sourceId, place })
    .update({ found: JSON.stringify(lines), found_at: database.fn.now(), evidence, evidence_type: type });
}

/** It looks as agreed again. */
export async function dropHeldLook(database: Database, sourceId: number, place: string): Promise<void> {
  await database('ledger.portal_look')
    .where({ source_id: sourceId, place })
    .whereNotNull('found')
    .update({ found: null, found_at: null, evidence: null, evidence_type: null });
}

/** A page that changed and stops its source. */
export interface HeldLook {
  readonly source: string;
  readonly place: string;
  readonly lines: readonly string[];
  readonly found: readonly string[];
  readonly foundAt: Date;
  readonly evidenceType: string;
  readonly evidence: Buffer;
}

export async function listHeldLooks(database: Database, source?: string): Promise<HeldLook[]> {
  const { rows } = await database.raw(
    `select s.code as source, l.place, l.lines, l.found, l.found_at as "foundAt", l.evidence, l.evidence_type as "evidenceType"
       from ledger.portal_look l join ledger.source s on s.id = l.source_id
      where l.found is not null and (:source::text is null or s.code = :source) order by s.code, l.found_at`,
    { source: source ?? null },
  );
  return rows;
}

/** From now on the pages of a source may look as they were found; returns how many. */
export async function acceptLooks(database: Database, source: string, by: string): Promise<number> {
  return database.transaction(async (trx) => {
    const { rows } = await trx.raw(
      `update ledger.portal_look l
          set lines = l.found, accepted_by = :by, accepted_at = now(), found = null, found_at = null, evidence = null, evidence_type = null
         from ledger.source s where s.id = l.source_id and s.code = :source and l.found is not null returning l.place, l.lines`,
      { source, by },
    );
    if (rows.length > 0)
      await trx('ledger.event').insert({
        actor: by,
        verb: 'accept',
        object: `portal-pages:${source}`,
        detail: JSON.stringify({ places: rows }),
      });
    return rows.length;
  });
}
