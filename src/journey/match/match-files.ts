import { type Judged, type Measures, measure, printMeasures } from './files/measure.js';
import { readTable, type TableRow } from './files/read-table.js';
import { type Answered, writeAnswers } from './files/write-answers.js';
import { createMatcher } from './matcher.js';
import type { RawName, Terminal } from './terminal.js';

/** The options of `huiliu match`, one to one. */
export interface MatchFilesOptions {
  readonly master: string;
  readonly names: string;
  readonly out: string;
  /** `key,terminal_id` (empty id: not in the master), optionally `form` to break the table down by. */
  readonly truth?: string;
  /** How many candidates the `candidates` column lists, up to 50. Default 5. */
  readonly candidates?: number;
  readonly json?: boolean;
  readonly onProgress?: (progress: { readonly step: 'master' | 'names'; readonly done: number }) => void;
}

export interface MatchFilesResult {
  readonly terminals: number;
  readonly names: number;
  readonly decisions: Readonly<Record<string, number>>;
  readonly seconds: { readonly index: number; readonly match: number };
  readonly versions: { readonly model: string; readonly gazetteer: string; readonly index: string };
  readonly measures: readonly Measures[] | null;
  /** What the command prints: the table, or with `json` the result itself. */
  readonly printed: string;
}

const masterColumns = ['id', 'name', 'former_names', 'kind', 'province', 'city', 'county', 'address', 'level', 'status'];
const nameColumns = ['key', 'name', 'province', 'city', 'county', 'address', 'distributor', 'code', 'rows', 'amount'];
const batchSize = 2000;

/** Matches a file of names against a file of terminals. Either may be csv or xlsx, with its columns in any order or missing. */
export async function matchFiles(options: MatchFilesOptions): Promise<MatchFilesResult> {
  const { onProgress } = options;
  const candidates = Math.min(50, Math.max(1, options.candidates ?? 5));
  const started = performance.now();
  const terminals: Terminal[] = [];
  for await (const row of readTable(options.master, masterColumns, ['name'])) {
    if (row['name']) terminals.push(terminalOf(row, terminals.length + 1));
    if (terminals.length % 10_000 === 0) onProgress?.({ step: 'master', done: terminals.length });
  }
  const count = terminals.length;
  const matcher = createMatcher(terminals);
  terminals.length = 0;
  const indexed = performance.now();

  const truth = options.truth ? await readTruth(options.truth) : null;
  const judged: Judged[] = [];
  const decisions: Record<string, number> = {};
  let names = 0;
  await writeAnswers(options.out, answers());
  const measures = truth ? measure(judged) : null;
  const { versions } = matcher;
  const seconds = { index: (indexed - started) / 1000, match: (performance.now() - indexed) / 1000 };
  const result = { terminals: count, names, decisions, seconds, versions, measures };
  return {
    ...result,
    printed: options.json ? JSON.stringify(result, null, 2) : [summary(result), ...(measures ? [printMeasures(measures)] : [])].join('\n'),
  };

  async function* answers(): AsyncGenerator<Answered[]> {
    let batch: RawName[] = [];
    for await (const row of readTable(options.names, nameColumns, ['name'])) {
      names++;
      batch.push(rawNameOf(row, names));
      if (batch.length < batchSize) continue;
      yield answer(batch);
      batch = [];
    }
    if (batch.length > 0) yield answer(batch);
  }

  function answer(batch: readonly RawName[]): Answered[] {
    const list = matcher.matchBatch(batch, { candidates: Math.max(candidates, truth ? 50 : 0), explain: true });
    onProgress?.({ step: 'names', done: names });
    return list.map((found, i) => {
      decisions[found.decision] = (decisions[found.decision] ?? 0) + 1;
      const wanted = truth?.get(found.key);
      if (wanted) {
        const ranked = found.ranked.map(({ id }) => id);
        judged.push({
          ...wanted,
          decision: found.decision,
          linked: found.terminalId,
          probability: found.probability,
          top: ranked[0] ?? null,
          rank: ranked.indexOf(wanted.truth) + 1,
        });
      }
      return { name: batch[i]!.name, answer: { ...found, ranked: found.ranked.slice(0, candidates) } };
    });
  }
}

async function readTruth(path: string): Promise<Map<string, { truth: string; form: string }>> {
  const truth = new Map<string, { truth: string; form: string }>();
  let line = 0;
  for await (const row of readTable(path, ['key', 'id', 'form']))
    truth.set(row['key'] ?? String(++line), { truth: row['id'] ?? '', form: row['form'] ?? '' });
  return truth;
}

function terminalOf(row: TableRow, line: number): Terminal {
  const { id, name = '', kind, province, city, county, address, level, status, former_names: former } = row;
  return {
    id: id ?? String(line),
    name,
    kind,
    province,
    city,
    county,
    address,
    level,
    status,
    formerNames: former?.split(/[;；|、\n]/).filter((part) => part.trim() !== ''),
  } as Terminal;
}

function rawNameOf(row: TableRow, line: number): RawName {
  const { key, name = '', province, city, county, address, distributor, code, rows, amount } = row;
  return {
    key: key ?? String(line),
    name,
    province,
    city,
    county,
    address,
    distributor,
    code,
    rows: Number(rows ?? 1) || 1,
    amount,
  } as RawName;
}

function summary({ terminals, names, decisions, seconds, versions }: Omit<MatchFilesResult, 'printed'>): string {
  const counts = Object.entries(decisions).map(([kind, count]) => `${kind} ${count}`);
  return `${terminals} terminals indexed in ${seconds.index.toFixed(1)} s, ${names} names in ${seconds.match.toFixed(1)} s (${counts.join(', ')}); model ${versions.model}, gazetteer ${versions.gazetteer}`;
}
