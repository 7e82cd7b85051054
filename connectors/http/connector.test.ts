import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import type { Observed, SourceIo } from '../../src/journey/collect/connector.js';
import { HubError } from '../../src/model/hub-error.js';
import { faultOf } from '../../test/fault-of.js';
import http from './connector.js';

type Handler = (asked: { url: URL; body: string; request: IncomingMessage }, response: ServerResponse) => unknown;
const closes: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closes.splice(0).reverse()) await close();
});

/** A real HTTP server on loopback; what the handler returns is sent as JSON. */
async function serve(handle: Handler): Promise<{ base_url: string; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const url = new URL(request.url ?? '/', 'http://x');
      asked.push(`${request.method} ${url.pathname}${url.search}`);
      const answer = handle({ url, body: Buffer.concat(chunks).toString(), request }, response);
      if (response.writableEnded || answer === undefined) return;
      response
        .setHeader('content-type', 'application/json; charset=utf-8')
        .end(typeof answer === 'string' ? answer : JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closes.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { base_url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

const secrets: Record<string, string> = { 'env:P': 'the-password', 'env:K': 'the-key' };
const now = new Date('2026-03-21T02:00:00Z');
const ioOf = (more: Partial<SourceIo> = {}): SourceIo => ({
  ...{
    source: '某商业',
    secret: async (reference) => secrets[reference] ?? '',
    now: () => now,
    signal: new AbortController().signal,
    session: new Map(),
  },
  ...more,
});
const settingsOf = (base_url: string, more: object) =>
  http.settings.parse({ base_url, allow_private: true, timeout_seconds: 2, requests_per_minute: 6000, ...more });
type Settings = ReturnType<typeof settingsOf>;

async function pull(settings: Settings, io = ioOf()): Promise<Record<string, string>> {
  closes.push(async () => http.close?.(settings, io));
  const texts: Record<string, string> = {};
  for await (const observed of http.list(settings, io)) texts[observed.name] = await textOf(observed, settings, io);
  return texts;
}

async function textOf(observed: Observed, settings: Settings, io: SourceIo): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of http.fetch(observed, settings, io)) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

const records = (text = '') =>
  text
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => JSON.parse(line) as Record<string, string>);
const told = (fault: HubError | null) => fault && [fault.errorClass, fault.told.code];
const sale = (more: object = {}) => ({ name: 'sale', window_days: 1, request: { path: '/sale', query: { day: '{from}' } }, ...more });

test('a day is a file with what was asked, the titles and exact numbers; its request carries the day', async () => {
  const { base_url, asked } = await serve(() => '[{"id": 123456789012345678901, "a": {"b": 1.50}, "tags": ["x"], "c": null}]');
  const texts = await pull(settingsOf(base_url, { feeds: [sale({ columns: ['id', 'a.b'] })] }));
  const [head] = texts['sale_2026-03-20.ndjson']!.split('\n');
  expect(JSON.parse(head!)).toMatchObject({ huiliu: { columns: ['id', 'a.b'], covers: { from: '2026-03-20', to: '2026-03-20' } } });
  expect(records(texts['sale_2026-03-20.ndjson'])).toEqual([{ id: '123456789012345678901', 'a.b': '1.50', tags: '["x"]', c: '' }]);
  expect(asked).toEqual(['GET /sale?day=2026-03-20']);
});

test.each([
  [
    'page',
    { by: 'page', size: 2 },
    { page: '{page}', size: '{size}' },
    (q: URLSearchParams) => ({ list: [1, 2, 3, 4, 5].slice((Number(q.get('page')) - 1) * 2, Number(q.get('page')) * 2) }),
  ],
  [
    'offset',
    { by: 'offset', size: 2 },
    { offset: '{offset}' },
    (q: URLSearchParams) => ({ list: [1, 2, 3, 4, 5].slice(Number(q.get('offset')), Number(q.get('offset')) + 2) }),
  ],
  [
    'cursor',
    { by: 'cursor', at: 'next' },
    { after: '{cursor}' },
    (q: URLSearchParams) => ({
      list: [Number(q.get('after') || 1)],
      next: Number(q.get('after') || 1) < 5 ? String(Number(q.get('after') || 1) + 1) : null,
    }),
  ],
  [
    'link',
    { by: 'link', at: 'next' },
    {},
    (q: URLSearchParams) => ({
      list: [Number(q.get('p') ?? 1)],
      ...(Number(q.get('p') ?? 1) < 5 && { next: `/sale?p=${Number(q.get('p') ?? 1) + 1}` }),
    }),
  ],
] as const)('pages by %s to the end', async (_by, paging, query, answer) => {
  const { base_url } = await serve(({ url }) => {
    const { list, ...rest } = answer(url.searchParams);
    return { list: list.map((id) => ({ id })), ...rest };
  });
  const feed = sale({ per: 'all', request: { path: '/sale', query }, paging, records_at: 'list' });
  expect(records((await pull(settingsOf(base_url, { feeds: [feed] })))['sale_all.ndjson']).map(({ id }) => id)).toEqual([
    '1',
    '2',
    '3',
    '4',
    '5',
  ]);
});

test('a far side that does not page, or whose total differs, gives nothing', async () => {
  const { base_url } = await serve(({ url }) => ({ list: [{ id: 1 }, { id: 2 }], total: url.pathname === '/few' ? 5 : 9 }));
  const feed = sale({ per: 'all', paging: { by: 'page', size: 2 }, records_at: 'list' });
  expect(told(await faultOf(pull(settingsOf(base_url, { feeds: [feed] }))))).toEqual(['source-data', 'connect.page-repeated']);
  const few = { ...feed, paging: { by: 'none' }, total_at: 'total', request: { path: '/few' } };
  expect(told(await faultOf(pull(settingsOf(base_url, { feeds: [few] }))))).toEqual(['transient', 'connect.total-differs']);
});

test('asked to wait it waits and asks again; failing for good it says transient with the status', async () => {
  let count = 0;
  const { base_url } = await serve((_asked, response) => {
    if (++count < 3) return void response.writeHead(count === 1 ? 429 : 503, { 'retry-after': '0' }).end('busy');
    return [{ id: 1 }];
  });
  expect(records((await pull(settingsOf(base_url, { feeds: [sale()] })))['sale_2026-03-20.ndjson'])).toEqual([{ id: '1' }]);
  const down = await serve((_asked, response) => void response.writeHead(500, { 'retry-after': '0' }).end('boom'));
  const fault = await faultOf(pull(settingsOf(down.base_url, { feeds: [sale()], attempts: 2 })));
  expect([told(fault), fault?.told.values['status'], down.asked.length]).toEqual([['transient', 'connect.answer-refused'], 500, 2]);
});

test('says which kind of fault: login, rights, path, redirect, page instead of data, cut off, silence', async () => {
  const answers: Record<string, Handler> = {
    '/401': (_asked, response) => void response.writeHead(401).end('no'),
    '/403': (_asked, response) => void response.writeHead(403).end('no'),
    '/404': (_asked, response) => void response.writeHead(404).end('no'),
    '/302': (_asked, response) => void response.writeHead(302, { location: 'http://elsewhere.example/' }).end(),
    '/html': (_asked, response) => void response.end('<html>login'),
    '/cut': (_asked, response) => {
      setTimeout(() => response.destroy(), 50);
      return void response.writeHead(200, { 'content-length': '100' }).write('[{"id":1}');
    },
    '/mute': () => undefined,
    '/object': () => ({ code: 1 }),
  };
  const { base_url } = await serve((asked, response) => answers[asked.url.pathname]!(asked, response));
  const faults: Record<string, unknown> = {};
  for (const path of Object.keys(answers)) {
    faults[path] = told(
      await faultOf(pull(settingsOf(base_url, { attempts: 1, timeout_seconds: 0.5, feeds: [sale({ request: { path } })] }))),
    );
  }
  expect(faults).toEqual({
    '/401': ['auth', 'connect.answer-forbidden'],
    '/403': ['auth', 'connect.answer-forbidden'],
    '/404': ['config', 'connect.answer-refused'],
    '/302': ['config', 'connect.redirected'],
    '/html': ['source-data', 'connect.answer-not-json'],
    '/cut': ['transient', 'connect.unreachable'],
    '/mute': ['transient', 'connect.unreachable'],
    '/object': ['source-data', 'connect.answer-without-records'],
  });
});

test('an inner address is refused before anything is sent, also behind a name; a link may not lead to another site', async () => {
  const { base_url, asked } = await serve(() => ({ list: [{ id: 1 }], next: 'http://169.254.169.254/latest' }));
  for (const address of [base_url, base_url.replace('127.0.0.1', 'localhost')]) {
    const settings = settingsOf(address, { allow_private: false, feeds: [sale()] });
    expect(told(await faultOf(pull(settings)))).toEqual(['config', 'connect.address-refused']);
  }
  expect(asked).toEqual([]);
  const feed = sale({ paging: { by: 'link', at: 'next' }, records_at: 'list' });
  expect(told(await faultOf(pull(settingsOf(base_url, { feeds: [feed] }))))).toEqual(['config', 'connect.redirected']);
});

test('an answer larger than allowed is given up, also when it was sent compressed', async () => {
  const bomb = gzipSync(Buffer.alloc(3 * 1024 * 1024, 32));
  const { base_url } = await serve((_asked, response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb));
  const settings = settingsOf(base_url, { max_answer_mb: 1, feeds: [sale()] });
  expect(told(await faultOf(pull(settings)))).toEqual(['source-data', 'connect.answer-too-large']);
});

test('proves who asks: basic, key, client credentials, login with renewal, signature', async () => {
  let tokens = 0;
  const { base_url, asked } = await serve(({ url, body, request }, response) => {
    const given = request.headers.authorization;
    const no = () => void response.writeHead(401).end();
    if (url.pathname === '/oauth')
      return body === 'grant_type=client_credentials' && given?.startsWith('Basic') ? { access_token: `t${++tokens}` } : no();
    if (url.pathname === '/login') return body.includes('the-password') ? { data: { token: `t${++tokens}` } } : no();
    if (url.pathname === '/basic') return given === `Basic ${Buffer.from('u:the-password').toString('base64')}` ? [{ id: 1 }] : no();
    if (url.pathname === '/key') return request.headers['x-key'] === 'the-key' ? [{ id: 1 }] : no();
    if (url.pathname === '/bearer') return given === `Bearer t${tokens}` && tokens > 1 ? [{ id: 1 }] : no();
    const expected = createHmac('sha256', 'the-password')
      .update(`u${url.searchParams.get('t')}/signed`)
      .digest('hex');
    return url.searchParams.get('s') === expected ? [{ id: 1 }] : no();
  });
  const login = {
    kind: 'login',
    request: { method: 'POST', path: '/login', json: { p: '{password}' } },
    token_at: 'data.token',
    header: 'Authorization',
    prefix: 'Bearer ',
  };
  const signed = { kind: 'signed', algorithm: 'hmac-sha256', text: '{user}{timestamp}{path}', query: { t: '{timestamp}', s: '{sign}' } };
  for (const [path, auth] of [
    ['/basic', { kind: 'basic' }],
    ['/key', { kind: 'header', name: 'x-key' }],
    ['/bearer', { kind: 'oauth2', path: '/oauth' }],
    ['/bearer', login],
    ['/signed', signed],
  ] as const) {
    if (path === '/bearer') tokens = 0;
    const settings = settingsOf(base_url, { user: 'u', password: 'env:P', api_key: 'env:K', auth, feeds: [sale({ request: { path } })] });
    expect(records((await pull(settings))['sale_2026-03-20.ndjson']), JSON.stringify(auth)).toEqual([{ id: '1' }]);
  }
  const wrong = settingsOf(base_url, { user: 'u', password: 'env:K', auth: login, feeds: [sale({ request: { path: '/bearer' } })] });
  const fault = await faultOf(pull(wrong));
  expect(told(fault)).toEqual(['auth', 'connect.refused-login']);
  expect(inspect(fault, { depth: 9 })).not.toContain('the-key');
  expect(asked.join()).not.toContain('the-password');
});

test('a signature with date and time carries those of China, also while it is yesterday elsewhere', async () => {
  const { base_url, asked } = await serve(() => [{ id: 1 }]);
  const auth = { kind: 'signed', algorithm: 'md5', text: '{timestamp}{secret}', timestamp: 'datetime', query: { t: '{timestamp}' } };
  const settings = settingsOf(base_url, { user: 'u', password: 'env:P', auth, feeds: [sale()] });
  await pull(settings, { ...ioOf(), now: () => new Date('2026-12-31T16:05:09.900Z') });
  expect(decodeURIComponent(asked.join()).replaceAll('+', ' ')).toContain('t=2027-01-01 00:05:09');
});

test('金蝶: logs in, pages by StartRow, and tells a fault that comes as a record', async () => {
  const rows = Array.from({ length: 2500 }, (_, i) => [`XS${i}`, '2026-03-20T00:00:00', 10.5]);
  const { base_url, asked } = await serve(({ url, body, request }, response) => {
    const given = JSON.parse(body) as {
      acctID?: string;
      password?: string;
      data?: { StartRow: number; Limit: number; FormId: string; FilterString: string };
    };
    if (url.pathname.includes('ValidateUser')) {
      response.setHeader('set-cookie', ['kdservice-sessionid=abc; path=/']);
      return { LoginResultType: given.password === 'the-password' ? 1 : 0, Message: 'x' };
    }
    if (request.headers.cookie !== 'kdservice-sessionid=abc') return [[{ Result: { ResponseStatus: { IsSuccess: false, MsgCode: 1 } } }]];
    const { StartRow, Limit, FormId, FilterString } = given.data!;
    if (FormId !== 'SAL_OUTSTOCK')
      return [[{ Result: { ResponseStatus: { IsSuccess: false, Errors: [{ Message: '业务对象不存在' }], MsgCode: 9 } } }]];
    expect(FilterString).toBe("FDate>='2026-03-20' and FDate<'2026-03-21'");
    return rows.slice(StartRow, StartRow + Limit);
  });
  const of = (form_id: string) =>
    settingsOf(base_url, {
      ...{ preset: 'kingdee', account: 'a1', user: 'u', password: 'env:P' },
      feeds: [
        { name: 'out', window_days: 1, form_id, fields: ['FBillNo', 'FDate', 'FRealQty'], filter: "FDate>='{from}' and FDate<'{to}'" },
      ],
    });
  const read = records((await pull(of('SAL_OUTSTOCK')))['out_2026-03-20.ndjson']);
  expect([read.length, read[2499], asked.length]).toEqual([2500, { FBillNo: 'XS2499', FDate: '2026-03-20T00:00:00', FRealQty: '10.5' }, 3]);
  const fault = await faultOf(pull(of('NOPE')));
  expect([told(fault), fault?.told.values['cause']]).toEqual([['source-data', 'connect.answer-not-ok'], '业务对象不存在']);
});

test('致远: a token, then the forms of a day as the XML they are', async () => {
  const xml = '<?xml version="1.0" encoding="UTF-8"?><forms><form/></forms>';
  const { base_url, asked } = await serve(({ url, request }, response) => {
    if (url.pathname === '/seeyon/rest/token') return { id: 'tok' };
    if (request.headers['token'] !== 'tok') return void response.writeHead(401).end();
    return void response.setHeader('content-type', 'application/xml').end(xml);
  });
  const feeds = [{ name: 'contract', window_days: 1, template: 'HT 01' }];
  const texts = await pull(settingsOf(base_url, { preset: 'seeyon', user: 'u', password: 'env:P', feeds }));
  expect(texts).toEqual({ 'contract_2026-03-20.xml': xml });
  expect(asked[1]).toBe('GET /seeyon/rest/form/export/HT%2001?beginDateTime=2026-03-20+00%3A00%3A00&endDateTime=2026-03-21+00%3A00%3A00');
});

test('用友 U8 OpenAPI: a token that ran out is renewed in the middle of the pages', async () => {
  let issued = 0;
  let served = 0;
  const { base_url } = await serve(({ url }) => {
    const q = url.searchParams;
    if (url.pathname === '/system/token')
      return q.get('app_secret') === 'the-password' ? { errcode: '0', token: { id: `t${++issued}` } } : { errcode: '1' };
    if (q.get('token') !== `t${issued}` || (issued === 1 && served === 1)) return { errcode: '30002', errmsg: 'token 过期' };
    served += 1;
    const page = Number(q.get('page_index'));
    return {
      errcode: '0',
      row_count: 70,
      consignmentlist: Array.from({ length: page === 1 ? 50 : 20 }, (_, i) => ({ code: `${page}-${i}`, qty: 1 })),
    };
  });
  const feeds = [{ name: 'sale', window_days: 1, interface: 'consignment' }];
  const settings = settingsOf(base_url, {
    preset: 'u8-openapi',
    app: { from_account: 'x', to_account: 'y' },
    user: 'k',
    password: 'env:P',
    feeds,
  });
  expect(records((await pull(settings))['sale_2026-03-20.ndjson'])).toHaveLength(70);
  expect(issued).toBe(2);
});

test('九州通 style and OData: token and pages; next links and a filter by day', async () => {
  const { base_url, asked } = await serve(({ url, body, request }) => {
    if (url.pathname === '/token') return { code: 200, data: { token: 'tok' } };
    if (url.pathname === '/flow/sale') {
      if (request.headers.authorization !== 'Bearer tok') return { code: 401, msg: '未登录' };
      const { pageNo, startDate } = JSON.parse(body) as { pageNo: number; startDate: string };
      return {
        code: 200,
        data: { total: 501, list: pageNo === 1 ? Array.from({ length: 500 }, (_, id) => ({ id, startDate })) : [{ id: 500 }] },
      };
    }
    const skip = url.searchParams.get('$skip');
    return { value: [{ Doc: skip ?? '0' }], ...(skip === null && { '@odata.nextLink': `${base_url}/Sales?$skip=1` }) };
  });
  const feeds = [{ name: 'sale', window_days: 1, interface: 'flow/sale' }];
  expect(
    records((await pull(settingsOf(base_url, { preset: 'jiuzhoutong', user: 'u', password: 'env:P', feeds })))['sale_2026-03-20.ndjson']),
  ).toHaveLength(501);
  const odata = [{ name: 'sale', window_days: 1, entity: 'Sales', select: ['Doc'], date_field: 'PostingDate' }];
  expect(records((await pull(settingsOf(base_url, { preset: 'odata', feeds: odata })))['sale_2026-03-20.ndjson'])).toEqual([
    { Doc: '0' },
    { Doc: '1' },
  ]);
  expect(decodeURIComponent(asked.at(-2)!)).toContain('$filter=PostingDate+ge+2026-03-20T00:00:00+08:00+and+PostingDate+lt+2026-03-21');
});

test('told to stop it stops at once; settings that do not go together are refused', async () => {
  const { base_url } = await serve(() => undefined);
  const stop = new AbortController();
  const pulling = faultOf(pull(settingsOf(base_url, { timeout_seconds: 60, feeds: [sale()] }), ioOf({ signal: stop.signal })));
  setTimeout(() => stop.abort(), 100);
  expect(told(await pulling)).toEqual(['transient', 'connect.cancelled']);
  const paths = (more: object) =>
    http.settings.safeParse({ base_url: 'https://a.example', feeds: [sale()], ...more }).error?.issues.map(({ path }) => path.join('.'));
  expect(paths({})).toBeUndefined();
  expect(paths({ auth: { kind: 'basic' } })).toEqual(['password']);
  expect(paths({ auth: { kind: 'header', name: 'x' } })).toEqual(['api_key']);
  expect(paths({ preset: 'nope' })).toEqual(['preset']);
  expect(paths({ base_url: 'file:///etc/passwd' })).toEqual(['base_url']);
});
