import { EventEmitter } from 'node:events';
import { readdir, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { createDatabase } from '../db/database.js';
import { endFrozenCopies } from '../db/end-frozen-copies.js';
import { compareSchema, migrate } from '../db/migrate.js';
import { releaseLeases } from '../db/stage-store.js';
import type { DeliveryJob, DeliveryJobResult } from '../delivery-child.js';
import { createChildPool } from '../jobs/child-pool.js';
import { makeFolder } from '../journey/land/make-folder.js';
import { HubError } from '../model/hub-error.js';
import { message } from '../model/message.js';
import { startEmbeddedPostgres } from './embedded-postgres/embedded-postgres.js';
import { expectRoom } from './expect-room.js';
import { findConnectors } from './find-connectors.js';
import { finishRun } from './finish-run.js';
import { hubHistory } from './history/hub-history.js';
import type { Hub } from './hub.js';
import { createHubMatcher } from './hub-matcher.js';
import { importFile } from './import-file.js';
import { keepLogins } from './keep-logins.js';
import { rememberSecret } from './known-secrets.js';
import { landingOf } from './landing-of.js';
import { readLayouts } from './read-layouts.js';
import { releaseDelivery } from './release-delivery.js';
import { resolveSecret } from './resolve-secret.js';
import { runBackfill } from './run-backfill.js';
import { runNightly } from './run-nightly.js';
import { saveCheckedSource, testSource } from './save-checked-source.js';
import { runScheduler } from './scheduler/run-scheduler.js';
import { schedulerDuties } from './scheduler/scheduler-duties.js';
import { secretStoreOf } from './secrets/secret-store-of.js';
import type { Settings } from './settings.js';
import { keepSharing } from './share/keep-sharing.js';
import { startRun } from './start-run.js';
import type { StepProgress } from './step-progress.js';
import { sourceIo } from './steps/collect-step.js';
import type { StepTools } from './steps/step-tools.js';
import type { StepEnd } from './steps-of.js';
import { takeShippedCalendar } from './take-shipped-calendar.js';
import { receiveUpload } from './uploads/receive-upload.js';
import { refuseUpload, takeUpload } from './uploads/take-upload.js';
import { startWorker } from './worker.js';

/** Who holds a lease: host, process and its start, so that a restart knows which owners are gone. */
const owner = `${hostname()}:${process.pid}:${Math.round(Date.now() - process.uptime() * 1000)}`;

/** Starts (or adopts) the database, brings it up to date and builds the hub around it. Whoever opens it closes it. */
export async function openHub(settings: Settings): Promise<Hub> {
  const { layouts, dictionary } = await readLayouts(settings.mappingFolders);
  const connectors = await findConnectors();
  const postgres = settings.databaseUrl
    ? { url: settings.databaseUrl, stop: () => Promise.resolve() }
    : await startEmbeddedPostgres({ dataFolder: join(settings.home, 'postgres') });
  const database = createDatabase(postgres.url);
  rememberSecret(decodeURIComponent(new URL(postgres.url).password));
  try {
    await migrateAtLeisure(postgres.url);
    await releaseLeases(database, isGone);
    await takeShippedCalendar(database, settings.mappingFolders[0]!);
  } catch (error) {
    await database.destroy();
    await postgres.stop();
    throw error;
  }

  const progress = new EventEmitter<{ step: [StepProgress]; end: [StepEnd] }>();
  const landing = landingOf(settings);
  await landing.sweep();
  const spoolFolder = join(settings.home, 'spool', `${hostname()}~${process.pid}`);
  await sweepSpools(dirname(spoolFolder));
  await makeFolder(spoolFolder).catch((error: NodeJS.ErrnoException) => {
    throw new HubError('config', message('hub.home-unwritable', { folder: settings.home, cause: error.code ?? error.message }));
  });
  const children = createChildPool<DeliveryJob, DeliveryJobResult>(childModule(), {
    children: settings.children,
    heapMegabytes: settings.childMegabytes,
    rssMegabytes: settings.childMegabytes + 128,
    seconds: settings.childSeconds,
    temporaryFolder: spoolFolder,
  });
  const closing = new AbortController();
  void endFrozenCopies(database, closing.signal);
  const matcher = createHubMatcher(database, { workers: settings.children, signal: closing.signal });
  const tools: StepTools = {
    database,
    matcher,
    landing,
    connectors,
    layouts,
    dictionary,
    children,
    secrets: secretStoreOf(settings, database),
    spoolFolder,
    // One more than children: while one delivery is decoded, another is loaded.
    lanes: { collect: settings.collections, load: settings.children + 1, match: 1 },
    limits: { perHost: settings.perHost },
    collectMinutes: settings.collectMinutes,
    tell: (step) => progress.emit('step', step),
    ring: () => undefined,
  };
  const stopWith = (signal?: AbortSignal) => (signal ? AbortSignal.any([signal, closing.signal]) : closing.signal);
  const runs = new Set<Promise<unknown>>();
  const withRoom = <Result>(run: () => Promise<Result>): Promise<Result> => track(expectRoom(settings).then(run));
  const track = <Result>(run: Promise<Result>): Promise<Result> => {
    runs.add(run);
    void run.catch(() => undefined).finally(() => runs.delete(run));
    return run;
  };
  let closed: Promise<void> | null = null;

  return {
    settings,
    databaseUrl: postgres.url,
    database,
    landing,
    connectors,
    matcher,
    progress,
    ioOf: (source, signal) => sourceIo(tools, source, signal),
    saveSource: (source) => saveCheckedSource(tools, source),
    testSource: (code) => testSource(tools, code, closing.signal),
    lanes: tools.lanes,
    limits: tools.limits,
    startWorker: (options) =>
      startWorker(tools, owner, {
        ...options,
        minFreeMegabytes: settings.minFreeMegabytes,
        home: settings.home,
        onEnd: (end) => progress.emit('end', end),
      }),
    startRun: (order, transaction = database) => startRun(transaction, tools, order),
    runNightly: ({ signal, ...options }) => withRoom(() => runNightly(tools, owner, { ...options, signal: stopWith(signal) })),
    runScheduler: async (options) => {
      const signal = stopWith(options.signal);
      const secret = (reference: string) => resolveSecret(reference, tools.secrets);
      const alerting = { database, home: settings.home, minFreeMegabytes: settings.minFreeMegabytes, secret };
      const duties = [...schedulerDuties(alerting), keepLogins(tools)];
      const looking = runScheduler(
        { database, owner, startRun: (trx, order) => startRun(trx, tools, order) },
        { intervalMs: settings.lookSeconds * 1000, ...options, signal, duties },
      );
      await track(Promise.all([looking, keepSharing({ database, secret }, { signal, onFault: options.onFault })]));
    },
    runBackfill: ({ signal, ...options }) => withRoom(() => runBackfill(tools, owner, { ...options, signal: stopWith(signal) })),
    importFile: ({ signal, ...options }) => withRoom(() => importFile(tools, owner, { ...options, signal: stopWith(signal) })),
    receiveUpload: ({ signal, ...order }) => withRoom(() => receiveUpload(tools, { ...order, signal: stopWith(signal) })),
    takeUpload: ({ signal, ...options }) =>
      withRoom(async () => finishRun(tools, owner, { ...(await takeUpload(tools, options)), signal: stopWith(signal) })),
    refuseUpload: (options) => refuseUpload(tools, options),
    history: hubHistory(tools, {
      ...{ owner, home: settings.home, stopWith },
      withRoom,
    }),
    releaseDelivery: ({ signal, ...options }) => withRoom(() => releaseDelivery(tools, owner, { ...options, signal: stopWith(signal) })),
    peakChildRssBytes: () => children.peakRssBytes(),
    close() {
      closed ??= (async () => {
        closing.abort();
        await Promise.allSettled(runs);
        await children.close();
        await matcher.close();
        await database.destroy();
        await rm(spoolFolder, { recursive: true, force: true });
        await postgres.stop();
      })();
      return closed;
    },
  };
}

// An index over years of lines takes as long as it takes: only here may the database be silent.
async function migrateAtLeisure(url: string): Promise<void> {
  const database = createDatabase(url, { poolMax: 4, silenceMs: 0 });
  try {
    const { unknown } = await compareSchema(database);
    if (unknown.length > 0) throw new HubError('config', message('hub.database-newer', { unknown: unknown.join(', ') }));
    await migrate(database);
  } finally {
    await database.destroy();
  }
}

// The child runs compiled code, also when the hub itself runs from its sources (under a test runner).
function childModule(): string {
  const fromSources = import.meta.filename.endsWith('.ts');
  return join(import.meta.dirname, fromSources ? '../../dist/src/delivery-child.js' : '../delivery-child.js');
}

// Spools of processes that are gone, which may be large: their steps start over with new ones. Those of other machines, which may
// share the folder, are theirs to sweep.
async function sweepSpools(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const [host, pid] = name.split('~');
    if (host === hostname() && (Number(pid) === process.pid || !isAlive(Number(pid))))
      await rm(join(folder, name), { recursive: true, force: true });
  }
}

function isGone(holder: string): boolean {
  const [host, pid] = holder.split(':');
  if (host !== hostname()) return false;
  return holder === owner || Number(pid) === process.pid || !isAlive(Number(pid));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
