import { type Message, message } from '../../model/message.js';
import type { Database } from '../database.js';
import { rehearse } from '../rehearse.js';
import { foldLinks, namesOfBatches } from './fold-links.js';
import { type LinkImpact, readImpact } from './link-impact.js';
import { lockDecisions } from './lock-decisions.js';
import { type DecisionToWrite, type NameEdit, verdictStored } from './name-decision.js';
import { openBatch } from './open-batch.js';
import { requestNew } from './request-new.js';
import { writeDecisions } from './write-decisions.js';

/** What a set of edits would do. */
export interface DecisionPreview extends LinkImpact {
  /** All mistakes together. With one of them nothing is written. */
  readonly problems: readonly Message[];
  /** Edits that say what a person has already said. */
  readonly unchanged: number;
}

export interface DecisionBatch extends DecisionPreview {
  /** Null when nothing was written. */
  readonly batchId: string | null;
}

/** The decisions are taken and taken back: the preview is what would happen now, for all names in their scope. */
export async function previewDecisions(database: Database, edits: readonly NameEdit[]): Promise<DecisionPreview> {
  const { batchId: _, ...preview } = await rehearse(database, (trx) => decide(trx, edits, 'preview'));
  return preview;
}

/**
 * Writes the edits as one batch of decisions by a person, or nothing at all when one of them is wrong. What is written is
 * planned under the same lock, so it is what holds now, not what held at a preview.
 */
export async function decideNames(database: Database, edits: readonly NameEdit[], actor: string): Promise<DecisionBatch> {
  return database.transaction((trx) => decide(trx, edits, actor));
}

async function decide(trx: Database, edits: readonly NameEdit[], actor: string): Promise<DecisionBatch> {
  await lockDecisions(trx);
  const { problems, changes, unchanged } = await plan(trx, edits);
  if (problems.length > 0 || changes.length === 0) return { problems, unchanged, moves: [], names: 0, rows: 0, amount: '0', batchId: null };
  const batchId = await openBatch(trx, { kind: 'decide', actor, byPerson: true });
  await writeDecisions(trx, batchId, actor, await requestNew(trx, batchId, changes));
  await foldLinks(trx, namesOfBatches(':batch'), { batch: batchId });
  const impact = await readImpact(trx);
  const { names, rows, amount } = impact;
  await trx('ledger.event').insert({ actor, verb: 'decide', object: `batch:${batchId}`, detail: { names, rows, amount } });
  return { problems, unchanged, ...impact, batchId };
}

/** A raw name as the store knows it, with what depends on it. */
interface Known {
  readonly id: string;
  readonly name: string;
  readonly decision_id: string;
  readonly by_person: boolean;
  readonly verdict: string;
  readonly terminal_id: string;
  /** One link for all days: what a correction that says the same would not change. */
  readonly is_plain: boolean;
}

async function plan(
  trx: Database,
  edits: readonly NameEdit[],
): Promise<{ problems: Message[]; changes: DecisionToWrite[]; unchanged: number }> {
  const known = await readKnown(trx, edits);
  const terminals = await readTerminals(trx, edits);
  const distributors = await readDistributors(trx, edits);
  const problems: Message[] = [];
  const changes: DecisionToWrite[] = [];
  const rowOf = new Map<string, NameEdit>();
  let unchanged = 0;

  for (const edit of edits) {
    const name = known.get(edit.rawNameId);
    const terminalId = namesTerminal(edit) ? terminals.get(edit.terminalCode) : null;
    const distributorId = edit.verdict === 'distributor' ? distributors.get(edit.terminalCode) : null;
    // A name has one meaning, and any number of terminals that it does not mean.
    const place = edit.verdict === 'not' ? `${edit.rawNameId} not ${edit.terminalCode}` : edit.rawNameId;
    const earlier = rowOf.get(place);
    const found = findProblems(edit, name, { terminalId, distributorId }, earlier);
    problems.push(...found);
    if (found.length > 0 || !name || terminalId === undefined || distributorId === undefined || earlier) continue;
    rowOf.set(place, edit);
    if (saysTheSame(edit, name, terminalId)) unchanged += 1;
    else changes.push({ ...edit, terminalId, distributorId, insteadOf: name.decision_id });
  }
  return { problems, changes, unchanged };
}

/** A wide decision or one from a day on is always written: it speaks of more than the link that is seen. */
function saysTheSame({ scope, validFrom, verdict }: NameEdit, name: Known, terminalId: string | null): boolean {
  if ((scope ?? 'name') !== 'name' || validFrom !== undefined || verdict === 'not' || verdict === 'distributor' || !name.is_plain)
    return false;
  return name.by_person && name.verdict === verdictStored(verdict) && name.terminal_id === (terminalId ?? '');
}

const namesTerminal = ({ verdict }: NameEdit): boolean => verdict === 'link' || verdict === 'not';

function findProblems(
  edit: NameEdit,
  name: Known | undefined,
  { terminalId, distributorId }: { readonly terminalId: string | null | undefined; readonly distributorId: number | null | undefined },
  earlier?: NameEdit,
): Message[] {
  const { row, rawNameId: value } = edit;
  const problems: Message[] = [];
  if (!name) return [message('match.unknown-raw-name', { row, value })];
  if (edit.seenName !== null && withoutSpaces(edit.seenName) !== withoutSpaces(name.name)) {
    problems.push(message('match.name-differs', { row, value: edit.seenName, expected: name.name }));
  }
  if (namesTerminal(edit) && edit.terminalCode === '') problems.push(message('match.terminal-missing', { row }));
  else if (terminalId === undefined) problems.push(message('match.unknown-terminal', { row, value: edit.terminalCode }));
  if (distributorId === undefined) problems.push(message('match.unknown-distributor', { row, value: edit.terminalCode }));
  if (edit.verdict === 'not' && edit.validFrom !== undefined) problems.push(message('match.not-has-no-day', { row }));
  if (!namesTerminal(edit) && edit.verdict !== 'distributor' && edit.terminalCode !== '')
    problems.push(message('match.terminal-not-wanted', { row, value: edit.terminalCode }));
  if (earlier && (earlier.verdict !== edit.verdict || earlier.terminalCode !== edit.terminalCode)) {
    problems.push(message('match.edited-twice', { row, other: earlier.row, value }));
  }
  if (name.by_person && edit.seenDecisionId !== null && edit.seenDecisionId !== name.decision_id) {
    problems.push(message('match.decided-meanwhile', { row, value: name.name }));
  }
  return problems;
}

/** Workbooks trim cells and rewrite line ends. */
const withoutSpaces = (text: string): string => text.replace(/\s/gu, '');

async function readKnown(trx: Database, edits: readonly NameEdit[]): Promise<Map<string, Known>> {
  // A text that is no bigint is simply not found.
  const ids = [...new Set(edits.map(({ rawNameId }) => rawNameId))].filter((id) => /^\d{1,19}$/.test(id) && BigInt(id) < 2n ** 63n);
  const { rows } = await trx.raw<{ rows: Known[] }>(
    `select rn.id, rn.name, coalesce(k.decision_id::text, '') as decision_id, coalesce(k.by_person, false) as by_person,
            coalesce(k.verdict, '') as verdict, coalesce(k.terminal_id::text, '') as terminal_id, coalesce(k.valid_from = '-infinity', false) as is_plain
       from matching.raw_name rn
       left join matching.current_link k on k.raw_name_id = rn.id
      where rn.id = any(?::bigint[])`,
    [ids],
  );
  return new Map(rows.map((row) => [row.id, row]));
}

async function readTerminals(trx: Database, edits: readonly NameEdit[]): Promise<Map<string, string>> {
  const codes = [...new Set(edits.map(({ terminalCode }) => terminalCode))];
  const { rows } = await trx.raw<{ rows: { id: string; code: string }[] }>(
    "select coalesce(survivor_id, id) as id, code from master.terminal where code = any(?::text[]) and status <> 'withdrawn'",
    [codes],
  );
  return new Map(rows.map(({ id, code }) => [code, id]));
}

async function readDistributors(trx: Database, edits: readonly NameEdit[]): Promise<Map<string, number>> {
  const codes = edits.flatMap(({ verdict, terminalCode }) => (verdict === 'distributor' ? [terminalCode] : []));
  if (codes.length === 0) return new Map();
  const rows: { id: number; code: string }[] = await trx('master.distributor').whereIn('code', codes).select('id', 'code');
  return new Map(rows.map(({ id, code }) => [code, id]));
}
