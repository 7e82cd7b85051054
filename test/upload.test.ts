import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ExcelJS from 'exceljs';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { utils, write } from 'xlsx';
import type { Hub } from '../src/app/hub.js';
import { openHub } from '../src/app/open-hub.js';
import { readSettings } from '../src/app/settings.js';
import { projectFolder } from '../src/cli/project-folder.js';
import { addApiKey } from '../src/db/api-key-store.js';
import type { Upload } from '../src/db/upload-store.js';
import { createLog } from '../src/server/log.js';
import { startProcess } from '../src/server/start-process.js';
import { ensureBuilt } from './built.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { huiliuHere } from './run-in-process.js';

const folder = mkdtempSync(join(tmpdir(), 'huiliu-upload-'));
const drop = join(folder, 'drop');
let own: TestDatabase;
let environment: NodeJS.ProcessEnv;
const closes: (() => Promise<unknown>)[] = [];

const header = ['销售日期', '客户名称', '品名', '规格', '数量', '单位', '金额', '批号', '销售单号'];
type Row = readonly [customer: string, quantity: number];
const cells = (rows: readonly Row[]) => [
  header,
  ...rows.map(([customer, quantity], at) => ['2026-03-30', customer, '某片', '0.3g*30片', quantity, '盒', quantity * 10, 'L1', `XS${at}`]),
];
const many: readonly Row[] = Array.from({ length: 40 }, (_, at) => [`第${at}医院`, at + 1]);

beforeAll(async () => {
  await ensureBuilt();
  own = await createTestDatabase();
  mkdirSync(drop);
  mkdirSync(join(folder, 'mappings'));
  writeFileSync(join(folder, 'mappings/plain-sale.yaml'), 'layout: plain-sale\ntitle: 销售\nkind: sale\ndictionary: true\n');
  environment = { HUILIU_HOME: join(folder, 'hub'), DATABASE_URL: own.url, HUILIU_LANG: 'en', HUILIU_MAPPINGS: join(folder, 'mappings') };
  await own.database('master.distributor').insert({ code: 'D1', name: '某商业' });
  const settings = { folder: drop, stable_seconds: 0 };
  const source = { code: 'd1', title: '某商业', sender: 'D1', connector: 'folder', settings, layouts: ['plain-sale'] };
  writeFileSync(join(folder, 'source.yaml'), JSON.stringify({ sources: [source] }));
  expect((await huiliuHere(['sources', 'import', join(folder, 'source.yaml')], environment)).code).toBe(0);
  // What comes by itself: written by a system, a day ago.
  const sheet = utils.aoa_to_sheet(cells(many));
  const book = { SheetNames: ['Sheet1'], Sheets: { Sheet1: sheet }, Props: { Application: 'U8 Report', LastAuthor: '' } };
  writeFileSync(join(drop, '销售20260330.xlsx'), write(book, { type: 'buffer', bookType: 'xlsx' }) as Buffer);
  utimesSync(join(drop, '销售20260330.xlsx'), new Date('2026-03-31T01:00:00Z'), new Date('2026-03-31T01:00:00Z'));
  expect((await huiliuHere(['run', 'nightly', '--date', '2026-03-30', '--json'], environment)).code).toBe(0);
}, 180_000);
afterEach(async () => {
  for (const close of closes.splice(0).reverse()) await close();
});
afterAll(async () => {
  await own.drop();
  rmSync(folder, { recursive: true, force: true });
});

async function handMade(rows: readonly Row[]): Promise<Buffer> {
  const book = new ExcelJS.Workbook();
  book.lastModifiedBy = '张三';
  book.addWorksheet('Sheet1').addRows(cells(rows).map((row) => [...row]));
  return Buffer.from(await book.xlsx.writeBuffer());
}

const quantity = async () =>
  (
    await own.database.raw(
      `select coalesce(sum(l.base_quantity), 0)::int as sum from flow.line l join ledger.generation g on g.id = l.generation_id where g.state = 'active'`,
    )
  ).rows[0].sum as number;

test('a file edited by hand is seen as one, has no effect before it is taken, and stays marked manual everywhere', {
  timeout: 120_000,
}, async () => {
  const path = join(folder, '销售20260330改.xlsx');
  writeFileSync(path, await handMade([...many.slice(0, 39), ['第39医院', 4000], ['凭空药店', 500]]));
  const before = await quantity();
  const sent = await huiliuHere(
    ['upload', path, '--source', 'd1', '--reason', '自动文件缺行', '--by', '李四', '--days', '2026-03-01..2026-03-29', '--json'],
    environment,
  );
  const upload = JSON.parse(sent.stdout) as Upload;
  expect([sent.code, await quantity(), upload.state, upload.by]).toEqual([3, before, 'waiting', '李四']);
  expect(upload.comparison.days).toMatchObject([
    {
      ...{ kind: 'sale', day: '2026-03-30', same: 39, changed: 1, added: 1, removed: 0 },
      offered: { rows: 41, quantity: String(before - 40 + 4500), amount: String((before - 40 + 4500) * 10) },
      inForce: { rows: 40, quantity: String(before), deliveries: [{ name: '销售20260330.xlsx', isManual: false }] },
    },
  ]);
  expect(upload.comparison.differences).toMatchObject([
    { what: 'changed', party: '第39医院', before: { quantity: '40' }, after: { quantity: '4000' } },
    { what: 'added', party: '凭空药店', before: null, after: { quantity: '500' } },
  ]);
  expect(upload.comparison.signals.map(({ code }) => code)).toEqual([
    'upload.saved-by',
    'upload.other-program',
    'upload.few-changed',
    'upload.outside',
  ]);

  const shown = await huiliuHere(['upload', 'show', upload.id, '--lang', 'zh'], environment);
  expect(shown.stdout).toContain('经过人手');
  expect(shown.stdout).toContain('40→4000');
  expect((await huiliuHere(['upload', 'take', upload.id], environment)).code).toBe(0);
  expect(await quantity()).toBe(before);
  const taken = await huiliuHere(['upload', 'take', upload.id, '--yes', '--why', 'asked them', '--lang', 'zh'], environment);
  expect([taken.code, taken.stdout]).toEqual([0, expect.stringContaining('其中手工 1 份：d1 销售20260330改.xlsx (李四)')]);
  expect(await quantity()).toBe(before - 40 + 4500);
  expect((await huiliuHere(['upload', 'take', upload.id, '--yes'], environment)).stderr).toContain('was decided by');
  expect((await huiliuHere(['upload', path, '--source', 'd1', '--reason', 'again'], environment)).stderr).toContain('have arrived before');

  const { stdout } = await huiliuHere(['deliveries', 'list', '--json'], environment);
  const { deliveries } = JSON.parse(stdout) as { deliveries: { id: string; isManual: boolean }[] };
  expect(deliveries.map(({ isManual }) => isManual)).toEqual([true, false]);
  const details = await huiliuHere(['deliveries', 'show', deliveries[0]!.id], environment);
  expect(details.stdout).toContain('李四: 自动文件缺行');
  expect((await huiliuHere(['trace', 'file', deliveries[0]!.id], environment)).stdout).toContain('d1 · manual');
});

test('what cannot be read is told before it is taken; what is refused stays refused', { timeout: 60_000 }, async () => {
  const path = join(folder, 'notes.pdf');
  writeFileSync(path, '%PDF-1.7 no table');
  const sent = await huiliuHere(['upload', path, '--source', 'd1', '--reason', 'x'], environment);
  expect([sent.code, sent.stdout]).toEqual([3, expect.stringContaining('It would be held')]);
  const { id } = (await own.database('ledger.upload').where({ name: 'notes.pdf' }).first('id')) as { id: string };
  expect((await huiliuHere(['upload', 'refuse', id, '--why', 'no table'], environment)).code).toBe(0);
  expect((await huiliuHere(['upload', 'take', id, '--yes'], environment)).code).toBe(2);
  expect(
    await own
      .database('ledger.event')
      .where({ object: `upload:${id}` })
      .first('verb', 'actor'),
  ).toMatchObject({ verb: 'upload-refused' });
});

async function serving(): Promise<{ hub: Hub; url: string }> {
  const hub = await openHub(readSettings(environment, projectFolder()));
  const running = await startProcess(hub, createLog('silent'), {
    listen: { host: '127.0.0.1', port: 0 },
    api: true,
    worker: false,
    scheduler: false,
  });
  closes.push(
    () => hub.close(),
    () => running.close(),
  );
  return { hub, url: running.url! };
}

test('a program hands a file in with a key that may, and says who and why', { timeout: 60_000 }, async () => {
  const { hub, url } = await serving();
  const key = (await addApiKey(hub.database, { name: 'portal', rights: ['upload', 'read'], by: 'test' }))!;
  const reader = (await addApiKey(hub.database, { name: 'reader', rights: ['read'], by: 'test' }))!;
  const send = (query: string, by: string, type = 'application/octet-stream') =>
    fetch(`${url}/uploads/d1?${query}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${by}`, 'content-type': type },
      body: `${header.join(',')}\n2026-03-29,甲医院,某片,0.3g*30片,1,盒,10,L1,A1\n`,
    });
  const query = `name=${encodeURIComponent('../../etc/补.csv')}&reason=${encodeURIComponent('系统停机')}&by=${encodeURIComponent('王五')}`;
  expect((await send(query, reader)).status).toBe(403);
  expect((await send('name=a.csv', key)).status).toBe(400);
  expect((await send(`${query}&from=2026-03-29&to=29.03`, key)).status).toBe(400);
  expect((await send(query, key, 'application/json')).status).toBe(400);
  const answer = await send(query, key);
  const upload = (await answer.json()) as Upload;
  expect([answer.status, upload]).toMatchObject([
    201,
    { way: 'api', name: '补.csv', by: '王五 (portal)', reason: '系统停机', state: 'waiting', comparison: { days: [{ inForce: null }] } },
  ]);
  const listed = await fetch(`${url}/uploads?waiting=1`, { headers: { authorization: `Bearer ${reader}` } });
  expect(await listed.json()).toMatchObject({ uploads: [{ id: upload.id }] });
});

test('a link takes one file, once, and shows a page without script', { timeout: 60_000 }, async () => {
  const made = await huiliuHere(
    ['upload', 'link', '--source', 'd1', '--for', '<b>赵六</b>', '--reason', '补传', '--mb', '1', '--json'],
    environment,
  );
  const { url: address, id } = JSON.parse(made.stdout) as { url: string; id: number };
  const token = address.split('/u/')[1]!;
  expect(JSON.stringify(await own.database('ledger.upload_link'))).not.toContain(token);
  const { url } = await serving();
  const page = await fetch(`${url}/u/${token}`);
  const html = await page.text();
  expect([page.status, page.headers.get('content-security-policy')]).toEqual([200, expect.stringContaining("default-src 'none'")]);
  expect(html).toContain('&#60;b&#62;赵六');
  expect(html).not.toMatch(/<script|<b>赵六/u);
  expect(await (await fetch(`${url}/u/${token}`, { headers: { 'accept-language': 'en' } })).text()).toContain('Hand in a flow file');

  const post = (content: string, name: string) => {
    const form = new FormData();
    form.append('file', new Blob([content]), name);
    return fetch(`${url}/u/${token}`, { method: 'POST', body: form });
  };
  const nothing = await fetch(`${url}/u/${token}`, { method: 'POST', body: new FormData() });
  expect([nothing.status, await nothing.text()]).toEqual([422, expect.stringContaining('没有收到文件')]);
  const large = await post('x'.repeat(1_100_000), 'a.csv');
  expect([large.status, await large.text()]).toEqual([422, expect.stringContaining('1 MB')]);
  const text = `${header.join(',')}\n2026-03-28,甲医院,某片,0.3g*30片,2,盒,20,L1,B1\n`;
  const good = await post(text, '../../../补传 3月28日.csv');
  expect([good.status, await good.text()]).toEqual([200, expect.stringContaining('补传 3月28日.csv')]);
  expect(await own.database('ledger.upload').where({ link_id: id }).first('way', 'by', 'state', 'name')).toEqual({
    ...{ way: 'link', by: '<b>赵六</b>', state: 'waiting', name: '补传 3月28日.csv' },
  });
  for (const again of [await post(text, 'b.csv'), await fetch(`${url}/u/${token}`), await fetch(`${url}/u/${'A'.repeat(43)}`)])
    expect(again.status).toBe(404);
  const statuses = [];
  for (let at = 0; at < 30; at++) statuses.push((await fetch(`${url}/u/${token}`)).status);
  expect(statuses.at(-1)).toBe(429);
});

test('a link that is over or taken back opens nothing', { timeout: 60_000 }, async () => {
  const make = async () => {
    const { stdout } = await huiliuHere(['upload', 'link', '--source', 'd1', '--for', 'x', '--reason', 'y', '--json'], environment);
    const { url, id } = JSON.parse(stdout) as { url: string; id: number };
    return { id, token: url.split('/u/')[1]! };
  };
  const [over, revoked] = [await make(), await make()];
  await own
    .database('ledger.upload_link')
    .where({ id: over.id })
    .update({ expires_at: new Date(Date.now() - 1000) });
  expect((await huiliuHere(['upload', 'revoke', String(revoked.id), '--yes'], environment)).code).toBe(0);
  const { url } = await serving();
  for (const { token } of [over, revoked]) expect((await fetch(`${url}/u/${token}`)).status).toBe(404);
  expect((await huiliuHere(['upload', 'links', '--lang', 'zh'], environment)).stdout).toMatch(/已撤销[\s\S]*已过期/u);
});
