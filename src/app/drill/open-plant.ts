import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type ContentDigest, contentDigest } from '../../db/content-digest.js';
import type { Database } from '../../db/database.js';
import { type LedgerCounts, ledgerCounts } from '../../db/ledger-counts.js';
import { type NewSource, saveSource } from '../../db/source-store.js';
import type { ScratchDatabases } from './scratch-databases.js';
import type { DrillNight } from './write-drill-night.js';

/** What a hub knows and what its books say; equal for two hubs that were given the same deliveries, whatever happened meanwhile. */
export interface Outcome {
  readonly digest: ContentDigest;
  readonly ledger: LedgerCounts;
}

/** A hub of its own for an experiment: a database, a home, drop folders. Its programs run as processes of their own. */
export interface Plant {
  readonly url: string;
  readonly database: Database;
  readonly folder: string;
  readonly home: string;
  readonly drops: string;
  readonly day: string;
  /** Starts the command line. `environment` is added to what every program of the plant gets. */
  start(args: readonly string[], environment?: NodeJS.ProcessEnv): Program;
  /** Starts another compiled program, told by its path below `dist/src`. */
  startModule(module: string, environment?: NodeJS.ProcessEnv): Program;
  /** Starts one night with the embedded driver, without the command line, which would cost more than the night. */
  startNight(environment?: NodeJS.ProcessEnv): Program;
  outcome(): Promise<Outcome>;
  /** Kills what still runs and removes everything. */
  close(): Promise<void>;
}

export interface Program {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly ended: Promise<Ended>;
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface PlantOptions {
  /** Where the files of the night lie; they are copied. */
  readonly nightFolder: string;
  readonly night: DrillNight;
  readonly root: string;
  readonly databases: ScratchDatabases;
  readonly environment?: NodeJS.ProcessEnv;
}

export async function openPlant({ nightFolder, night, root, databases, environment = {} }: PlantOptions): Promise<Plant> {
  const folder = mkdtempSync(join(root, 'plant-'));
  const [home, drops] = [join(folder, 'home'), join(folder, 'drops')];
  mkdirSync(home);
  cpSync(nightFolder, drops, { recursive: true, preserveTimestamps: true });
  const scratch = await databases.make();
  const programs = new Set<Program>();
  await addSources(scratch.database, drops, night.senders);

  function begin(module: string, args: readonly string[], more: NodeJS.ProcessEnv = {}): Program {
    const program = startProgram(module, args, { HUILIU_HOME: home, DATABASE_URL: scratch.url, ...environment, ...more });
    programs.add(program);
    void program.ended.then(() => programs.delete(program));
    return program;
  }

  return {
    ...{ url: scratch.url, database: scratch.database, folder, home, drops, day: night.day },
    start: (args, more) => begin('main.js', args, more),
    startModule: (module, more) => begin(module, [], more),
    startNight: (more) => begin('app/drill/drill-program.js', [night.day], more),
    outcome: async () => ({ digest: await contentDigest(scratch.database), ledger: await ledgerCounts(scratch.database) }),
    async close() {
      for (const { child } of programs) child.kill('SIGKILL');
      await Promise.all([...programs].map(({ ended }) => ended));
      await scratch.drop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A drop folder per sender; what is safe is moved to `done`. */
export function dropSource(drops: string, code: string, over: Partial<NewSource> = {}): NewSource {
  const settings = { folder: join(drops, code), pattern: '*', stable_seconds: 0, move_to: 'done' };
  const layouts = code === 'own' ? ['reference-terminals'] : ['demo-files'];
  return {
    code,
    title: code,
    sender: code,
    connector: 'folder',
    layouts,
    hints: {},
    constants: {},
    expects: {},
    enabled: true,
    settings,
    ...over,
  };
}

async function addSources(database: Database, drops: string, senders: readonly string[]): Promise<void> {
  await database('master.distributor').insert(senders.map((code) => ({ code, name: `${code} 医药`, province: '湖南省' })));
  for (const code of ['own', ...senders]) await saveSource(database, dropSource(drops, code));
}

function startProgram(module: string, args: readonly string[], environment: NodeJS.ProcessEnv): Program {
  const { HUILIU_FAILPOINT: _, HUILIU_FAILPOINT_MARK: __, HUILIU_MAPPINGS: ___, REDIS_URL: ____, ...rest } = process.env;
  const child = spawn(process.execPath, [compiled(module), ...args], {
    env: { ...rest, HUILIU_LANG: 'en', HUILIU_CHILDREN: '1', HUILIU_MIN_FREE_MB: '0', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout!.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr!.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = new Promise<Ended>((end) => {
    child.once('error', (error) => end({ code: null, signal: null, stdout, stderr: error.message }));
    // 'exit' and not 'close': children of a killed process may hold its pipes for a moment longer.
    child.once('exit', (code, signal) => setImmediate(() => end({ code, signal, stdout, stderr })));
  });
  return { child, pid: child.pid ?? 0, ended };
}

// The compiled program, also when this runs from its sources under a test runner.
function compiled(module: string): string {
  const fromSources = import.meta.filename.endsWith('.ts');
  const path = join(import.meta.dirname, fromSources ? '../../../dist/src' : '../..', module);
  if (!existsSync(path)) throw new Error(`${path} is missing: run npm run build first`);
  return path;
}
