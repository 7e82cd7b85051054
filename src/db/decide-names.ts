import { type Message, message } from '../model/message.js';
import type { Database } from './database.js';
import { lockDecisions } from './lock-decisions.js';
import type { NameEdit, PersonVerdict } from './name-decision.js';

/** What a set of edits would do, counted from active lines; `amount` is exact. */
export interface DecisionPreview {
  /** All mistakes together. With one of them nothing is written. */
  readonly problems: readonly Message[];
  readonly moves: readonly DecisionMove[];
  readonly names: number;
  readonly rows: number;
  readonly amount: string;
  /** Edits that say what a person has already said. */
  readonly unchanged: number;
}

/** Names that go from one state to another. The state is a verdict, `undecided`, or `auto`/`person` for a link by rule/person. */
interface DecisionMove {
  readonly from: string;
  readonly to: PersonVerdict;
  readonly names: number;
  readonly rows: number;
  readonly amount: string;
}

export interface DecisionBatch extends DecisionPreview {
  readonly batchId: string | null;
}

export async function previewDecisions(database: Database, edits: readonly NameEdit[]): Promise<DecisionPreview> {
  return database.transaction(async (trx) => (await plan(trx, edits)).preview);
}

/**
 * Writes the edits as one batch of decisions by a person, or nothing at all when one of them is wrong. What is written is
 * planned under the same lock, so it is what holds now, not what held at a preview. `batchId` is null when nothing was written.
 */
export async function decideNames(database: Database, edits: readonly NameEdit[], actor: string): Promise<DecisionBatch> {
  return database.transaction(async (trx) => {
    await lockDecisions(trx);
    const { preview, changes } = await plan(trx, edits);
    if (preview.problems.length > 0 || changes.length === 0) return { ...preview, batchId: null };
    const { rows } = await trx.raw<{ rows: { id: string }[] }>("select nextval('matching.batch_id_seq')::text as id");
    const batchId = rows[0]?.id ?? '';
    await write(trx, batchId, actor, changes);
    const { names, rows: lines, amount } = preview;
    await trx('ledger.event').insert({ actor, verb: 'decide', object: `batch:${batchId}`, detail: { names, rows: lines, amount } });
    return { ...preview, batchId };
  });
}

/** A raw name as the store knows it, with what depends on it. */
interface Known {
  readonly id: string;
  readonly name: string;
  readonly decision_id: string;
  readonly state: string;
  readonly by_person: boolean;
  readonly verdict: string;
  readonly terminal_id: string;
  readonly rows: number;
  readonly amount: string;
}

type Change = NameEdit & { readonly terminalId: string | null; readonly known: Known };

async function plan(trx: Database, edits: readonly NameEdit[]): Promise<{ preview: DecisionPreview; changes: Change[] }> {
  const known = await readKnown(trx, edits);
  const terminals = await readTerminals(trx, edits);
  const problems: Message[] = [];
  const changes: Change[] = [];
  const rowOf = new Map<string, NameEdit>();
  let unchanged = 0;

  for (const edit of edits) {
    const name = known.get(edit.rawNameId);
    const terminalId = edit.verdict === 'link' ? terminals.get(edit.terminalCode) : null;
    const earlier = rowOf.get(edit.rawNameId);
    const found = findProblems(edit, name, terminalId, earlier);
    problems.push(...found);
    if (found.length > 0 || !name || terminalId === undefined || earlier) continue;
    rowOf.set(edit.rawNameId, edit);
    if (name.by_person && name.verdict === verdictOf(edit) && name.terminal_id === (terminalId ?? '')) unchanged += 1;
    else changes.push({ ...edit, terminalId, known: name });
  }
  return { preview: { problems, unchanged, ...(await sumUp(trx, changes)) }, changes };
}

function findProblems(edit: NameEdit, name: Known | undefined, terminalId: string | null | undefined, earlier?: NameEdit): Message[] {
  const { row, rawNameId: value } = edit;
  const problems: Message[] = [];
  if (!name) return [message('match.unknown-raw-name', { row, value })];
  if (edit.seenName !== null && withoutSpaces(edit.seenName) !== withoutSpaces(name.name)) {
    problems.push(message('match.name-differs', { row, value: edit.seenName, expected: name.name }));
  }
  if (edit.verdict === 'link' && edit.terminalCode === '') problems.push(message('match.terminal-missing', { row }));
  else if (terminalId === undefined) problems.push(message('match.unknown-terminal', { row, value: edit.terminalCode }));
  if (edit.verdict !== 'link' && edit.terminalCode !== '')
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

const verdictOf = ({ verdict }: NameEdit): string => (verdict === 'link' ? 'auto' : verdict);

async function readKnown(trx: Database, edits: readonly NameEdit[]): Promise<Map<string, Known>> {
  // A text that is no bigint is simply not found.
  const ids = [...new Set(edits.map(({ rawNameId }) => rawNameId))].filter((id) => /^\d{1,19}$/.test(id) && BigInt(id) < 2n ** 63n);
  const { rows } = await trx.raw<{ rows: Known[] }>(
    `select rn.id, rn.name, coalesce(k.decision_id::text, '') as decision_id, coalesce(k.by_person, false) as by_person,
            coalesce(k.verdict, '') as verdict, coalesce(k.terminal_id::text, '') as terminal_id,
            case when k.raw_name_id is null then 'undecided' when k.by_person and k.terminal_id is not null then 'person' else k.verdict end as state,
            coalesce(f.rows, 0)::integer as rows, coalesce(f.amount, 0)::text as amount
       from matching.raw_name rn
       left join matching.link k on k.raw_name_id = rn.id
       left join lateral (select count(*) as rows, sum(l.amount) as amount
                            from flow.line l join ledger.generation g on g.id = l.generation_id and g.state = 'active'
                           where l.raw_name_id = rn.id) f on true
      where rn.id = any(?::bigint[])`,
    [ids],
  );
  return new Map(rows.map((row) => [row.id, row]));
}

async function readTerminals(trx: Database, edits: readonly NameEdit[]): Promise<Map<string, string>> {
  const codes = [...new Set(edits.map(({ terminalCode }) => terminalCode))];
  const { rows } = await trx.raw<{ rows: { id: string; code: string }[] }>(
    'select id, code from master.terminal where code = any(?::text[])',
    [codes],
  );
  return new Map(rows.map(({ id, code }) => [code, id]));
}

async function sumUp(trx: Database, changes: readonly Change[]): Promise<Omit<DecisionPreview, 'problems' | 'unchanged'>> {
  const items = changes.map(({ known, verdict }) => ({ from: known.state, to: verdict, rows: known.rows, amount: known.amount }));
  const { rows } = await trx.raw<{ rows: (DecisionMove & { is_total: boolean })[] }>(
    `select coalesce("from", '') as "from", coalesce("to", '') as "to", count(*)::integer as names, coalesce(sum(rows), 0)::integer as rows,
            coalesce(sum(amount), 0)::text as amount, grouping("from") = 1 as is_total
       from jsonb_to_recordset(?::jsonb) as i("from" text, "to" text, rows integer, amount numeric)
      group by grouping sets (("from", "to"), ()) order by 1, 2`,
    [JSON.stringify(items)],
  );
  const total = rows.find((row) => row.is_total);
  const moves = rows.filter((row) => !row.is_total).map(({ is_total: _, ...move }) => move);
  return { moves, names: total?.names ?? 0, rows: total?.rows ?? 0, amount: total?.amount ?? '0' };
}

async function write(trx: Database, batchId: string, actor: string, changes: readonly Change[]): Promise<void> {
  const records = changes.map((change) => ({
    raw_name_id: change.rawNameId,
    verdict: verdictOf(change),
    terminal_id: change.terminalId,
    evidence: { note: change.note, insteadOf: change.known.decision_id },
  }));
  await trx.raw(
    `with decided as (
       insert into matching.decision (raw_name_id, verdict, terminal_id, by_person, actor, evidence, batch_id)
       select raw_name_id, verdict, terminal_id, true, ?, evidence, ?
         from jsonb_to_recordset(?::jsonb) as d(raw_name_id bigint, verdict text, terminal_id bigint, evidence jsonb)
       returning id, raw_name_id, verdict, terminal_id)
     insert into matching.link (raw_name_id, decision_id, verdict, terminal_id, by_person)
     select raw_name_id, id, verdict, terminal_id, true from decided
     on conflict (raw_name_id) do update
        set decision_id = excluded.decision_id, verdict = excluded.verdict, terminal_id = excluded.terminal_id, by_person = true`,
    [actor, batchId, JSON.stringify(records)],
  );
}
