import { createHash, generateKeyPairSync } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeFrame } from '../connectors/agent/frames.js';
import { fingerprintOf, signRequest, wireHeaders } from '../connectors/agent/signed-request.js';
import { batchLimits, type FrameHead, fileNameOf } from '../connectors/agent/unit.js';
import { askAgent, enrolAgent, findAgent, pauseAgent, revokeAgent } from '../src/db/agents/agent-store.js';
import { type AgentLab, openAgentLab } from './agent/agent-lab.js';
import { send } from './agent/wire-tap.js';
import { ensureBuilt } from './built.js';

let lab: AgentLab;
beforeAll(async () => {
  await ensureBuilt();
  lab = await openAgentLab({ settings: { megabytes_per_day: 1000 } });
}, 120_000);
afterAll(() => lab.close());

interface Key {
  readonly privateKey: string;
  readonly publicKey: string;
  readonly fingerprint: string;
}
const makeKey = (): Key => {
  const pair = generateKeyPairSync('ed25519');
  const publicKey = pair.publicKey.export({ type: 'spki', format: 'pem' }).toString();
  return {
    publicKey,
    privateKey: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    fingerprint: fingerprintOf(publicKey)!,
  };
};
let sequence = 1;
const ask = async (
  key: Key,
  path: string,
  body: Buffer,
  over: { agent?: string; sequence?: string; sign?: Buffer; method?: string } = {},
) => {
  const request = {
    ...{
      agent: over.agent ?? 'd1-agent',
      key: key.fingerprint,
      sequence: over.sequence ?? String(++sequence),
      sentAt: '1970-01-01T00:00:00Z',
    },
    ...{ path: `/agents/v1/${path}`, body: over.sign ?? body },
  };
  const headers = {
    [wireHeaders.agent]: request.agent,
    [wireHeaders.key]: request.key,
    [wireHeaders.sequence]: request.sequence,
    [wireHeaders.sentAt]: request.sentAt,
    [wireHeaders.signature]: signRequest(request, key.privateKey),
    'content-type': 'application/octet-stream',
    'content-length': String(body.length),
  };
  const { status, text } = await send(lab.tap.url, { method: over.method ?? 'POST', path: request.path, headers, body });
  return {
    status,
    answer: JSON.parse(text) as { error?: { code: string }; fates?: { fate: string; why: { code: string } | null }[]; floor?: number },
  };
};
const enrolled = async (): Promise<Key> => {
  const key = makeKey();
  const body = Buffer.from(JSON.stringify({ code: await lab.invite(), publicKey: key.publicKey }));
  expect((await ask(key, 'enrol', body, { agent: '' })).status).toBe(200);
  return key;
};
let version = 0;
const unit = (text: string, over: Partial<FrameHead> = {}): Buffer => {
  const bytes = Buffer.from(text);
  const head: FrameHead = {
    ...{
      task: 'sale',
      kind: 'sale',
      branch: '',
      day: lab.day(-1),
      columns: ['销售日期'],
      asked: {},
      version: ++version,
      part: 0,
      parts: 1,
    },
    ...{ bytes: bytes.length, size: bytes.length, rows: 1, sha256: createHash('sha256').update(bytes).digest('hex') },
    ...over,
  };
  return writeFrame({ head, bytes });
};
const batch = (...frames: Buffer[]) => gzipSync(Buffer.concat(frames));
const units = async () => Number((await lab.own.database('ledger.agent_unit').count('* as count').first())!.count);

test('an invitation enrols one key: again with that key it answers the same, with another or after its time it does not', async () => {
  const code = await lab.invite();
  const [key, thief] = [makeKey(), makeKey()];
  const body = (one: Key) => Buffer.from(JSON.stringify({ code, publicKey: one.publicKey }));
  expect((await ask(key, 'enrol', body(thief), { agent: '' })).status).toBe(401);
  expect((await ask(key, 'enrol', body(key), { agent: '' })).status).toBe(200);
  expect((await ask(key, 'enrol', body(key), { agent: '' })).status).toBe(200);
  expect(await ask(thief, 'enrol', body(thief), { agent: '' })).toMatchObject({
    status: 403,
    answer: { error: { code: 'agent.bad-code' } },
  });
  const again = Buffer.from(JSON.stringify({ code: await lab.invite(), publicKey: key.publicKey }));
  expect((await ask(key, 'enrol', again, { agent: '' })).status).toBe(200);
  expect((await ask(key, 'batch', batch(unit('{}\n')))).status).toBe(200);
  const late = await lab.invite();
  await lab.own
    .database('access.agent_invitation')
    .whereNull('used_at')
    .update({ expires_at: new Date(0) });
  expect(await enrolAgent(lab.own.database, { code: late, ...makeKey() })).toBeNull();
  expect(JSON.stringify(await lab.own.database('access.agent_invitation').select())).not.toContain(code);
});

test('an unknown key, a wrong signature, another agent’s name, a changed body, path or number: 401, and nothing is kept', async () => {
  const key = await enrolled();
  const before = await units();
  const good = batch(unit('{}\n'));
  expect((await ask(makeKey(), 'batch', good)).status).toBe(401);
  expect((await ask({ ...makeKey(), fingerprint: key.fingerprint }, 'batch', good)).status).toBe(401);
  expect((await ask(key, 'batch', good, { agent: 'd2-agent' })).status).toBe(401);
  expect((await ask(key, 'batch', good, { sign: Buffer.from('another') })).status).toBe(401);
  expect((await ask(key, 'batch', good, { sequence: '-1' })).status).toBe(401);
  expect((await ask(key, 'batch', good, { sequence: "1'; drop table x" })).status).toBe(401);
  expect(await units()).toBe(before);
  expect((await ask(key, 'batch', good)).status).toBe(200);
});

test('a heartbeat heard before is not heard again; a revoked key is refused at once and its waiting invitation too', async () => {
  const key = await enrolled();
  const beat = {
    version: 'x',
    platform: 'x',
    clock: 'x',
    resting: false,
    hours: [],
    waiting: { units: 0, bytes: 0, since: null },
    tasks: [],
  };
  const body = Buffer.from(JSON.stringify(beat));
  const number = String(++sequence);
  expect((await ask(key, 'beat', body, { sequence: number })).status).toBe(200);
  expect(await ask(key, 'beat', body, { sequence: number })).toMatchObject({ status: 409, answer: { error: { code: 'agent.replayed' } } });
  expect((await ask(key, 'beat', Buffer.from('{"tasks":"x"}'))).status).toBe(422);
  const code = await lab.invite();
  await revokeAgent(lab.own.database, (await findAgent(lab.own.database, 'd1-agent'))!.sourceId, 'test');
  expect(await ask(key, 'batch', batch(unit('{}\n')))).toMatchObject({ status: 403, answer: { error: { code: 'agent.revoked' } } });
  const thief = makeKey();
  const enrol = Buffer.from(JSON.stringify({ code, publicKey: thief.publicKey }));
  expect((await ask(thief, 'enrol', enrol, { agent: '' })).status).toBe(403);
});

test('a bomb is not unpacked beyond its limit, and what is too large is not read', { timeout: 60_000 }, async () => {
  const key = await enrolled();
  const bomb = gzipSync(Buffer.alloc(batchLimits.unpacked * 4));
  expect(bomb.length).toBeLessThan(400_000);
  const before = process.memoryUsage().rss;
  expect(await ask(key, 'batch', bomb)).toMatchObject({ status: 413, answer: { error: { code: 'agent.too-large' } } });
  expect(process.memoryUsage().rss - before).toBeLessThan(batchLimits.unpacked * 3);
  expect((await ask(key, 'beat', Buffer.alloc(70_000))).status).toBe(413);
  expect((await ask(key, 'batch', Buffer.from('no gzip'))).status).toBe(422);
  expect((await ask(key, 'batch', gzipSync('no frame'))).status).toBe(422);
  expect((await ask(key, 'batch', gzipSync(unit('{}\n').subarray(0, -2)))).status).toBe(422);
});

test('an older state cannot come back, a state twice is one, another content of the same version is not believed', async () => {
  const key = await enrolled();
  const place = { branch: '时序' };
  const fates = async (...frames: Buffer[]) => (await ask(key, 'batch', batch(...frames))).answer.fates!.map(({ fate }) => fate);
  const [one, two] = [unit('{"a":1}\n', place), unit('{"a":2}\n', place)];
  expect(await fates(two)).toEqual(['taken']);
  expect(await fates(one, two, two)).toEqual(['stale', 'known', 'known']);
  expect(await fates(unit('{"a":3}\n', { ...place, version }))).toEqual(['stale']);
  const rows = await lab.own.database('ledger.agent_chunk').whereRaw(`head->>'branch' = '时序'`).select('bytes');
  expect(rows.map(({ bytes }: { bytes: Buffer }) => bytes.toString())).toEqual(['{"a":2}\n']);
});

test('parts in any order and twice make one state; parts that do not add up make none', async () => {
  const key = await enrolled();
  const whole = Buffer.from('{"a":1}\n{"a":2}\n');
  const sha256 = createHash('sha256').update(whole).digest('hex');
  const part = (number: number, bytes: Buffer, own: number, branch: string) =>
    unit(bytes.toString(), { branch, version: own, part: number, parts: 2, size: whole.length, rows: 2, sha256 });
  const [head, tail] = [whole.subarray(0, 8), whole.subarray(8)];
  const fates = async (...frames: Buffer[]) => (await ask(key, 'batch', batch(...frames))).answer.fates!.map(({ fate }) => fate);
  expect(await fates(part(1, tail, 9001, '分段'), part(1, tail, 9001, '分段'))).toEqual(['taken', 'known']);
  expect(await fates(part(0, head, 9001, '分段'), part(0, head, 9001, '分段'))).toEqual(['taken', 'known']);
  expect(await fates(part(0, head, 9002, '坏'), part(1, head, 9002, '坏'))).toEqual(['taken', 'broken']);
  expect(
    (await lab.own.database('ledger.agent_unit').whereRaw(`head->>'branch' in ('分段', '坏')`)).map(({ version: own }) => own),
  ).toEqual(['9001']);
  version = 9002;
});

test('a day that is not over, a task or kind nobody configured, a head of nonsense: refused, and told why', async () => {
  const key = await enrolled();
  const of = async (over: Partial<FrameHead>) => (await ask(key, 'batch', batch(unit('{}\n', over)))).answer.fates?.[0];
  expect(await of({ day: lab.day(0) })).toMatchObject({ fate: 'refused', why: { code: 'agent.future-day' } });
  expect(await of({ task: 'salary' })).toMatchObject({ fate: 'refused', why: { code: 'agent.unknown-task' } });
  expect(await of({ kind: 'stock' })).toMatchObject({ fate: 'refused', why: { code: 'agent.unknown-task' } });
  for (const over of [
    { version: 0 },
    { version: 1e20 },
    { part: 5 },
    { day: '2026-13-01' },
    { task: '../../x' },
    { sha256: 'x' },
  ] as object[])
    expect((await ask(key, 'batch', batch(unit('{}\n', over)))).status).toBe(422);
});

test('a branch may be called what it likes: file names stay file names, and no two branches share one', async () => {
  const branches = [
    '../../etc/passwd',
    'a/b',
    'a\\b',
    'a b',
    'A B',
    'CON',
    '.',
    '..',
    '\u0000x',
    '総店\n2',
    '%2e%2e%2f',
    '更正',
    '副本',
    "'; drop table x",
  ];
  const names = branches.map((branch) => fileNameOf({ task: 'sale', kind: 'sale', day: '2026-03-19', columns: [], asked: {}, branch }));
  expect(new Set(names).size).toBe(branches.length);
  for (const name of names) expect(name).toMatch(/^sale_sale_2026-03-19_[\p{L}\p{N} ]*~[0-9a-f]{12}\.ndjson$/u);
  const key = await enrolled();
  const answer = await ask(key, 'batch', batch(...branches.filter((one) => !one.includes('\0')).map((branch) => unit('{}\n', { branch }))));
  expect(answer.answer.fates!.map(({ fate }) => fate)).toEqual(branches.slice(1).map(() => 'taken'));
  const odd = await ask(key, 'batch', batch(unit('{}\n', { branch: '\u0000x' })));
  expect(odd.status).toBe(422);
});

test('more than a day’s share is refused until tomorrow, with the time to come again', async () => {
  const key = await enrolled();
  await lab.own
    .database('access.agent')
    .update({ bytes_taken: 1000 * 1024 ** 2, bytes_on: lab.own.database.raw(`(now() at time zone 'Asia/Shanghai')::date`) });
  const before = await units();
  expect(await ask(key, 'batch', batch(unit('{}\n', { branch: '超额' })))).toMatchObject({
    status: 429,
    answer: { error: { code: 'agent.over-quota' } },
  });
  expect(await units()).toBe(before);
  await lab.own.database('access.agent').update({ bytes_taken: 0 });
});

test('a new key replaces the old one when it is first used, not before', async () => {
  const key = await enrolled();
  const { sourceId } = (await findAgent(lab.own.database, 'd1-agent'))!;
  await askAgent(lab.own.database, sourceId, 'rotate_at');
  const [next, thief] = [makeKey(), makeKey()];
  const rotation = (by: Key, proven: Key) => {
    const request = {
      agent: 'd1-agent',
      key: next.fingerprint,
      sequence: '0',
      sentAt: '',
      path: 'rotate',
      body: Buffer.from(by.fingerprint),
    };
    return Buffer.from(JSON.stringify({ publicKey: next.publicKey, proof: signRequest(request, proven.privateKey) }));
  };
  expect((await ask(key, 'key', rotation(key, thief))).status).toBe(401);
  expect((await ask(key, 'key', rotation(key, next))).status).toBe(200);
  expect((await ask(key, 'batch', batch(unit('{}\n')))).status).toBe(200);
  expect((await ask(next, 'batch', batch(unit('{}\n')))).status).toBe(200);
  expect((await ask(key, 'batch', batch(unit('{}\n')))).status).toBe(403);
  await pauseAgent(lab.own.database, sourceId, null);
});
