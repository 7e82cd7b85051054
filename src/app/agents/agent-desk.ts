import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { z } from 'zod';
import { readFrames } from '../../../connectors/agent/frames.js';
import { type AgentSettings, agentSettings } from '../../../connectors/agent/settings.js';
import { fingerprintOf, isSigned, type SignedRequest } from '../../../connectors/agent/signed-request.js';
import { batchLimits, type FrameHead, locatorOf } from '../../../connectors/agent/unit.js';
import { type Arrival, takeArrivals } from '../../db/agents/agent-inbox.js';
import {
  type Agent,
  type AgentKey,
  addRotatedKey,
  type Beat,
  endOlderKeys,
  enrolAgent,
  findAgent,
  findAgentKey,
  noteBeat,
  noteSequence,
  saveAgentLog,
} from '../../db/agents/agent-store.js';
import type { Database } from '../../db/database.js';
import { addDays } from '../../model/add-days.js';
import { HubError } from '../../model/hub-error.js';
import { type Message, message } from '../../model/message.js';
import { shanghaiDay } from '../../model/shanghai-day.js';
import { AgentRefusal } from './agent-refusal.js';

/** A signed request as it came over the wire. */
export interface AgentRequest extends SignedRequest {
  readonly signature: string;
}

/** What the hub tells an agent: its clock, what it has, what it wants done. */
export interface BeatAnswer {
  readonly now: string;
  readonly floor: number;
  readonly paused: string | null;
  /** Names the tasks and limits as they are; the agent asks for them when it has others. */
  readonly config: string;
  readonly rotate: boolean;
  readonly log: boolean;
}

export interface FrameFate {
  readonly locator: string;
  readonly version: number;
  readonly part: number;
  readonly fate: 'taken' | 'known' | 'stale' | 'broken' | 'refused';
  readonly why: Message | null;
}

const inboxBytes = 1024 ** 3;
const unpack = promisify(gunzip);

/** Enrols a key by invitation. The request is signed with that key, which proves that whoever asks has it. */
export async function enrol(
  database: Database,
  { body, ...request }: AgentRequest,
): Promise<{ agent: string; title: string; now: string }> {
  const asked = enrolBody.safeParse(jsonOf(body));
  const fingerprint = asked.success ? fingerprintOf(asked.data.publicKey) : null;
  if (!asked.success || fingerprint === null || !isSigned({ ...request, body }, request.signature, asked.data.publicKey))
    throw new AgentRefusal(401, message('agent.unsigned'));
  const enrolled = await enrolAgent(database, { ...asked.data, fingerprint });
  if (!enrolled) throw new AgentRefusal(403, message('agent.bad-code'));
  return { agent: enrolled.source, title: enrolled.title, now: new Date().toISOString() };
}

/** Whose key it is that a request names; asked before its body is read. */
export async function expectKey(database: Database, fingerprint: string, agent: string): Promise<AgentKey> {
  const key = await findAgentKey(database, fingerprint);
  if (key?.source !== agent) throw new AgentRefusal(401, message('agent.unsigned'));
  return key;
}

/** Proves a request: signed with that key, the key live, and, if it tells or asks something new each time, not heard before. */
export async function expectSigned(database: Database, key: AgentKey, request: AgentRequest, isOnce: boolean): Promise<void> {
  if (!isSigned(request, request.signature, key.publicKey)) throw new AgentRefusal(401, message('agent.unsigned'));
  if (key.endedAt !== null) throw new AgentRefusal(403, message('agent.revoked'));
  if (key.replaces) await endOlderKeys(database, key.sourceId, request.key);
  if (isOnce && !(await noteSequence(database, key.sourceId, request.sequence))) {
    const last = (await findAgent(database, key.source))?.sequence ?? '';
    throw new AgentRefusal(409, message('agent.replayed', { sequence: request.sequence, last }));
  }
}

export async function hearBeat(database: Database, { source, sourceId }: AgentKey, body: Buffer): Promise<BeatAnswer> {
  const beat = beatBody.safeParse(jsonOf(body));
  if (!beat.success) throw new HubError('source-data', message('agent.bad-batch', { cause: 'heartbeat' }));
  await noteBeat(database, sourceId, beat.data as Beat);
  const agent = (await findAgent(database, source))!;
  return {
    now: agent.now.toISOString(),
    floor: Number(agent.floor),
    paused: agent.pausedAt ? (agent.pausedWhy ?? '') : agent.enabled ? null : 'source disabled',
    config: digestOf(configOf(agent)),
    rotate: agent.rotateAt !== null,
    log: agent.logWantedAt !== null,
  };
}

/** What the agent is to do; no address and no login, those it knows itself. */
export async function tellConfig(database: Database, { source }: AgentKey): Promise<object> {
  const config = configOf((await findAgent(database, source))!);
  return { ...config, config: digestOf(config) };
}

/** Unpacks and takes a batch. Each frame has an answer; what is refused for good is never sent again. */
export async function takeBatch(
  database: Database,
  { source, sourceId }: AgentKey,
  body: Buffer,
): Promise<{ fates: FrameFate[]; floor: number }> {
  const frames = readFrames(await unpacked(body));
  const agent = (await findAgent(database, source))!;
  const settings = agentSettings.parse(agent.settings);
  const today = shanghaiDay(agent.now);
  const refusals = frames.map(({ head }) => refusalOf(head, settings, today));
  const arrivals = frames.flatMap(({ head, bytes }, at): Arrival[] => (refusals[at] ? [] : [arrivalOf(head, bytes)]));
  const quota = (waiting: number, taken: number) => {
    const told = (code: 'agent.inbox-full' | 'agent.over-quota', bytes: number) =>
      new AgentRefusal(429, message(code, { source, megabytes: Math.round(bytes / 1024 ** 2) }), 600);
    if (waiting > inboxBytes) throw told('agent.inbox-full', waiting);
    if (taken > settings.megabytes_per_day * 1024 ** 2) throw told('agent.over-quota', taken);
  };
  const { fates, floor } = await takeArrivals(database, { sourceId, arrivals, quota });
  let next = 0;
  return {
    floor: Number(floor),
    fates: frames.map(({ head }, at) => {
      const { version, part } = head;
      const why = refusals[at] ?? null;
      return { locator: locatorOf(head), version, part, fate: why ? 'refused' : fates[next++]!, why };
    }),
  };
}

export async function takeLog(database: Database, { sourceId }: AgentKey, body: Buffer): Promise<void> {
  const lines = (await unpacked(body)).toString('utf8').replaceAll('\0', '').slice(-1_000_000);
  await saveAgentLog(database, sourceId, lines);
}

/** A new key of the same agent. The request is signed with the old one, its body with the new. */
export async function rotateKey(database: Database, { sourceId }: AgentKey, request: AgentRequest): Promise<void> {
  const asked = rotateBody.safeParse(jsonOf(request.body));
  const fingerprint = asked.success ? fingerprintOf(asked.data.publicKey) : null;
  if (!asked.success || fingerprint === null) throw new AgentRefusal(401, message('agent.unsigned'));
  const proof = { agent: request.agent, key: fingerprint, sequence: '0', sentAt: '', path: 'rotate', body: Buffer.from(request.key) };
  if (!isSigned(proof, asked.data.proof, asked.data.publicKey)) throw new AgentRefusal(401, message('agent.unsigned'));
  await addRotatedKey(database, { sourceId, publicKey: asked.data.publicKey, fingerprint });
}

function refusalOf({ day, task, kind }: FrameHead, { tasks }: AgentSettings, today: string): Message | null {
  const known = tasks.find((one) => one.name === task && one.kind === kind);
  if (!known) return message('agent.unknown-task', { task, kind });
  // By the hub's clock: an agent whose own is ahead would send a day that is not over.
  const last = known.per === 'today' || known.until === 'today' ? today : addDays(today, -1);
  return day > last ? message('agent.future-day', { day, today }) : null;
}

function arrivalOf(frame: FrameHead, bytes: Buffer): Arrival {
  const { task, kind, branch, day, columns, asked, version, part, parts, size, rows, sha256 } = frame;
  const head = { task, kind, branch, day, columns, asked };
  return { locator: locatorOf(frame), version, part, parts, size, rows, sha256, head, bytes };
}

function configOf({ settings }: Agent): object {
  const { tasks, limits } = agentSettings.parse(settings);
  return { tasks, limits };
}

function digestOf(config: object): string {
  return createHash('sha256').update(JSON.stringify(config)).digest('hex').slice(0, 16);
}

// What is packed small may unpack to anything: it stops at the limit.
async function unpacked(body: Buffer): Promise<Buffer> {
  try {
    return await unpack(body, { maxOutputLength: batchLimits.unpacked });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
      throw new AgentRefusal(413, message('agent.too-large', { limit: batchLimits.unpacked }));
    throw new HubError('source-data', message('agent.bad-batch', { cause: 'gzip' }));
  }
}

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return null;
  }
}

const publicKey = z.string().max(1000);
const enrolBody = z.strictObject({ code: z.string().max(100), publicKey });
const rotateBody = z.strictObject({ publicKey, proof: z.string().max(200) });
const short = z.string().max(100);
const told = z.object({
  code: z.string().max(100),
  values: z.record(z.string().max(50), z.union([z.string().max(2000), z.number()])),
});
const beatBody = z.strictObject({
  version: short,
  platform: short,
  clock: short,
  resting: z.boolean(),
  hours: z.array(short).max(20),
  waiting: z.strictObject({ units: z.int().min(0), bytes: z.number().min(0), since: short.nullable() }),
  tasks: z.array(z.strictObject({ name: short, readAt: short.nullable(), rows: z.int().min(0), fault: told.nullable() })).max(100),
});
