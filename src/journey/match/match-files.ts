import { type Answered, toAnswered } from './files/answered.js';
import { assignFile } from './files/assign-file.js';
import { type Judged, type Measures, measure, printMeasures } from './files/measure.js';
import { readTable, type TableRow } from './files/read-table.js';
import { writeAnswers } from './files/write-answers.js';
import { openMatchPool } from './pool/match-pool.js';
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
  /** Threads; default one per core. The answers are the same for any number. */
  readonly workers?: number;
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
/** Batches under way for each thread: reading and writing go on while the threads work. */
const batchesPerThread = 2;

/** Matches a file of names against a file of terminals. Either may be csv or xlsx, with its columns in any order or missing. */
export async function matchFiles(options: MatchFilesOptions): Promise<MatchFilesResult> {
  const { onProgress, truth: truthFile } = options;
  const candidates = Math.min(50, Math.max(1, options.candidates ?? 5));
  const asked = { candidates: truthFile ? 50 : candidates, explain: 'brief' } as const;
  const started = performance.now();
  const pool = await openMatchPool(readMaster(options.master), {
    ...(options.workers !== undefined && { workers: options.workers }),
    onProgress: (done) => onProgress?.({ step: 'master', done }),
  });
  try {
    const indexed = performance.now();
    const truth = truthFile ? await readTruth(truthFile) : null;
    const judged: Judged[] = [];
    const decisions: Record<string, number> = {};
    let names = 0;
    let hasCodes = false;
    const columns = (found: ReadonlySet<string>) => {
      hasCodes = found.has('distributor') && found.has('code');
    };
    await writeAnswers(options.out, tallied(truth, judged, decisions, candidates, wholeFile()));
    const measures = truth ? measure(judged) : null;
    const { versions, terminals } = pool;
    const seconds = { index: (indexed - started) / 1000, match: (performance.now() - indexed) / 1000 };
    const result = { terminals, names, decisions, seconds, versions, measures };
    return {
      ...result,
      printed: options.json
        ? JSON.stringify(result, null, 2)
        : [summary(result), ...(measures ? [printMeasures(measures)] : [])].join('\n'),
    };

    // Only when the file has customer codes must all its answers be there before the first is written.
    async function* wholeFile(): AsyncGenerator<readonly Answered[]> {
      const each = answers();
      const { value: first, done } = await each.next();
      if (done || !first) return;
      async function* all(): AsyncGenerator<readonly Answered[]> {
        yield first!;
        yield* each;
      }
      yield* hasCodes ? assignFile(all(), `${options.out}.part`) : all();
    }

    async function* answers(): AsyncGenerator<Answered[]> {
      const underway: Promise<Answered[]>[] = [];
      let batch: RawName[] = [];
      const send = () => {
        const sent = batch;
        const one = pool.matchEach(sent, asked).then((list) => list.map((answer, i) => toAnswered(sent[i]!, answer)));
        void one.catch(() => undefined);
        underway.push(one);
        batch = [];
      };
      let handed = 0;
      const next = async () => {
        const list = (await underway.shift())!;
        handed += list.length;
        onProgress?.({ step: 'names', done: handed });
        return list;
      };
      for await (const row of readTable(options.names, nameColumns, ['name'], columns)) {
        names++;
        batch.push(rawNameOf(row, names));
        if (batch.length < batchSize) continue;
        send();
        if (underway.length > batchesPerThread * pool.workers) yield await next();
      }
      if (batch.length > 0) send();
      while (underway.length > 0) yield await next();
    }
  } finally {
    await pool.close();
  }
}

async function* readMaster(path: string): AsyncGenerator<Terminal> {
  let line = 0;
  for await (const row of readTable(path, masterColumns, ['name'])) if (row['name']) yield terminalOf(row, ++line);
}

/** Counts and judges answers on their way to the file. */
async function* tallied(
  truth: Map<string, { truth: string; form: string }> | null,
  judged: Judged[],
  decisions: Record<string, number>,
  candidates: number,
  batches: AsyncIterable<readonly Answered[]>,
): AsyncGenerator<Answered[]> {
  for await (const batch of batches) {
    yield batch.map((found) => {
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
      return { ...found, ranked: found.ranked.slice(0, candidates) };
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
