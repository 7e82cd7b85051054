import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { acknowledge, collectSource } from '../../src/journey/collect/collect-source.js';
import type { Observed, SourceIo } from '../../src/journey/collect/connector.js';
import { createObservationsInMemory } from '../../src/journey/collect/observations-in-memory.js';
import { createDiskLandingStore } from '../../src/journey/land/disk-landing-store.js';
import type { HubError } from '../../src/model/hub-error.js';
import { faultOf } from '../../test/fault-of.js';
import singer from './connector.js';

let folder: string;
const before = process.env['HUILIU_TAPS'];
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'huiliu-tap-test-'));
  process.env['HUILIU_TAPS'] = folder;
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
});
afterAll(() => {
  if (before === undefined) delete process.env['HUILIU_TAPS'];
  else process.env['HUILIU_TAPS'] = before;
  rmSync(folder, { recursive: true, force: true });
});

const now = new Date('2026-03-21T02:00:00Z');
const ioOf = (more: Partial<SourceIo> = {}): SourceIo => ({
  ...{
    source: '某商业',
    secret: async () => 'the-secret',
    now: () => now,
    signal: new AbortController().signal,
    session: new Map(),
    ...more,
  },
});

/** A tap that runs this code; it has `say`, `config`, `state` and the path of its config. */
function tapOf(code: string): { settings: ReturnType<typeof singer.settings.parse> } {
  const name = `tap-${Math.random().toString(36).slice(2)}`;
  const head = `#!/usr/bin/env node
import { readFileSync, writeFileSync } from 'node:fs';
const path = (name) => (process.argv.includes(name) ? process.argv[process.argv.indexOf(name) + 1] : null);
const config = JSON.parse(readFileSync(path('--config'), 'utf8'));
const state = path('--state') ? readFileSync(path('--state'), 'utf8') : null;
const say = (...messages) => process.stdout.write(messages.map((one) => (typeof one === 'string' ? one : JSON.stringify(one)) + '\\n').join(''));
const schema = (stream, properties = { id: {}, qty: {} }) => ({ type: 'SCHEMA', stream, schema: { properties }, key_properties: ['id'] });
const record = (stream, record, version) => ({ type: 'RECORD', stream, record, version });
`;
  writeFileSync(join(folder, name), `${head}${code}\n`);
  chmodSync(join(folder, name), 0o755);
  return { settings: singer.settings.parse({ tap: name, config: { out: join(folder, `${name}.out`), key: 'k' } }) };
}

async function run(code: string, more: { io?: Partial<SourceIo>; settings?: object } = {}) {
  const { settings: base } = tapOf(code);
  const settings = singer.settings.parse({ ...base, ...more.settings });
  const landing = createDiskLandingStore(mkdtempSync(join(folder, 'landed-')));
  const texts: Record<string, string> = {};
  const landed: Observed[] = [];
  const collection = await collectSource({
    ...{ connector: singer, settings, io: ioOf(more.io), landing, observations: createObservationsInMemory(), limits: { attempts: 1 } },
    async onLanded(observed, { sha256 }) {
      landed.push(observed);
      texts[observed.name.replace(/_[0-9a-f]{8}\.ndjson$/u, '')] = readFileSync(await landing.path(sha256), 'utf8');
    },
  });
  return { ...collection, texts, landed, settings };
}

const told = (fault: HubError | null) => fault && [fault.errorClass, fault.told.code, fault.told.values['line'] ?? null];
const rows = (text = '') =>
  text
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => JSON.parse(line) as Record<string, string>);

test('each stream is a file whose first line tells tap and titles; numbers keep their digits, nested objects become columns', async () => {
  const { texts, fault } =
    await run(`say(schema('sale', { id: {}, qty: {}, buyer: { properties: { name: {}, city: {} } }, tags: { type: 'array' } }), schema('stock'));
    say('{"type":"RECORD","stream":"sale","record":{"id":9007199254740993,"qty":1234567890123456789.0123456789,"buyer":{"name":"甲","city":null},"tags":[1.10,"x"]}}');
    say(record('stock', { id: 1, qty: 2.5 }), '', record('sale', { id: 2, ok: true }));`);
  expect(fault).toBeNull();
  expect(JSON.parse(texts['sale']!.split('\n')[0]!)).toMatchObject({
    huiliu: { columns: ['id', 'qty', 'buyer.name', 'buyer.city', 'tags'] },
  });
  expect(rows(texts['sale'])).toEqual([
    { id: '9007199254740993', qty: '1234567890123456789.0123456789', 'buyer.name': '甲', 'buyer.city': '', tags: '[1.10,"x"]' },
    { id: '2', ok: 'true' },
  ]);
  expect(rows(texts['stock'])).toEqual([{ id: '1', qty: '2.5' }]);
});

test.each([
  ['a record before its schema', `say(record('sale', { id: 1 }))`, ['source-data', 'connect.tap-said', 1]],
  ['a broken line', `say(schema('sale'), '{"type":"RECORD","stream":"sale","rec')`, ['source-data', 'connect.tap-said', 2]],
  ['no JSON at all', `say('Traceback (most recent call last):')`, ['source-data', 'connect.tap-said', 1]],
  ['a message of another kind', `say({ type: 'BATCH', stream: 'sale' })`, ['source-data', 'connect.tap-said', 1]],
  [
    'bytes that are not UTF-8',
    `say(schema('sale')); process.stdout.write(Buffer.from([0x7b, 0xb9, 0xe3, 0x7d, 10]))`,
    ['source-data', 'connect.tap-said', 2],
  ],
  ['a huge line', `say(schema('sale')); say('x'.repeat(3e6))`, ['source-data', 'connect.tap-said', 2]],
  ['a column twice', `say(schema('sale'), record('sale', { a: { b: 1 }, 'a.b': 2 }))`, ['source-data', 'connect.tap-said', 2]],
  [
    'an exit after records',
    `say(schema('sale'), record('sale', { id: 1 }), { type: 'STATE', value: 1 }); process.exitCode = 1`,
    ['transient', 'connect.tap-failed', null],
  ],
  [
    'two versions and none activated',
    `say(schema('sale'), record('sale', { id: 1 }, 1), record('sale', { id: 1 }, 2))`,
    ['source-data', 'connect.tap-said', 3],
  ],
  [
    'more than may be said in all',
    `say(schema('sale')); for (let i = 0; i < 30; i++) say(record('sale', { id: 'x'.repeat(1e5) }))`,
    ['source-data', 'connect.tap-said', 12],
  ],
] as const)('%s: nothing lands, and it is told which line', async (_name, code, expected) => {
  const kept: string[] = [];
  const bookmark = { read: async () => null, keep: async (text: string) => void kept.push(text) };
  const { fault, texts } = await run(code, { io: { bookmark }, settings: { max_line_mb: 1, max_mb: _name.startsWith('more') ? 1 : 512 } });
  expect([told(fault)?.slice(0, 2), texts, kept]).toEqual([expected.slice(0, 2), {}, []]);
  if (!_name.startsWith('more')) expect(told(fault)?.[2]).toBe(expected[2]);
});

test('an activated version drops what was said of others', async () => {
  const { texts } = await run(
    `say(schema('sale'), record('sale', { id: 1 }, 1), record('sale', { id: 2 }, 2), { type: 'ACTIVATE_VERSION', stream: 'sale', version: 2 })`,
  );
  expect(rows(texts['sale'])).toEqual([{ id: '2' }]);
});

test('the state is kept word for word, once every stream is acknowledged, and given back the next time', async () => {
  let kept: string | null = null;
  const bookmark = {
    read: async () => kept,
    keep: async (text: string) => {
      kept = text;
    },
  };
  const code = `say(schema('a'), schema('b'), record('a', { id: state }), record('b', { id: 1 }), '{"type":"STATE","value":{"at": 12345678901234567890, "x": "}"} }')`;
  const { landed, settings } = await run(code, { io: { bookmark } });
  expect(kept).toBeNull();
  const io = ioOf({ bookmark });
  await acknowledge({ connector: singer, settings, io }, landed.slice(0, 1));
  expect(kept).toBeNull();
  for (const _ of [1, 2]) await acknowledge({ connector: singer, settings, io: ioOf({ bookmark }) }, landed);
  expect(kept).toBe('{"at": 12345678901234567890, "x": "}"}');
  const next = await run(code, { io: { bookmark } });
  expect(rows(next.texts['a'])).toEqual([{ id: kept }]);
  expect(next.landed[0]!.name).not.toBe(landed[0]!.name);
});

test('a state without records moves the bookmark and brings nothing', async () => {
  let kept: string | null = null;
  const bookmark = {
    read: async () => kept,
    keep: async (text: string) => {
      kept = text;
    },
  };
  const { objects, fault } = await run(`say(schema('sale'), { type: 'STATE', value: { day: 3 } })`, { io: { bookmark } });
  expect([objects, fault, kept]).toEqual([[], null, '{"day":3}']);
});

test('the config is a file only we can read, holds the secrets, and is gone; nothing else of our environment is there', async () => {
  process.env['CANARY_OF_THE_HUB'] = 'CANARY-77';
  const code = `const { statSync } = await import('node:fs');
    writeFileSync(config.out, JSON.stringify({ mode: statSync(path('--config')).mode & 0o777, at: path('--config'), config, env: process.env }));`;
  const { settings: base } = tapOf(code);
  const settings = singer.settings.parse({ ...base, config: { ...base.config, password: 'env:P', deep: { token: ['secret:t'] } } });
  const io = ioOf();
  for await (const _ of singer.list(settings, io)) expect.unreachable();
  const seen = JSON.parse(readFileSync(String(base.config['out']), 'utf8')) as {
    mode: number;
    at: string;
    config: object;
    env: Record<string, string>;
  };
  expect([seen.mode, seen.config, existsSync(seen.at)]).toMatchObject([
    0o600,
    { password: 'the-secret', deep: { token: ['the-secret'] } },
    false,
  ]);
  expect(JSON.stringify(seen.env)).not.toContain('CANARY-77');
  delete process.env['CANARY_OF_THE_HUB'];
});

test('what a failing tap says is told without secrets; a refused login is auth', async () => {
  const { settings: base } = tapOf(`console.error('boom at ' + config.password); process.exit(3)`);
  const settings = singer.settings.parse({ ...base, config: { password: 'env:P' } });
  const fault = await faultOf(singer.list(settings, ioOf())[Symbol.asyncIterator]().next());
  expect([told(fault)?.slice(0, 2), fault?.told.values['cause']]).toEqual([['transient', 'connect.tap-failed'], 'boom at ***']);
  expect(inspect(fault, { depth: 9 })).not.toContain('the-secret');
  const login = await run(`console.error('HTTP 403 Forbidden'); process.exit(1)`);
  expect(told(login.fault)?.slice(0, 2)).toEqual(['auth', 'connect.tap-refused']);
});

test('told to stop, or silent for too long, the tap and what it started are gone', async () => {
  const code = `const { spawn } = await import('node:child_process');
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    writeFileSync(config.out, String(child.pid)); say(schema('sale')); setInterval(() => {}, 1000)`;
  for (const how of ['stop', 'silence'] as const) {
    const { settings: base } = tapOf(code);
    const settings = singer.settings.parse({ ...base, timeout_seconds: how === 'silence' ? 1 : 60 });
    const stop = new AbortController();
    const io = ioOf({ signal: stop.signal });
    const listing = faultOf(singer.list(settings, io)[Symbol.asyncIterator]().next());
    const out = String(base.config['out']);
    while (!existsSync(out) || readFileSync(out, 'utf8') === '') await new Promise((resolve) => setTimeout(resolve, 30));
    const from = Date.now();
    if (how === 'stop') stop.abort();
    expect(told(await listing)?.slice(0, 2)).toEqual(['transient', how === 'stop' ? 'connect.cancelled' : 'connect.tap-silent']);
    expect(Date.now() - from).toBeLessThan(2500);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(isAlive(readFileSync(out, 'utf8'))).toBe(false);
  }
});

test('a source names a program of the allowed folder and nothing else; what sounds like a secret is one', () => {
  const paths = (settings: object) => singer.settings.safeParse(settings).error?.issues.map(({ path }) => path.join('.'));
  for (const tap of ['../bin/sh', '/bin/sh', 'tap x', '.hidden', '']) expect(paths({ tap, config: {} })).toEqual(['tap']);
  expect(paths({ tap: 'tap-x', config: { api_key: 'plain' } })).toEqual(['config.api_key']);
  expect(paths({ tap: 'tap-x', config: { api_key: 'secret:x' } })).toBeUndefined();
});

/** A process that was killed and not yet reaped does not live. */
function isAlive(pid: string): boolean {
  try {
    process.kill(Number(pid), 0);
    return !existsSync(`/proc/${pid}/stat`) || !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z');
  } catch {
    return false;
  }
}
