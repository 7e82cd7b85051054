import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { SourceIo } from '../../src/journey/collect/connector.js';
import { createMemoryInRam, type MemoryInRam } from '../../src/journey/collect/memory-in-ram.js';
import { faultOf } from '../../test/fault-of.js';
import portal from './connector.js';
import type { SaleRow } from './fakes/asp-portal.js';
import { startSpaPortal } from './fakes/spa-portal.js';
import { findChromium } from './find-chromium.js';

const isThere = findChromium() !== null;
const mustBeThere = process.env['HUILIU_REQUIRE_REAL_SERVERS'] === '1';
const closes: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closes.splice(0).reverse()) await close();
});

const day = '2026-03-20';
const twelve: SaleRow[] = Array.from({ length: 12 }, (_, at) => ({
  ...{ day, customer: `长沙市第${at + 1}医院`, product: '复方丹参片', lot: `L${at}`, qty: String(at), amount: '1' },
}));

async function spa() {
  const far = await startSpaPortal([...twelve]);
  closes.push(() => far.stop());
  return far;
}

async function collect(given: Record<string, unknown>, memory: MemoryInRam, more: Partial<SourceIo> = {}) {
  const settings = portal.settings.parse(given);
  const io: SourceIo = {
    ...{ source: '某商业', secret: async () => 'right-password', now: () => new Date('2026-03-21T02:00:00Z') },
    ...{ signal: new AbortController().signal, session: new Map(), memory, ...more },
  };
  const files: Record<string, string> = {};
  const waiting: string[] = [];
  try {
    for await (const observed of portal.list(settings, io)) {
      if (!observed.ready) waiting.push(observed.why!.code);
      const chunks: Uint8Array[] = [];
      if (observed.ready) for await (const chunk of portal.fetch(observed, settings, io)) chunks.push(chunk);
      files[observed.name] = Buffer.concat(chunks).toString();
    }
  } finally {
    await portal.close?.(settings, io);
  }
  return { files, waiting };
}
const customers = (text = '') =>
  text
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => (JSON.parse(line) as Record<string, string>)['客户名称']);
const feedOf = (settings: Record<string, unknown>) => (settings['feeds'] as Record<string, unknown>[])[0]!;

test.runIf(mustBeThere)('Chromium is installed', () => expect(isThere).toBe(true));

describe.skipIf(!isThere)('a portal of script, in a real Chromium', { timeout: 180_000 }, () => {
  test('logs in, turns pages, keeps what the page keeps in the browser; a session that is over is renewed', async () => {
    const far = await spa();
    const memory = createMemoryInRam();
    const { files } = await collect(far.settings, memory);
    expect(customers(files[`sale_${day}.ndjson`])).toEqual(twelve.map(({ customer }) => customer));
    expect(JSON.parse(files[`sale_${day}.ndjson`]!.split('\n')[0]!).huiliu).toMatchObject({ covers: { from: day, to: day } });
    expect([...memory.looks.keys()].map((one) => one.split('#')[0])).toEqual([
      'login.1',
      'login.2',
      'sale/steps.2',
      'sale/steps.3',
      'sale/table',
    ]);

    const logins = () => far.log.filter((one) => one === 'POST /api/login').length;
    await collect(far.settings, memory);
    expect(logins()).toBe(1);
    far.expireSessions();
    expect(customers((await collect(far.settings, memory)).files[`sale_${day}.ndjson`])).toHaveLength(12);
    expect(logins()).toBe(2);
  });

  test('a changed title is held with a screenshot', async () => {
    const far = await spa();
    const memory = createMemoryInRam();
    await collect(far.settings, memory);
    far.state.titles = ['销售日期', '客户名称', '件数'];
    expect((await faultOf(collect(far.settings, memory)))?.told).toMatchObject({
      code: 'portal.page-changed',
      values: { added: 'column 件数' },
    });
    const [held] = [...memory.held.values()];
    expect([held!.evidence.type, Buffer.from(held!.evidence.bytes).subarray(1, 4).toString()]).toEqual(['image/png', 'PNG']);
  });

  test('it reaches nothing but the portal: not another host, an inner address, or a name that leads there', async () => {
    const far = await spa();
    let reached = 0;
    const other = createServer((_, response) => {
      reached++;
      response.setHeader('access-control-allow-origin', '*').end('secret of the inner network');
    });
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    closes.push(async () => other.close());
    const { port } = other.address() as AddressInfo;
    far.state.alsoAsks = [
      `http://127.0.0.1:${port}/`,
      `http://localhost:${port}/`,
      `http://[::1]:${port}/`,
      'http://169.254.169.254/latest',
    ];
    const { files } = await collect(far.settings, createMemoryInRam());
    expect([customers(files[`sale_${day}.ndjson`]).length, reached]).toEqual([12, 0]);
    const { port: portalPort } = new URL(far.url);
    const byName = { ...far.settings, base_url: `http://localhost:${portalPort}`, allow_private: false };
    expect(await faultOf(collect(byName, createMemoryInRam()))).not.toBeNull();
    expect(far.log.filter((one) => one === 'GET /').length).toBe(2);
  });

  test('a picture is waited for with the page open; a wrong password is told as such; an export by script lands', async () => {
    const far = await spa();
    far.state.captcha = 'q8z';
    const login = far.settings['login'] as Record<string, unknown>;
    const steps = [{ fill: { '#user': '{user}', '#pw': '{password}', '#answer': '{answer}' } }, { click: '#go' }];
    const withQuestion = { ...login, steps, question: { field: 'answer', image: '#code', minutes: 0.5 } };
    const feed = {
      ...feedOf(far.settings),
      steps: [{ goto: '/' }, { wait: '#me' }],
      table: undefined,
      download: { as: 'csv', click: '#export' },
    };
    const memory = createMemoryInRam();
    const answering = setInterval(() => {
      const open = memory.questions.find((one) => one.answer === null);
      if (open) open.answer = 'q8z';
    }, 50);
    closes.push(async () => clearInterval(answering));
    const { files } = await collect({ ...far.settings, login: withQuestion, feeds: [feed] }, memory);
    expect(files[`sale_${day}.csv`]).toBe('销售日期,客户名称,数量\n2026-03-20,甲医院,1\n');
    expect([memory.questions.length, memory.questions[0]!.outcome, memory.questions[0]!.image!.type]).toEqual([1, 'accepted', 'image/png']);

    far.state.captcha = null;
    const wrong = await faultOf(collect(far.settings, createMemoryInRam(), { secret: async () => 'not-this-one' }));
    expect([wrong?.told.code, wrong?.told.values['cause']]).toEqual(['connect.refused-login', '密码错误']);
  });

  test('told to stop, it leaves no browser behind', async () => {
    const far = await spa();
    const feed = { ...feedOf(far.settings), steps: [{ goto: '/' }, { wait: '#never' }] };
    const stop = AbortSignal.timeout(3000);
    const from = Date.now();
    const fault = await faultOf(collect({ ...far.settings, feeds: [feed], timeout_seconds: 30 }, createMemoryInRam(), { signal: stop }));
    expect([fault?.told.code, Date.now() - from < 8000]).toEqual(['connect.cancelled', true]);
  });
});
