import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/database.js';
import { faultsOf } from '../../../test/reconciliation/schemas.js';
import type { Hub } from '../../app/hub.js';
import { createHubMatcher } from '../../app/hub-matcher.js';
import { addApiKey } from '../../db/api-key-store.js';
import { nameKey } from '../../journey/match/name-key.js';
import { createLog } from '../log.js';
import { type RunningProcess, startProcess } from '../start-process.js';
import { ReconciliationModule } from './reconciliation.module.js';

let own: TestDatabase;
let server: RunningProcess;
let matcher: Hub['matcher'];
let endpoint: string;
let key: string;
beforeAll(async () => {
  own = await createTestDatabase();
  const { database } = own;
  await database('master.distributor').insert({ code: 'D1', name: '青禾医药', province: '湖南省' });
  const place = { province: '湖南省', city: '长沙市', type: '医院' };
  for (const [code, name] of Object.entries({
    T1: '长沙市第一医院',
    T2: '长沙市康宁医院',
    T3: '长沙市<b>青禾</b>中医医院',
    T4: '长沙市第一人民医院',
  }))
    await database('master.terminal').insert({ ...place, code, name, name_key: nameKey(name) });
  await database.raw("update master.terminal set merged_into = 1, survivor_id = 1 where code = 'T4'");
  matcher = createHubMatcher(database, { workers: 1 });
  server = await startProcess({ database, matcher } as unknown as Hub, createLog('silent'), {
    ...{ listen: { host: '127.0.0.1', port: 0 }, api: true, worker: false, scheduler: false },
    modules: [ReconciliationModule],
  });
  key = (await addApiKey(database, { name: 'openrefine', rights: ['reconcile'], by: 'wang' }))!;
  endpoint = `${server.url}/reconcile`;
}, 60_000);
afterAll(async () => {
  await server.close();
  await matcher.close();
  await own.drop();
});

const form = (fields: Record<string, string>) => ({ method: 'POST', body: new URLSearchParams(fields) });
const one = { q0: { query: '长沙市第一医院', properties: [{ pid: 'city', v: '长沙市' }] } };

test('OpenRefine adds the service by its address, guesses types, reconciles, previews, searches by hand and fetches columns', async () => {
  // 1. "Add standard service": the manifest by the address with the key in it, asked for as a script and as JSON.
  const address = `${endpoint}/k/${key}`;
  const script = await (await fetch(`${address}?callback=jQuery123_456&_=1`)).text();
  expect(script).toMatch(/^\/\*\*\/jQuery123_456\(\{.*\}\);$/s);
  const manifest = (await (await fetch(address, { headers: { 'accept-language': 'en' } })).json()) as {
    name: string;
    identifierSpace: string;
    defaultTypes: { id: string }[];
    preview: { url: string };
    suggest: { entity: { service_url: string; service_path: string; flyout_service_path: string } };
    extend: { propose_properties: { service_url: string; service_path: string } };
  };
  expect([faultsOf('0.2', 'manifest', manifest), manifest.name]).toEqual([[], 'Huiliu terminal master']);
  expect(manifest.identifierSpace).toBe(`${endpoint}/terminal/`);

  // 2. Types of the first ten cells: queries without a type, three candidates each.
  const guess = await fetch(
    address,
    form({ queries: JSON.stringify({ q0: { query: '长沙市第一医院', limit: 3 }, q1: { query: '康宁医院', limit: 3 } }) }),
  );
  const guessed = (await guess.json()) as Record<string, { result: { type: { id: string }[] }[] }>;
  expect(guessed['q0']!.result[0]!.type.map(({ id }) => id)).toEqual(['医院', 'terminal']);

  // 3. The column, in batches, with the chosen type and a column as property.
  const batch = {
    q0: { query: '长沙市第一医院', type: '医院', type_strict: 'should', limit: 10, properties: [{ pid: 'city', v: '长沙市' }] },
  };
  const answer = await fetch(address, form({ queries: JSON.stringify(batch) }));
  const found = (await answer.json()) as { q0: { result: { id: string; match: boolean }[] } };
  expect([answer.status, faultsOf('0.2', 'reconciliation-result-batch', found)]).toEqual([200, []]);
  expect(found.q0.result[0]).toMatchObject({ id: 'T1', match: true });

  // 4. Hover: the preview in a frame; nothing of the name is markup.
  const preview = await fetch(manifest.preview.url.replace('{{id}}', 'T3'));
  expect([preview.status, preview.headers.get('content-type'), preview.headers.get('content-security-policy')]).toEqual([
    200,
    'text/html; charset=utf-8',
    "default-src 'none'; style-src 'unsafe-inline'",
  ]);
  expect(await preview.text()).toContain('长沙市&lt;b&gt;青禾&lt;/b&gt;中医医院');

  // 5. "Search for match": suggestions, and a flyout.
  const { service_url: url, service_path: path, flyout_service_path: flyout } = manifest.suggest.entity;
  const suggested = (await (await fetch(`${url}${path}?prefix=${encodeURIComponent('长沙市第')}`)).json()) as { result: { id: string }[] };
  expect([faultsOf('0.2', 'suggest-entities-response', suggested), suggested.result.map(({ id }) => id)]).toEqual([[], ['T1']]);
  expect(await (await fetch(`${url}${flyout.replace(/\$\{id\}/, 'T1')}`)).json()).toMatchObject({ id: 'T1' });

  // 6. "Add columns from reconciled values".
  const proposal = `${manifest.extend.propose_properties.service_url}${manifest.extend.propose_properties.service_path}?type=${manifest.defaultTypes[0]!.id}&limit=50`;
  const { properties } = (await (await fetch(proposal)).json()) as { properties: { id: string }[] };
  expect(properties.map(({ id }) => id)).toContain('city');
  const extended = await (
    await fetch(address, form({ extend: JSON.stringify({ ids: ['T1', 'T4'], properties: [{ id: 'city' }, { id: 'name' }] }) }))
  ).json();
  expect(faultsOf('0.2', 'data-extension-response', extended)).toEqual([]);
  // T4 was merged into T1: its id still leads there.
  expect(extended).toMatchObject({ rows: { T1: { city: [{ str: '长沙市' }] }, T4: { name: [{ str: '长沙市第一医院' }] } } });
});

test('the 1.0 draft answers JSON at its own address', async () => {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${key}` };
  const manifest = await (await fetch(`${endpoint}/draft`)).json();
  expect(faultsOf('1.0-draft', 'manifest', manifest)).toEqual([]);
  const queries = [
    {
      conditions: [
        { matchType: 'name', propertyValue: '长沙市第一医院' },
        { matchType: 'property', propertyId: 'city', propertyValue: '长沙市' },
      ],
    },
  ];
  const found = await (await fetch(`${endpoint}/draft/match`, { method: 'POST', headers, body: JSON.stringify({ queries }) })).json();
  expect(faultsOf('1.0-draft', 'reconciliation-result-batch', found)).toEqual([]);
  expect((found as { results: { candidates: object[] }[] }).results[0]!.candidates[0]).toMatchObject({ id: 'T1', match: true });
  const extended = await (
    await fetch(`${endpoint}/draft/extend`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ ids: ['T1'], properties: [{ id: 'kind' }] }),
    })
  ).json();
  expect(extended).toMatchObject({ rows: [{ id: 'T1', properties: [{ id: 'kind', values: [{ str: '医院' }] }] }] });
});

test('the manifest is open; all else needs a live key with the right, in a header, as a parameter or in the address', async () => {
  const queries = JSON.stringify(one);
  const readOnly = (await addApiKey(own.database, { name: 'reader', rights: ['read'], by: 'wang' }))!;
  const get = async (url: string, headers: Record<string, string> = {}) => (await fetch(url, { headers })).status;
  const asked = `queries=${encodeURIComponent(queries)}`;
  expect(await get(endpoint)).toBe(200);
  expect(await get(`${endpoint}?key=wrong`)).toBe(401);
  expect(await get(`${endpoint}?${asked}`)).toBe(401);
  expect(await get(`${endpoint}/suggest/entity?prefix=x`)).toBe(401);
  expect(await get(`${endpoint}/preview?id=T1`)).toBe(401);
  expect(await get(`${endpoint}/k/wrong/preview?id=T1`)).toBe(401);
  expect(await get(`${endpoint}?${asked}&key=${readOnly}`)).toBe(403);
  expect(await get(`${endpoint}?${asked}&key=${key}`)).toBe(200);
  expect(await get(`${endpoint}?${asked}`, { 'x-api-key': key })).toBe(200);
  expect(await get(`${endpoint}?${asked}`, { authorization: `Basic ${btoa(`any:${key}`)}` })).toBe(200);
});

test('browsers of other origins may ask: preflight, plain and refused answers all say so', async () => {
  const preflight = await fetch(`${endpoint}/draft/match`, { method: 'OPTIONS' });
  expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([204, '*']);
  expect(preflight.headers.get('access-control-allow-headers')).toContain('authorization');
  for (const url of [endpoint, `${endpoint}/preview?id=T1`, `${endpoint}/k/${key}/preview?id=T9`])
    expect((await fetch(url)).headers.get('access-control-allow-origin')).toBe('*');
});

test('a callback that is no name is refused, and a terminal cannot end the script', async () => {
  expect((await fetch(`${endpoint}?callback=${encodeURIComponent('alert(1)//')}`)).status).toBe(400);
  const answer = await fetch(`${endpoint}/k/${key}/suggest/entity?prefix=${encodeURIComponent('长沙市<b>')}&callback=cb`);
  expect(answer.headers.get('content-type')).toBe('application/javascript; charset=utf-8');
  expect(await answer.text()).not.toContain('<');
});

test('a body over the limit is refused, and many batches at once are all answered', async () => {
  const large = await fetch(`${endpoint}/k/${key}`, form({ queries: JSON.stringify({ q0: { query: 'x'.repeat(3_000_000) } }) }));
  expect(large.status).toBe(413);
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => fetch(`${endpoint}/k/${key}`, form({ queries: JSON.stringify(one) })).then((got) => got.json())),
  );
  expect(new Set(answers.map((got) => JSON.stringify(got))).size).toBe(1);
});
