import { rm } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { Command } from 'commander';
import type { Hub } from '../src/app/hub.js';
import { openHub } from '../src/app/open-hub.js';
import { ownLists } from '../src/app/own-lists.js';
import { readSettings } from '../src/app/settings.js';
import { type Interruption, watchInterruption } from '../src/cli/interruption.js';
import { projectFolder } from '../src/cli/project-folder.js';
import { createScreen } from '../src/cli/screen.js';
import { showFacts } from '../src/cli/show-facts.js';
import { showProgress } from '../src/cli/show-progress.js';
import { showNext, showReport } from '../src/cli/show-report.js';
import { tellFault } from '../src/cli/tell-fault.js';
import { WrongUsage } from '../src/cli/wrong-usage.js';
import { contentDigest } from '../src/db/content-digest.js';
import { dropEverything, migrate } from '../src/db/migrate.js';
import { readOverview } from '../src/db/read-overview.js';
import { listSources, type NewSource } from '../src/db/source-store.js';
import type { Language } from '../src/model/message.js';
import type { RunReport } from '../src/model/run-report.js';
import { historySources, importHistory } from './demo-night/import-history.js';
import { importMaster, masterSource } from './demo-night/import-master.js';
import { runSampleAgent } from './demo-night/run-sample-agent.js';
import { startSamplePortal } from './demo-night/start-portal.js';
import { type Senders, startSenders } from './demo-night/start-senders.js';
import { startSampleSystems } from './demo-night/start-systems.js';
import { sampleNight } from './sample-night/sample-night.js';

// The demonstration: a hub of its own, sixteen sample distributors on real protocols and one with our agent, one night. Everything lies in
// `.huiliu/demo` (or HUILIU_HOME/demo), so nothing of it mixes with a hub in use.

interface Options {
  readonly json?: true;
  readonly keep?: true;
  readonly fresh?: true;
  readonly lang: Language;
}

const options = new Command('demo')
  .description('One night of sample distributors, end to end. 示例：一夜的流向导入，从头到尾。')
  .option('--json', 'print one machine-readable line last / 最后一行输出 JSON')
  .option('--keep', 'leave database and distributors running until Ctrl-C / 保持运行，直到 Ctrl-C')
  .option('--fresh', 'start from nothing / 清空后重新开始')
  .option('--lang <zh|en>', 'language / 语言', process.env['HUILIU_LANG'] === 'en' ? 'en' : 'zh')
  .parse()
  .opts<Options>();

const screen = createScreen(options.lang === 'en' ? 'en' : 'zh', options.json === true);
const { text } = screen;
const interruption = watchInterruption(() => screen.note(text('fault.interrupted')));
let code: number;
try {
  code = await demonstrate(interruption);
} catch (error) {
  code = interruption.signal.aborted ? 130 : tellFault(error, { ...screen, isJson: false });
}
await interruption.end();
process.stdout.write('', () => process.exit(code));

async function demonstrate({ signal, onEnd }: Interruption): Promise<number> {
  const home = join(resolve(process.env['HUILIU_HOME'] ?? join(projectFolder(), '.huiliu')), 'demo');
  const settings = readSettings({ ...process.env, HUILIU_HOME: home }, projectFolder());
  if (options.fresh) await rm(join(home, 'raw'), { recursive: true, force: true });
  if (options.fresh) await rm(join(home, 'senders'), { recursive: true, force: true });

  screen.note(text('demo.starting'));
  const opening = openHub(settings);
  onEnd(async () => (await opening.catch(() => null))?.close());
  const hub = await opening;
  await expectOwnDatabase(hub);
  if (options.fresh) {
    await dropEverything(hub.database);
    await migrate(hub.database);
  }
  signal.throwIfAborted();

  screen.note(text('demo.composing'));
  const night = sampleNight();
  signal.throwIfAborted();
  const startingSenders = startSenders(night, join(home, 'senders'));
  onEnd(async () => (await startingSenders.catch(() => null))?.stop());
  const senders = await startingSenders;

  const startingPortal = startingSenders.then(() => startSamplePortal(night, join(home, 'senders')));
  onEnd(async () => (await startingPortal.catch(() => null))?.stop());
  const portal = await startingPortal;

  const startingSystems = startSampleSystems(night, hub.databaseUrl, join(home, 'senders'));
  onEnd(async () => (await startingSystems.catch(() => null))?.stop());
  const systems = await startingSystems;

  screen.note(text('demo.master'));
  await importMaster(hub, night, join(home, 'master'), signal);
  const counts = await readOverview(hub.database);
  screen.note(text('demo.master-done', grouped(counts)));
  for (const source of [...senders.sources, portal.source, ...systems.sources]) await hub.saveSource(source);
  const agent = await runSampleAgent(hub, night, join(home, 'senders', 'agent'), signal);
  const sources = [...senders.sources, agent, portal.source, ...systems.sources];
  screen.note(text('demo.senders', { count: sources.length, kinds: kindsOf(sources) }));

  const report = await runNight(hub, sources, night.days.at(-1)!, signal);
  screen.note(text('demo.history'));
  const records = await importHistory(hub, night, join(home, 'history'), signal);
  screen.note(text('demo.history-done', grouped({ records })));
  const digest = await contentDigest(hub.database);
  const seconds = Number((performance.now() / 1000).toFixed(1));
  const { totals, names, held, failed, unchanged, resumed } = report;
  for (const line of [...showReport(report, screen), '', ...showNext(nextCommands(home), screen)])
    if (options.json) screen.note(line);
    else console.log(line);
  if (options.keep) for (const line of howToConnect(hub, [...senders.addresses, portal.address, ...systems.addresses])) screen.note(line);
  if (options.json)
    process.stdout.write(
      `${JSON.stringify({ sources: report.sources, totals, names, seconds, held, failed, unchanged, resumed, digest })}\n`,
    );
  if (options.keep) {
    await new Promise((over) => signal.addEventListener('abort', over, { once: true }));
    return 0;
  }
  return report.state === 'failed' ? 1 : 0;
}

async function runNight(hub: Hub, sources: readonly NewSource[], businessDate: string, signal: AbortSignal): Promise<RunReport> {
  screen.note(text('demo.night', { day: businessDate }));
  const progress = showProgress(hub, screen);
  try {
    return await hub.runNightly({ businessDate, sources: sources.map(({ code: source }) => source), signal });
  } finally {
    progress.stop();
  }
}

/** Nobody's real data get sample distributors in between, and `--fresh` empties nothing but the demonstration. */
async function expectOwnDatabase(hub: Hub): Promise<void> {
  const foreign = (await listSources(hub.database))
    .map((source) => source.code)
    .filter(
      (source) =>
        source !== masterSource &&
        source !== ownLists &&
        !historySources.includes(source) &&
        !/^d\d\d(-mail|-portal|-erp|-finance)?$/u.test(source),
    );
  const { distributors, sources } = await readOverview(hub.database);
  if (foreign.length > 0 || (sources === 0 && distributors > 0))
    throw new WrongUsage('demo.foreign', { home: hub.settings.home, codes: foreign.join(', ') });
}

function nextCommands(home: string): (readonly [string, string])[] {
  const command = `HUILIU_HOME=${shown(home)} ${shown(join(projectFolder(), 'bin/huiliu'))}`;
  return [
    [`${command} status`, text('demo.next-status')],
    [`${command} quarantine list`, text('demo.next-quarantine')],
    [`${command} names export names.xlsx`, text('demo.next-names')],
  ];
}

function howToConnect(hub: Hub, addresses: Senders['addresses']): string[] {
  return [
    '',
    text('demo.keep'),
    ...showFacts([
      [text('demo.keep-psql'), `psql '${hub.databaseUrl}'`],
      ...addresses.map(
        ({ kind, address, user, password }) => [kind, `${address}  ${text('demo.keep-login', { user, password })}`] as const,
      ),
    ]),
  ];
}

function shown(path: string): string {
  const short = relative(process.cwd(), path);
  return short !== '' && !short.startsWith('..') ? short : path;
}

function kindsOf(sources: readonly NewSource[]): string {
  const counts = new Map<string, number>();
  for (const { connector } of sources) counts.set(connector, (counts.get(connector) ?? 0) + 1);
  return [...counts].map(([kind, count]) => `${kind} ${count}`).join(', ');
}

function grouped(numbers: object): Record<string, string> {
  return Object.fromEntries(
    Object.entries(numbers).map(([key, value]) => [key, typeof value === 'number' ? value.toLocaleString('en-US') : String(value)]),
  );
}
