import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Invariant } from '../../db/check-invariants.js';
import { factHashes } from '../../db/content-digest.js';
import { HubError } from '../../model/hub-error.js';
import { message } from '../../model/message.js';
import { startEmbeddedPostgres } from '../embedded-postgres/embedded-postgres.js';
import { countDifferences } from './count-differences.js';
import { type Outcome, openPlant, type Plant } from './open-plant.js';
import { openScratchDatabases, type ScratchDatabases } from './scratch-databases.js';
import { type Broken, whatIsBroken } from './what-is-broken.js';
import { type DrillNight, writeDrillNight } from './write-drill-night.js';

export interface DrillReport {
  /** Where it ran: a server of its own, or temporary databases on yours. */
  readonly on: 'own-server' | 'your-server';
  readonly kills: readonly DrilledKill[];
  /** Lines of one undisturbed night. */
  readonly lines: number;
  /** Lines missing from, and lines too many in, all killed nights together, told apart line by line: one cannot make up for the other. */
  readonly lost: number;
  readonly twice: number;
  readonly invariants: readonly { readonly invariant: Invariant; readonly broken: readonly string[] }[];
  readonly seconds: number;
}

interface DrilledKill {
  /** The named place in the code, see src/model/failpoint.ts. */
  readonly place: string;
  readonly broken: readonly Broken[];
}

const quickPlaces = ['before-landing-link:4', 'after-copy-before-marker:3', 'before-commit:3', 'after-commit:2'];
const allPlaces = [
  ...[
    'during-list:2',
    'during-download:4',
    ...quickPlaces,
    'after-land-before-ledger:5',
    'after-ledger-before-observation:3',
    'during-decode:2',
  ],
  ...['after-activate:3', 'before-ack:2', 'before-match-commit', 'before-run-close'],
];
const invariants: readonly Invariant[] = ['I1', 'I2', 'I3', 'I4', 'I5', 'I6', 'I7', 'I8'];

/**
 * Kills a small night of invented distributors with SIGKILL at named places, lets the next start finish it, and compares. It works in
 * temporary databases and folders of its own: the data of the hub are never opened.
 */
export async function runDrill(options: {
  /** The server of the hub, if it is not the embedded one; its user must be allowed to create databases. */
  databaseUrl: string | null;
  quick: boolean;
  signal: AbortSignal;
  tell(progress: { done: number; of: number; place: string }): void;
}): Promise<DrillReport> {
  const startedAt = performance.now();
  const root = await mkdtemp(join(tmpdir(), 'huiliu-drill-'));
  const server = options.databaseUrl ? null : await startEmbeddedPostgres({ dataFolder: join(root, 'postgres') });
  try {
    const databases = await openScratch(options.databaseUrl ?? server!.url);
    try {
      const places = options.quick ? quickPlaces : allPlaces;
      const night = await writeDrillNight(join(root, 'night'));
      const stage = { root, databases, night, signal: options.signal };
      options.tell({ done: 0, of: places.length, place: '' });
      const control = await inPlant(stage, async (plant) => {
        expectEnded((await plant.startNight().ended).code);
        return { ...(await plant.outcome()), lines: await factHashes(plant.database) };
      });
      const kills: DrilledKill[] = [];
      let [lost, twice] = [0, 0];
      for (const [at, place] of places.entries()) {
        options.tell({ done: at, of: places.length, place });
        const { broken, found } = await inPlant(stage, (plant) => killAt(plant, place, control));
        kills.push({ place, broken });
        const difference = countDifferences(control.lines, found);
        lost += difference.lost;
        twice += difference.extra;
      }
      const of = (invariant: Invariant) =>
        kills.flatMap(({ place, broken }) => broken.filter((one) => one.invariant === invariant).map(({ what }) => `${place}: ${what}`));
      return {
        ...{ on: server ? 'own-server' : 'your-server', kills, lines: control.lines.length, lost, twice },
        invariants: invariants.map((invariant) => ({ invariant, broken: of(invariant) })),
        seconds: (performance.now() - startedAt) / 1_000,
      };
    } finally {
      await databases.close();
    }
  } finally {
    await server?.stop();
    await rm(root, { recursive: true, force: true });
  }
}

async function openScratch(url: string): Promise<ScratchDatabases> {
  try {
    return await openScratchDatabases(url);
  } catch (error) {
    if ((error as { code?: string }).code !== '42501') throw error;
    throw new HubError('config', message('hub.no-scratch', { cause: (error as Error).message }), { cause: error });
  }
}

interface Stage {
  readonly root: string;
  readonly databases: ScratchDatabases;
  readonly night: DrillNight;
  readonly signal: AbortSignal;
}

async function inPlant<Result>({ root, databases, night, signal }: Stage, work: (plant: Plant) => Promise<Result>): Promise<Result> {
  signal.throwIfAborted();
  const plant = await openPlant({ nightFolder: join(root, 'night'), night, root, databases });
  const stop = () => void plant.close();
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await work(plant);
  } finally {
    signal.removeEventListener('abort', stop);
    if (!signal.aborted) await plant.close();
  }
}

async function killAt(plant: Plant, place: string, control: Outcome): Promise<{ broken: readonly Broken[]; found: readonly string[] }> {
  const { signal, stderr } = await plant.startNight({ HUILIU_FAILPOINT: place }).ended;
  if (signal !== 'SIGKILL') throw new Error(`nothing was killed at ${place}: ${stderr.slice(-1_000)}`);
  expectEnded((await plant.startNight().ended).code);
  return { broken: await whatIsBroken(plant, control), found: await factHashes(plant.database) };
}

function expectEnded(code: number | null): void {
  if (code !== 0 && code !== 3) throw new Error(`a night of the drill ended with ${code}`);
}
