import { inspect } from 'node:util';
import { afterEach, expect, test } from 'vitest';
import type { SourceIo } from '../../src/journey/collect/connector.js';
import { createMemoryInRam, type MemoryInRam } from '../../src/journey/collect/memory-in-ram.js';
import type { HubError } from '../../src/model/hub-error.js';
import { faultOf } from '../../test/fault-of.js';
import portal from './connector.js';
import { type AspState, type SaleRow, startAspPortal } from './fakes/asp-portal.js';
import { startDownloadPortal } from './fakes/download-portal.js';
import { servePortal } from './fakes/serve-portal.js';
import { startTokenPortal } from './fakes/token-portal.js';

const closes: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closes.splice(0).reverse()) await close();
});

const now = new Date('2026-03-21T02:00:00Z');
const day = '2026-03-20';
const ioOf = (memory: MemoryInRam, more: Partial<SourceIo> = {}): SourceIo => ({
  ...{
    source: '某商业',
    secret: async () => 'right-password',
    now: () => now,
    signal: new AbortController().signal,
    session: new Map(),
    memory,
  },
  ...more,
});

type Settings = ReturnType<typeof portal.settings.parse>;

/** One collection: what is ready is fetched, what waits says why. */
async function collect(given: Record<string, unknown>, memory = createMemoryInRam(), more: Partial<SourceIo> = {}) {
  const settings = portal.settings.parse(given);
  const io = ioOf(memory, more);
  const files: Record<string, string> = {};
  const waiting: string[] = [];
  try {
    for await (const observed of portal.list(settings, io)) {
      if (!observed.ready) waiting.push(observed.why!.code);
      else files[observed.name] = await textOf(observed, settings, io);
    }
  } finally {
    await portal.close?.(settings, io);
  }
  return { files, waiting, memory };
}

async function textOf(observed: Parameters<typeof portal.fetch>[0], settings: Settings, io: SourceIo): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of portal.fetch(observed, settings, io)) chunks.push(chunk);
  return Buffer.concat(chunks).toString('latin1').startsWith('{')
    ? Buffer.concat(chunks).toString()
    : Buffer.concat(chunks).toString('latin1');
}

const rowsOf = (text = '') =>
  text
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => JSON.parse(line) as Record<string, string>);
const headOf = (text = '') => (JSON.parse(text.split('\n')[0]!) as { huiliu: Record<string, unknown> }).huiliu;
const told = (fault: HubError | null) => fault && [fault.errorClass, fault.told.code];

const sale = (number: number, product = '复方丹参片 薄膜衣'): SaleRow => ({
  ...{ day, customer: `长沙市第${number}医院`, product, lot: `L${number}`, qty: String(number), amount: `${number * 12}` },
});
const twelve = Array.from({ length: 12 }, (_, at) => sale(at + 1));

async function asp(state: Partial<AspState> = {}) {
  const started = await startAspPortal({ rows: [...twelve, sale(13, '阿莫西林胶囊<0.25g>')], ...state });
  closes.push(() => started.stop());
  return started;
}
const withFeed = (settings: Record<string, unknown>, change: (feed: Record<string, unknown>) => Record<string, unknown>) => ({
  ...settings,
  feeds: [change((settings['feeds'] as Record<string, unknown>[])[0]!)],
});
const withLogin = (settings: Record<string, unknown>, more: object) => ({
  ...settings,
  login: { ...(settings['login'] as object), ...more },
});

test('an old GBK portal: product by product, page by page, with what the page does not say; total and pager are no rows; the day is covered', async () => {
  const far = await asp();
  const { files, memory } = await collect(far.settings);
  const text = files['sale_2026-03-20.ndjson'];
  expect(headOf(text)).toMatchObject({ columns: ['销售日期', '客户名称', '批号', '数量', '金额', '品名'], covers: { from: day, to: day } });
  expect(rowsOf(text)).toHaveLength(13);
  expect(rowsOf(text)[11]).toEqual({
    销售日期: day,
    客户名称: '长沙市第12医院',
    批号: 'L12',
    数量: '12',
    金额: '144',
    品名: '复方丹参片 薄膜衣',
  });
  expect(far.log.at(-2)).toBe('GET /logout.asp');
  expect([...memory.looks.keys()].map((one) => one.split('#')[0])).toEqual(['login', 'sale/steps.1', 'sale/table']);
  expect(text).not.toContain('right-password');
});

test('a day on which the page says that there is nothing is an empty file that still speaks for its day', async () => {
  const far = await asp({ rows: [{ ...sale(1), day: '2026-01-01' }] });
  const { files } = await collect(far.settings);
  expect(headOf(files['sale_2026-03-20.ndjson'])).toMatchObject({
    columns: ['销售日期', '客户名称', '数量', '品名'],
    covers: { from: day, to: day },
  });
  expect(rowsOf(files['sale_2026-03-20.ndjson'])).toEqual([]);
});

test('rows that arrive while pages are turned are neither missed nor doubled: it reads again until all pages speak of the same', async () => {
  let arrived = 0;
  const far = await asp();
  far.state.beforePage = (page) => {
    if (page === 2 && arrived++ < 1) far.state.rows.unshift(sale(99));
  };
  const { files } = await collect(far.settings);
  const rows = rowsOf(files['sale_2026-03-20.ndjson']).filter((row) => row['品名']!.startsWith('复方'));
  expect([rows.length, new Set(rows.map((row) => row['批号'])).size]).toEqual([13, 13]);

  far.state.beforePage = (page) => void (page === 2 && far.state.rows.unshift(sale(200 + arrived++)));
  expect(told(await faultOf(collect(far.settings)))).toEqual(['transient', 'portal.pages-moving']);
});

test('without count and total it reads until two passes are equal', async () => {
  let passes = 0;
  const far = await asp();
  far.state.beforePage = (page) => {
    if (page === 1) passes++;
    if (page === 2 && passes === 2) far.state.rows.unshift(sale(99));
  };
  const settings = withFeed(far.settings, (feed) => {
    const { count: _, total, ...table } = feed['table'] as Record<string, unknown>;
    return { ...feed, table: { ...table, total: { ...(total as object), columns: [] } } };
  });
  const rows = rowsOf((await collect(settings)).files['sale_2026-03-20.ndjson']);
  expect(new Set(rows.map((row) => row['批号'])).size).toBe(14);
  expect(rows).toHaveLength(14);
});

test('a total that does not foot is no answer', async () => {
  const far = await asp({ total: '77' });
  const fault = await faultOf(collect(far.settings));
  expect([told(fault), fault?.told.values]).toMatchObject([
    ['transient', 'portal.total-differs'],
    { column: '数量', sum: '78', stated: '77' },
  ]);
});

test('a session that ends meanwhile is renewed once, and the day read anew', async () => {
  const far = await asp();
  let ended = false;
  far.state.beforePage = (page) => {
    if (page !== 2 || ended) return;
    ended = true;
    far.expireSessions();
  };
  expect(rowsOf((await collect(far.settings)).files['sale_2026-03-20.ndjson'])).toHaveLength(13);
  expect(far.log.filter((one) => one === 'POST /login.asp')).toHaveLength(2);

  far.state.beforePage = () => far.expireSessions();
  expect(told(await faultOf(collect(far.settings)))).toEqual(['transient', 'portal.session-over']);
});

test('a wrong password is told as such, and shows nowhere', async () => {
  const far = await asp({ password: 'another' });
  const fault = await faultOf(collect(far.settings));
  expect([told(fault), fault?.told.values['cause']]).toEqual([['auth', 'connect.refused-login'], '用户名或密码错误']);
  expect(inspect(fault, { depth: 9 })).not.toContain('right-password');
});

const withCaptcha = (settings: Record<string, unknown>) =>
  withLogin(settings, { question: { field: 'txtCode', image: '#imgCode', minutes: 5 } });

test('a picture to read makes the source wait with its reason; answered, it goes on from that very page and keeps its session', async () => {
  const far = await asp({ captcha: '7h3k' });
  const settings = withCaptcha(far.settings);
  const memory = createMemoryInRam();
  expect((await collect(settings, memory)).waiting).toEqual(['portal.waits-for-answer']);
  const question = memory.questions[0]!;
  expect([question.kind, Buffer.from(question.image!.bytes).toString(), question.image!.type]).toEqual([
    'captcha',
    'GIF89a picture of 7h3k',
    'image/gif',
  ]);
  expect((await collect(settings, memory)).waiting).toEqual(['portal.waits-for-answer']);
  expect([memory.questions.length, far.log.filter((one) => one === 'GET /code.asp').length]).toEqual([1, 1]);

  question.answer = '7h3k';
  const asked = far.log.length;
  expect(rowsOf((await collect(settings, memory)).files['sale_2026-03-20.ndjson'])).toHaveLength(13);
  expect([far.log[asked], question.outcome]).toEqual(['POST /login.asp', 'accepted']);
  expect(far.log).not.toContain('GET /logout.asp');

  const before = far.log.length;
  expect(rowsOf((await collect(settings, memory)).files['sale_2026-03-20.ndjson'])).toHaveLength(13);
  expect(far.log.slice(before).some((one) => one.includes('login'))).toBe(false);
});

test('a wrong answer is a new question, not a wrong password; one that expired is asked anew', async () => {
  const far = await asp({ captcha: '7h3k' });
  const settings = withCaptcha(far.settings);
  const memory = createMemoryInRam();
  await collect(settings, memory);
  memory.questions[0]!.answer = 'oops';
  expect(told(await faultOf(collect(settings, memory)))).toEqual(['auth', 'portal.answer-refused']);
  expect((await collect(settings, memory)).waiting).toEqual(['portal.waits-for-answer']);
  expect(memory.questions.map(({ outcome }) => outcome)).toEqual(['refused', null]);
  const later = { now: () => new Date(now.getTime() + 6 * 60_000) };
  expect((await collect(settings, memory, later)).waiting).toEqual(['portal.waits-for-answer']);
  expect(memory.questions.map(({ outcome }) => outcome)).toEqual(['refused', 'replaced', null]);
});

test('a code by text message is asked for after the password; someone who is there answers at once', async () => {
  const far = await asp({ sms: '4711' });
  const settings = withLogin(far.settings, { second: { press: 'btnOk', question: { kind: 'sms', field: 'txtSms' } } });
  const memory = createMemoryInRam();
  expect((await collect(settings, memory)).waiting).toEqual(['portal.waits-for-answer']);
  const { files } = await collect(settings, memory, { askNow: async ({ kind }) => (kind === 'sms' ? '4711' : null) });
  expect(rowsOf(files['sale_2026-03-20.ndjson'])).toHaveLength(13);
});

test('the login that needed a person is kept alive, and forgotten when the portal has ended it', async () => {
  const far = await asp({ captcha: '7h3k' });
  const given = { ...withCaptcha(far.settings), keep_alive: { path: '/main.asp' } };
  const memory = createMemoryInRam();
  await collect(given, memory, { askNow: async () => '7h3k' });
  const keep = async () => {
    const settings = portal.settings.parse(given);
    const io = ioOf(memory);
    await portal.keepAlive!(settings, io);
    await portal.close!(settings, io);
    return memory.sessions.size;
  };
  expect(await keep()).toBe(1);
  expect(far.log.at(-1)).toBe('GET /main.asp');
  far.expireSessions();
  expect(await keep()).toBe(0);
});

test('a changed header or form is held with the page, and nothing is read until somebody agrees', async () => {
  const far = await asp();
  const { memory } = await collect(far.settings);
  far.state.titles = ['销售日期', '客户名称', '批号', '金额', '数量'];
  const fault = await faultOf(collect(far.settings, memory));
  expect([told(fault), fault?.told.values['gone']]).toEqual([['config', 'portal.page-changed'], '↕']);
  far.state.titles = ['销售日期', '客户名称', '生产批号', '数量', '金额'];
  const other = await faultOf(collect(far.settings, memory));
  expect(other?.told.values).toMatchObject({ place: 'sale/table', gone: 'column 批号', added: 'column 生产批号' });
  const [place, held] = [...memory.held][0]!;
  expect(held.evidence.bytes.length).toBeGreaterThan(500);
  memory.looks.set(place, held.lines);
  expect(rowsOf((await collect(far.settings, memory)).files['sale_2026-03-20.ndjson'])).toHaveLength(13);
});

test('outside the agreed hours nobody is asked; the reason stands beside every day', async () => {
  const far = await asp();
  const settings = { ...far.settings, hours: { from: '20:00', to: '07:00' } };
  expect((await collect(settings)).waiting).toEqual(['portal.outside-hours']);
  expect(far.log).toEqual([]);
  expect((await collect({ ...settings, hours: { from: '09:30', to: '10:30' } })).waiting).toEqual([]);
});

test('an account is used once at a time', async () => {
  const far = await asp();
  const memory = createMemoryInRam();
  const host = new URL(String(far.settings['base_url'])).host;
  expect(await memory.holdAccount(`${host} 商业01`)).toBe(true);
  const stop = AbortSignal.timeout(300);
  expect(told(await faultOf(collect(far.settings, memory, { signal: stop })))).toEqual(['transient', 'connect.cancelled']);
  expect(far.log).toEqual([]);
});

test('a token from the page, a hashed password, JSON page by page with exact figures; an expired token is a login more', async () => {
  const far = await startTokenPortal(twelve);
  closes.push(() => far.stop());
  const { files, memory } = await collect(far.settings);
  const text = files['sale_2026-03-20.ndjson'];
  expect(headOf(text)['columns']).toEqual(['day', 'customer', 'qty', 'amount']);
  expect([rowsOf(text).length, rowsOf(text)[11]]).toEqual([12, { day, customer: '长沙市第12医院', qty: '12', amount: '144' }]);
  expect(far.log.filter((one) => one === 'POST /flow/list')).toHaveLength(3);
  far.expireSessions();
  expect(rowsOf((await collect(far.settings, memory)).files['sale_2026-03-20.ndjson'])).toHaveLength(12);
  let moved = 0;
  far.state.beforePage = (page) => void (page === 2 && moved++ < 1 && far.state.rows.splice(0, 1));
  expect(rowsOf((await collect(far.settings, memory)).files['sale_2026-03-20.ndjson'])).toHaveLength(11);
});

test('a download lands as it came; a login page or an error page called .xls does not', async () => {
  const far = await startDownloadPortal(twelve);
  closes.push(() => far.stop());
  const memory = createMemoryInRam();
  expect((await collect(far.settings, memory)).files['sale_2026-03-20.xls']).toContain('<table border=1>');
  far.state.answer = 'csv';
  expect((await collect(far.settings, memory)).files['sale_2026-03-20.xls']).toContain('\r\n2026-03-20\t');
  far.expireSessions();
  expect(Object.keys((await collect(far.settings, memory)).files)).toEqual(['sale_2026-03-20.xls']);
  far.state.answer = 'error';
  const fault = await faultOf(collect(far.settings, memory));
  expect([told(fault), fault?.told.values['cause']]).toEqual([
    ['source-data', 'portal.page-instead-of-file'],
    '系统错误查询超时，请联系管理员',
  ]);
  far.state.answer = 'login';
  expect(told(await faultOf(collect(far.settings, memory)))).toEqual(['transient', 'portal.session-over']);
});

test('it goes nowhere but to the portal: no inner addresses, also behind a name; no redirect to another host', async () => {
  const far = await asp();
  for (const base_url of [String(far.settings['base_url']), String(far.settings['base_url']).replace('127.0.0.1', 'localhost')])
    expect(told(await faultOf(collect({ ...far.settings, base_url, allow_private: false })))).toEqual([
      'config',
      'connect.address-refused',
    ]);
  expect(far.log).toEqual([]);
  const elsewhere = await servePortal('utf-8', 'S', () => ({ status: 302, headers: { location: String(far.settings['base_url']) } }));
  closes.push(() => elsewhere.stop());
  const fault = await faultOf(collect({ ...far.settings, base_url: elsewhere.url }));
  expect([told(fault), fault?.told.values['host']]).toEqual([['config', 'portal.host-refused'], new URL(far.url).host]);
  expect(far.log).toEqual([]);
  const led = { ...far.settings, base_url: elsewhere.url, hosts: [new URL(far.url).host] };
  expect(told(await faultOf(collect(led)))?.[1]).not.toBe('portal.host-refused');
  expect(far.log).not.toEqual([]);
});

test.each([
  ['no terms', { terms: undefined }, 'terms'],
  ['two results', { feeds: [{ name: 'a', steps: [{ open: '/' }], table: {}, download: { as: 'xls' } }] }, 'feeds.0'],
  ['two things in a step', { feeds: [{ name: 'a', steps: [{ open: '/', follow: 'a' }], table: {} }] }, 'feeds.0.steps.0'],
  ['a browser step without a browser', { feeds: [{ name: 'a', steps: [{ goto: '/' }], table: {} }] }, 'feeds.0.steps.0.goto'],
  ['an unknown key', { feeds: [{ name: 'a', steps: [{ open: '/' }], table: { att: 'x' } }] }, 'feeds.0.table'],
  ['a selector that is none', { logged_out: { at: 'div[' } }, 'logged_out'],
  ['a login without an account', { user: undefined }, 'password'],
])('a recipe with %s is refused at its place', async (_what, change, path) => {
  const far = await asp();
  const issues = portal.settings.safeParse({ ...far.settings, ...change }).error?.issues ?? [];
  expect(issues.map((issue) => issue.path.join('.'))).toContain(path);
});
