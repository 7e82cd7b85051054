import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AspPortal, type SaleRow, startAspPortal } from '../connectors/portal/fakes/asp-portal.js';
import { openHub } from '../src/app/open-hub.js';
import { readSettings } from '../src/app/settings.js';
import { addApiKey } from '../src/db/api-key-store.js';
import { addDays } from '../src/model/add-days.js';
import { shanghaiDay } from '../src/model/shanghai-day.js';
import { createLog } from '../src/server/log.js';
import { PortalModule } from '../src/server/portal/portal.module.js';
import { startProcess } from '../src/server/start-process.js';
import { ensureBuilt } from './built.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { huiliuHere } from './run-in-process.js';

const folder = mkdtempSync(join(tmpdir(), 'huiliu-portal-'));
const day = addDays(shanghaiDay(new Date()), -1);
const rows: SaleRow[] = Array.from({ length: 7 }, (_, at) => ({
  ...{ day, customer: `长沙市第${at + 1}医院`, product: '复方丹参片', lot: `L${at}`, qty: '10', amount: '120' },
}));
let own: TestDatabase;
let far: AspPortal;
let environment: NodeJS.ProcessEnv;

beforeAll(async () => {
  await ensureBuilt();
  own = await createTestDatabase();
  far = await startAspPortal({ rows, captcha: '7h3k' });
  environment = { HUILIU_HOME: join(folder, 'hub'), DATABASE_URL: own.url, HUILIU_LANG: 'zh', HUILIU_MAPPINGS: join(folder, 'mappings') };
  process.env['HUILIU_TEST_PORTAL'] = 'right-password';
  await own.database('master.distributor').insert({ code: 'D1', name: '湘江医药' });
  mkdirSync(join(folder, 'mappings'));
  writeFileSync(join(folder, 'mappings', 'portal-sale.yaml'), `layout: portal-sale\ntitle: 门户销售\nkind: sale\ndictionary: true\n`);
  writeFileSync(join(folder, 'sources.yaml'), yamlOf(far.settings));
}, 120_000);
afterAll(async () => {
  await far.stop();
  await own.drop();
  rmSync(folder, { recursive: true, force: true });
});

function yamlOf(settings: Record<string, unknown>): string {
  const login = { ...(settings['login'] as object), question: { field: 'txtCode', image: '#imgCode' } };
  const made = { ...settings, login, password: 'env:HUILIU_TEST_PORTAL' };
  return JSON.stringify({
    sources: [
      {
        code: 'd1',
        title: '湘江门户',
        sender: 'D1',
        connector: 'portal',
        settings: made,
        layouts: ['portal-sale'],
        expects: { every: 'day' },
      },
    ],
  });
}

async function run(...args: string[]) {
  const { code, stdout, stderr } = await huiliuHere([...args, '--json'], environment);
  return { code, json: stdout === '' ? null : JSON.parse(stdout), stderr };
}
const told = async (...args: string[]) => (await huiliuHere(args, environment)).stdout;

test('from the recipe to the figures: the portal asks, a person answers, the night goes on; a changed page waits until it is agreed to', async () => {
  expect(await run('sources', 'import', join(folder, 'sources.yaml'))).toMatchObject({ code: 0 });
  await own.database('ledger.source').update({ created_at: '2026-01-01T00:00:00Z' });
  await run('run', 'nightly', '--date', day);
  expect((await own.database('ledger.portal_question')).length).toBe(1);
  const board = await told('status', '--missing', '--date', day);
  expect(board).toMatch(/要人看验证码图片[\s\S]*portal\s+answer/u);
  expect(await told('status')).toMatch(/等人处理的门户：1[\s\S]*验证码图片/u);
  const { code, json } = await run('portal', 'questions');
  expect([code, json.questions.length, json.questions[0].state]).toEqual([3, 1, 'open']);
  const { id } = json.questions[0] as { id: string };
  await run('portal', 'show', id, '--out', join(folder, 'code.gif'));
  expect(readFileSync(join(folder, 'code.gif'), 'latin1')).toBe('GIF89a picture of 7h3k');

  // At rest nothing shows: neither cookies nor the half login.
  const { rows: sealed } = await own.database.raw(`select name, encode(sealed, 'escape') as sealed from access.secret`);
  expect(sealed.map((one: { name: string }) => one.name)).toEqual([`portal-question-${id}`]);
  expect(JSON.stringify(sealed)).not.toContain('ASPSESSIONID');

  const answered = await run('portal', 'answer', id, '7h3k');
  expect([answered.code, answered.json.run.totals]).toMatchObject([0, { deliveries: 1, decoded: 8, loaded: 7, dropped: 1 }]);
  expect(await run('portal', 'answer', id, 'again')).toMatchObject({ code: 2 });
  const { rows: lines } = await own.database.raw('select count(*)::int as count, sum(quantity)::int as sum from pub_v1.flow_line');
  expect(lines).toEqual([{ count: 7, sum: 70 }]);

  // The line that is gone over there goes here too, without another question.
  far.state.rows.pop();
  const again = await run('run', 'nightly', '--date', day);
  expect([again.code, far.log.filter((one) => one === 'POST /login.asp').length]).toEqual([0, 1]);
  const { rows: fewer } = await own.database.raw('select count(*)::int as count from pub_v1.flow_line');
  expect(fewer).toEqual([{ count: 6 }]);

  far.state.titles = ['销售日期', '客户名称', '生产批号', '数量', '金额'];
  expect((await run('run', 'nightly', '--date', day)).code).not.toBe(0);
  const pages = await run('portal', 'pages', '--out', join(folder, 'pages'));
  expect(pages.json.pages).toMatchObject([{ source: 'd1', file: join(folder, 'pages', 'd1-1.html') }]);
  expect(readFileSync(join(folder, 'pages', 'd1-1.html')).length).toBeGreaterThan(500);
  expect(await told('portal', 'accept', 'd1')).toMatch(/- column 批号\n\s*\+ column 生产批号[\s\S]*--yes/u);
  expect((await run('portal', 'accept', 'd1', '--yes')).json.accepted).toBe(1);
  expect((await run('run', 'nightly', '--date', day)).code).toBe(0);
  expect((await run('portal', 'pages')).json.pages).toEqual([]);
}, 240_000);

test('try shows every step of a recipe that is not saved, lands nothing and agrees to nothing; record proposes one', async () => {
  const before = await own.database('ledger.delivery').count();
  far.state.captcha = null;
  const { code, json, stderr } = await run('portal', 'try', 'd1', '--file', join(folder, 'sources.yaml'), '--from', day, '--to', day);
  // The form has no picture any more: a changed page, told as such.
  expect([code, json.fault.code]).toEqual([2, 'portal.field-missing']);
  far.state.captcha = '7h3k';
  writeFileSync(join(folder, 'plain.yaml'), yamlOf(far.settings).replace(/,"question":\{[^}]*\}/u, ''));
  far.state.captcha = null;
  const tried = await run('portal', 'try', 'd1', '--file', join(folder, 'plain.yaml'));
  expect(tried.json.files).toMatchObject([{ name: `sale_${day}.ndjson`, rows: 6 }]);
  expect(tried.json.steps.map(({ step }: { step: string }) => step)).toEqual(
    expect.arrayContaining(['login', 'sale/each', 'sale/steps.1', 'sale/table 2']),
  );
  expect(stderr + tried.stderr).not.toContain('right-password');
  expect(await own.database('ledger.delivery').count()).toEqual(before);

  const password = ['--user', '商业01', '--password', 'env:HUILIU_TEST_PORTAL', '--allow-private'];
  const recorded = await run(
    'portal',
    'record',
    `${far.url}/login.asp`,
    ...password,
    '--step',
    '{open: /query.asp}',
    '--out',
    join(folder, 'draft.yaml'),
  );
  expect(recorded.code).toBe(0);
  const draft = readFileSync(join(folder, 'draft.yaml'), 'utf8');
  for (const part of [
    'txtUser: "{user}"',
    'press: btnLogin',
    'text: 退出',
    'logout: /logout.asp',
    'txtFrom: "{from}"',
    'ddlProduct: "{product}"',
    'select[name="ddlProduct"] option',
  ])
    expect(draft).toContain(part);
}, 240_000);

test('the same over HTTP: questions, picture, answer, each behind its right', async () => {
  const hub = await openHub(readSettings({ ...environment }, join(import.meta.dirname, '..')));
  const process_ = await startProcess(hub, createLog('silent'), {
    listen: { host: '127.0.0.1', port: 0 },
    api: true,
    worker: false,
    scheduler: false,
    modules: [PortalModule],
  });
  try {
    far.state.captcha = '9x2b';
    far.expireSessions();
    await run('run', 'nightly', '--date', day);
    const reader = await addApiKey(hub.database, { name: 'reader', rights: ['read'], by: 'test' });
    const operator = await addApiKey(hub.database, { name: 'operator', rights: ['read', 'operate'], by: 'test' });
    const ask = (path: string, key: string, body?: object) =>
      fetch(`${process_.url}/portal/${path}`, {
        ...(body && { method: 'POST', body: JSON.stringify(body) }),
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      });
    expect((await fetch(`${process_.url}/portal/questions`)).status).toBe(401);
    const { questions } = (await (await ask('questions', reader!)).json()) as { questions: { id: string; image?: unknown }[] };
    const { id } = questions[0]!;
    expect(questions[0]).not.toHaveProperty('image');
    expect((await ask(`questions/${id}/answer`, reader!, { answer: '9x2b' })).status).toBe(403);
    const picture = await ask(`questions/${id}/image`, operator!);
    expect([picture.headers.get('content-type'), await picture.text()]).toEqual(['image/gif', 'GIF89a picture of 9x2b']);
    expect((await ask(`questions/${id}/answer`, operator!, { answer: ' ' })).status).toBe(400);
    expect(await (await ask(`questions/${id}/answer`, operator!, { answer: '9x2b' })).json()).toMatchObject({
      answered: id,
      source: 'd1',
    });
    expect((await ask(`questions/${id}/answer`, operator!, { answer: '9x2b' })).status).toBe(400);
    expect((await ask('questions/abc/image', operator!)).status).toBe(404);
    expect((await run('run', 'nightly', '--date', day)).code).toBe(0);
    expect(await (await ask('questions', reader!)).json()).toEqual({ questions: [] });
  } finally {
    await process_.close();
    await hub.close();
  }
}, 240_000);
