import type { NameMatcher } from '../../journey/match/name-matcher.js';
import type { MatchAnswer } from '../../journey/match/terminal.js';
import type { Database } from '../database.js';
import { foldLinks } from './fold-links.js';
import { followAliases } from './follow-aliases.js';
import { listNamesToMatch, readNamesToMatch } from './list-names-to-match.js';
import { lastVersions } from './list-taught.js';
import { lockDecisions } from './lock-decisions.js';
import type { MatchCounts } from './match-counts.js';
import type { NameToMatch } from './name-to-match.js';
import { openBatch } from './open-batch.js';
import type { ReadyMatcher } from './ready-matcher.js';
import { toIncoming } from './to-incoming.js';
import { createIncoming, keepIncoming, writeIncoming } from './write-incoming.js';

export interface MatchOptions {
  readonly actor: string;
  /** Null: only what follows from decisions of people is decided, the other names wait. */
  readonly matcher: (() => Promise<ReadyMatcher>) | null;
  readonly runId?: string;
  /** The batch of a person because of which we look now: what is decided falls with it. */
  readonly follows?: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (names: number) => void;
  /** More to commit in the same transaction, under the same lock: a step's fence and counts. */
  readonly commit?: (trx: Database, counts: MatchCounts) => Promise<void>;
}

const pageSize = 5000;

/**
 * Decides the raw names that have no link yet, and looks again at those that a changed terminal or a new decision of a person
 * touches. What a person linked is never changed (I8): where the matcher now strongly disagrees, a challenge is stored.
 *
 * The matcher works before anything is locked; its answers wait in a temp table, a page at a time, so memory stays small. Then
 * one short commit under the lock of decisions writes them, without names that somebody decided meanwhile. Run twice or at once
 * it decides each name once.
 */
export async function matchNames(database: Database, options: MatchOptions): Promise<MatchCounts> {
  const { matcher, follows, signal, onProgress, commit } = options;
  const covered = await followWideDecisions(database);
  const ready = matcher && (await matcher());
  return database.transaction(async (trx) => {
    await createIncoming(trx);
    const listed = await listNamesToMatch(trx, ready, follows);
    await followAliases(trx);
    if (ready) await answerListed(trx, ready.names, listed);
    await lockDecisions(trx);
    const counts = { ...(await keepIncoming(trx, (detail) => openMatchBatch(trx, options, ready, detail))), covered };
    await commit?.(trx, counts);
    return counts;
  });

  // While the threads work on a page, the one before it is written and the next is read.
  async function answerListed(trx: Database, names: NameMatcher, listed: number): Promise<void> {
    interface Asked {
      readonly page: readonly NameToMatch[];
      readonly answers: Promise<MatchAnswer[]>;
      readonly last: number;
    }
    let waiting: Asked | null = null;
    for (let first = 1; ; first += pageSize) {
      const page = first > listed ? null : await readNamesToMatch(trx, first, pageSize);
      signal?.throwIfAborted();
      const next: Asked | null = page && { page, answers: answerAll(names, page), last: Math.min(listed, first + pageSize - 1) };
      // Its fault is thrown where it is awaited, also when the page before it fails first.
      next?.answers.catch(() => undefined);
      if (waiting) {
        const answers = await waiting.answers;
        await writeIncoming(
          trx,
          waiting.page.map((name, at) => toIncoming(name, answers[at]!)).filter((one) => one !== null),
        );
        onProgress?.(waiting.last);
      }
      if (next === null) return;
      waiting = next;
    }
  }

  async function openMatchBatch(
    trx: Database,
    { actor, runId }: MatchOptions,
    used: ReadyMatcher | null,
    counts: object,
  ): Promise<string | null> {
    const isEmpty = Object.values(counts).every((count) => count === 0);
    const { rows } = await trx.raw<{ rows: { seen: boolean }[] }>(
      'select coalesce(max(master_seq) >= ?::bigint, false) as seen from matching.batch',
      [follows === undefined ? (used?.masterSeq ?? null) : null],
    );
    const last = used && (await lastVersions(trx));
    const isSame = last?.model === used?.names.versions.model && last?.learned === used?.names.versions.learned;
    // Also without a decision it is worth remembering what the names were looked at with.
    if (isEmpty && (used === null || follows !== undefined || (rows[0]!.seen && isSame))) return null;
    if (!isEmpty)
      await trx('ledger.event').insert({ actor, verb: 'match', object: 'matching.link', detail: { ...counts, run: runId ?? null } });
    return openBatch(trx, {
      ...{
        kind: 'match',
        actor,
        byPerson: false,
        versions: used?.names.versions ?? {},
        masterSeq: follows === undefined ? (used?.masterSeq ?? null) : null,
      },
      ...{ follows: follows ?? null, detail: counts },
    });
  }
}

/** New names that a person's wide decision speaks of: their links follow without a decision of their own. */
async function followWideDecisions(database: Database): Promise<number> {
  return database.transaction(async (trx) => {
    await lockDecisions(trx);
    return foldLinks(
      trx,
      `select r.id as raw_name_id
         from matching.decision d
         join matching.batch b on b.id = d.batch_id and b.in_force
         join matching.raw_name o on o.id = d.raw_name_id
         join matching.raw_name r on r.spelling = o.spelling and r.role = 'buyer' and (d.scope = 'everywhere' or r.distributor_id = o.distributor_id)
        where d.scope <> 'name' and d.verdict <> 'not' and not exists (select 1 from matching.link k where k.raw_name_id = r.id)`,
    );
  });
}

/** Bits cost more than the answer; four of five names are written as in the master and need none. */
function explainsItself({ decision, stratum }: MatchAnswer): boolean {
  return decision === 'auto' && stratum.startsWith('same name');
}

/** Names with terminals that a person ruled out are asked one by one, with that known; it is soon forgotten again, because the word of a person holds where it was said. */
async function answerAll(matcher: NameMatcher, page: readonly NameToMatch[]): Promise<MatchAnswer[]> {
  const answers = await matcher.matchBatch(
    page.map(({ raw }) => raw),
    { candidates: 5 },
  );
  const open = answers.flatMap((answer, at) => (explainsItself(answer) ? [] : [at]));
  const explained = await matcher.matchBatch(
    open.map((at) => page[at]!.raw),
    { candidates: 5, explain: true },
  );
  // The decision is that of the whole page, where names of one code are looked at together.
  for (const [of, at] of open.entries()) answers[at] = { ...answers[at]!, candidates: explained[of]!.candidates };
  for (const [at, { raw, denied }] of page.entries()) {
    if (!answers[at]!.candidates.some(({ terminalId }) => denied.includes(terminalId))) continue;
    const said = denied.map((terminalId) => ({ name: raw.name, terminalId, scope: {} }));
    await matcher.apply(...said.map((one) => ({ kind: 'cannot-link' as const, ...one })));
    answers[at] = (await matcher.matchBatch([raw], { candidates: 5, explain: true }))[0]!;
    await matcher.apply(...said.map((one) => ({ kind: 'unlink' as const, ...one })));
  }
  return answers;
}
