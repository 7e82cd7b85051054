import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { z } from 'zod';
import type { AgentTask } from '../../connectors/agent/settings.js';
import { signRequest } from '../../connectors/agent/signed-request.js';
import { HubError } from '../model/hub-error.js';
import { type Language, type Message, message, renderMessage } from '../model/message.js';
import { shanghaiDay } from '../model/shanghai-day.js';
import { type AgentHome, agentConfig, readConfig, readIdentity, readLocalSettings } from './agent-home.js';
import { openAgentLog } from './agent-log.js';
import { agentVersion } from './agent-version.js';
import { isAllowedHour } from './allowed-hours.js';
import { openCounter } from './counter.js';
import { readIfThere, writeDurably } from './durable-file.js';
import { createHubClient, HubRefusal } from './hub-client.js';
import { nextKey, readKey, useNextKey } from './key-pair.js';
import { lockHome } from './lock-home.js';
import { readTask } from './read-task.js';
import { createReadingSession, type ReadingSession } from './reading-session.js';
import { sendUnits } from './send-units.js';
import { openSentState } from './sent-state.js';
import { openSpool } from './spool.js';
import { createThrottle } from './throttle.js';

export interface RunAgent {
  readonly home: AgentHome;
  /** Ask everything and send everything once, then end. */
  readonly once: boolean;
  /** Seconds between two readings of a task, instead of what the hub says. */
  readonly everySeconds: number | null;
  readonly signal: AbortSignal;
  /** Of the log. */
  readonly language: Language;
  readonly echo: (line: string) => void;
}

/** How the agent stands, as `status` shows it; written after everything that happens, not durably. */
export interface AgentStatus {
  readonly at: string;
  readonly talkedAt: string | null;
  readonly fault: string | null;
  readonly paused: string | null;
  readonly waiting: { readonly units: number; readonly bytes: number; readonly since: string | null };
  readonly tasks: readonly TaskStatus[];
}

interface TaskStatus {
  readonly name: string;
  readonly readAt: string | null;
  readonly rows: number;
  readonly fault: Message | null;
}

const beatEveryMs = 60_000;
const longestPauseMs = 300_000;

/**
 * Two loops over one spool: one reads the database when tasks are due, the other talks to the hub. Either goes on while the other cannot.
 * Returns whether all went well; only faults of this machine's own settings are thrown.
 */
export async function runAgent({ home, once, everySeconds, signal, language, echo }: RunAgent): Promise<boolean> {
  const identity = readIdentity(home);
  const local = readLocalSettings(home);
  let key = readKey(home);
  if (!key) throw new HubError('config', message('agent.no-identity', { home: home.folder }));
  const unlock = await lockHome(home);
  const log = openAgentLog(home.path('log', 'agent.log'), echo);
  const counter = openCounter(home.path('counter'));
  const spool = openSpool(home.path('spool'));
  const state = openSentState(home.path('state'));
  const hub = createHubClient(
    identity,
    () => key!,
    () => counter.next(),
    { signal, language },
  );
  let config = readConfig(home);
  // The hub's clock minus ours, remembered: the day is the hub's to say, also while it cannot be asked.
  let offsetMs = Number(readIfThere(home.path('clock')) ?? 0) || 0;
  // Kept as well: who was told to pause does not begin to read because it was started anew.
  let paused = JSON.parse(readIfThere(home.path('paused')) ?? 'null') as string | null;
  let talkedAt: string | null = null;
  let fault: string | null = null;
  const tasks = new Map<string, TaskStatus>();
  const dueAt = new Map<string, number>();
  let retryAfterMs = 0;

  log.write('info', `start ${agentVersion()} ${identity.agent} → ${identity.hub}`);
  try {
    if (once) {
      let isWell = await talk();
      isWell = (await work(true)) && isWell;
      return (await talk()) && isWell;
    }
    await Promise.all([workLoop(), talkLoop()]);
    return true;
  } finally {
    log.write('info', 'stop');
    await unlock();
  }

  async function talkLoop(): Promise<void> {
    for (let failures = 0; !signal.aborted; ) {
      failures = (await talk()) ? 0 : failures + 1;
      // With jitter: after an outage hundreds of agents must not come at the same moment.
      const most =
        failures === 0 ? Math.min(beatEveryMs, (everySeconds ?? 60) * 1000) : Math.min(longestPauseMs, 1000 * 2 ** Math.min(failures, 12));
      await pause(Math.max(retryAfterMs, most * (0.5 + Math.random() / 2)));
    }
  }

  async function workLoop(): Promise<void> {
    while (!signal.aborted) {
      await work(false);
      await pause(Math.min(5000, (everySeconds ?? 5) * 1000));
    }
  }

  async function pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal }).catch(() => undefined);
  }

  /** One conversation: heartbeat, what the hub wants, then all that waits. */
  async function talk(mayAskAgain = true): Promise<boolean> {
    retryAfterMs = 0;
    try {
      const answer = beatAnswer.parse(await hub.ask('POST', 'beat', Buffer.from(JSON.stringify(beat()))));
      await obey(answer);
      const sent = await sendUnits({ hub, spool, state, counter, log }, () => signal.aborted);
      if (sent > 0) {
        log.write('info', `sent ${sent} units`);
        // What was told as waiting has gone; whoever looks at the hub sees so at once.
        await hub.ask('POST', 'beat', Buffer.from(JSON.stringify(beat())));
      }
      if (fault !== null) log.write('info', 'the hub answers again');
      [talkedAt, fault] = [new Date().toISOString(), null];
      return true;
    } catch (error) {
      if (signal.aborted) return true;
      if (error instanceof HubRefusal) {
        retryAfterMs = (error.retrySeconds ?? 0) * 1000;
        // The disk was put back to an older state: our numbers go on above those the hub has heard.
        counter.raise(error.lastSequence);
        if (error.status === 409 && mayAskAgain) return talk(false);
      }
      const told = tellOf(error, language);
      if (told !== fault) log.write('warn', told);
      fault = told;
      return false;
    } finally {
      saveStatus();
    }
  }

  async function obey(answer: BeatAnswer): Promise<void> {
    const offset = Date.parse(answer.now) - Date.now();
    if (Math.abs(offset - offsetMs) > 5000) {
      offsetMs = offset;
      writeDurably(home.path('clock'), String(Math.round(offset)));
    }
    counter.raise(answer.floor);
    const waiting = new Set(spool.list().map(({ locator }) => locator));
    const lost = state.forgetAbove(answer.floor, waiting);
    if (lost > 0) log.write('warn', `the hub lost ${lost} units; they are read and sent again`);
    if (answer.paused !== paused) log.write('info', answer.paused === null ? 'goes on' : `paused by the hub: ${answer.paused}`);
    if (answer.paused !== paused) writeDurably(home.path('paused'), JSON.stringify(answer.paused));
    paused = answer.paused;
    if (answer.config !== config?.config) {
      config = agentConfig.parse(await hub.ask('GET', 'config'));
      writeDurably(home.path('config.json'), JSON.stringify(config));
      dueAt.clear();
      log.write('info', `configuration ${config.config}: ${config.tasks.map(({ name }) => name).join(' ')}`);
    }
    if (answer.log) await hub.ask('POST', 'log', gzipSync(log.tail(500_000)));
    if (answer.rotate) await rotate();
  }

  // The next key is on disk before the hub hears of it, and the old one is good until the next is used: any of the steps may be the last.
  async function rotate(): Promise<void> {
    const next = nextKey(home);
    const request = {
      agent: identity.agent,
      key: next.fingerprint,
      sequence: '0',
      sentAt: '',
      path: 'rotate',
      body: Buffer.from(key!.fingerprint),
    };
    const proof = signRequest(request, next.privateKey);
    await hub.ask('POST', 'key', Buffer.from(JSON.stringify({ publicKey: next.publicKey, proof })));
    useNextKey(home);
    key = next;
    log.write('info', `new key ${next.fingerprint}`);
  }

  /** Reads what is due; one session for all of it. */
  async function work(all: boolean): Promise<boolean> {
    const due = (config?.tasks ?? []).filter(({ name }) => all || (dueAt.get(name) ?? 0) <= Date.now());
    if (paused !== null || due.length === 0 || signal.aborted || isResting()) return true;
    let isWell = true;
    const session = createReadingSession({ home, local, signal, log });
    try {
      for (const task of due) {
        if (signal.aborted || paused !== null || isResting()) break;
        isWell = (await workOn(task, session)) && isWell;
        const seconds = everySeconds ?? task.every_minutes * 60;
        dueAt.set(task.name, Date.now() + seconds * 1000);
      }
    } finally {
      session.close();
      saveStatus();
    }
    return isWell;
  }

  async function workOn(task: AgentTask, session: ReadingSession): Promise<boolean> {
    const before = tasks.get(task.name);
    try {
      const { far, settings } = await session.open();
      const row = createThrottle(limits().rows_per_second, signal);
      const day = () => {
        signal.throwIfAborted();
        if (isResting()) throw new HubError('transient', message('agent.is-resting', { hours: limits().hours.join(' ') }));
      };
      const given = { task, settings, far, spool, state, counter, today: shanghaiDay(hubNow()), now: () => new Date(), pace: { row, day } };
      const { rows, units } = await readTask(given);
      if (units > 0 || before?.fault) log.write('info', `${task.name}: ${rows} rows, ${units} units changed`);
      tasks.set(task.name, { name: task.name, readAt: new Date().toISOString(), rows, fault: null });
      return true;
    } catch (error) {
      if (signal.aborted) return true;
      const told =
        error instanceof HubError
          ? error.told
          : message('connect.unexpected', { source: identity.agent, name: task.name, cause: String(error) });
      if (told.code === 'agent.is-resting') return true;
      if (before?.fault?.code !== told.code) log.write('error', renderMessage(told, language));
      tasks.set(task.name, { ...(before ?? { name: task.name, readAt: null, rows: 0 }), fault: short(told) });
      return false;
    }
  }

  function limits(): { rows_per_second: number; hours: readonly string[] } {
    const theirs = config?.limits ?? { rows_per_second: 5000, hours: [] };
    const ours = local.limits;
    return {
      rows_per_second: Math.min(theirs.rows_per_second, ours.rows_per_second ?? theirs.rows_per_second),
      hours: ours.hours && ours.hours.length > 0 ? ours.hours : theirs.hours,
    };
  }

  function isResting(): boolean {
    const both = [config?.limits.hours ?? [], local.limits.hours ?? []];
    return !both.every((spans) => isAllowedHour(spans, hubNow()));
  }

  function hubNow(): Date {
    return new Date(Date.now() + offsetMs);
  }

  function beat() {
    return {
      ...{ version: agentVersion(), platform: `${process.platform} ${process.arch} node ${process.versions.node}` },
      ...{ clock: new Date().toISOString(), resting: isResting(), hours: limits().hours },
      ...{ waiting: waitingNow(), tasks: tasksNow() },
    };
  }

  function tasksNow(): TaskStatus[] {
    return (config?.tasks ?? []).map(({ name }) => tasks.get(name) ?? { name, readAt: null, rows: 0, fault: null });
  }

  function waitingNow() {
    const units = spool.list();
    const since = units.map(({ readAt }) => readAt).toSorted()[0] ?? null;
    return { units: units.length, bytes: units.reduce((sum, { size }) => sum + size, 0), since };
  }

  function saveStatus(): void {
    const status: AgentStatus = { at: new Date().toISOString(), talkedAt, fault, paused, waiting: waitingNow(), tasks: tasksNow() };
    try {
      writeDurably(home.path('status.json'), JSON.stringify(status));
    } catch (error) {
      // A disk that is full: what reads and sends tells its own fault.
      log.write('warn', tellOf(error, language));
    }
  }
}

const beatAnswer = z.object({
  now: z.string(),
  floor: z.number(),
  paused: z.string().nullable(),
  config: z.string(),
  rotate: z.boolean(),
  log: z.boolean(),
});
type BeatAnswer = z.output<typeof beatAnswer>;

/** A heartbeat stays small, whatever a server says. */
function short({ code, values }: Message): Message {
  return {
    code,
    values: Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, typeof value === 'string' ? value.slice(0, 500) : value]),
    ),
  };
}

function tellOf(error: unknown, language: Language): string {
  if (error instanceof HubError) return renderMessage(error.told, language);
  return error instanceof Error ? error.message : String(error);
}
