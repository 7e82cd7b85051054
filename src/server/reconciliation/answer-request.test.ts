import { expect, test } from 'vitest';
import { faultsOf } from '../../../test/reconciliation/schemas.js';
import type { TerminalCard } from '../../db/terminal-lookup.js';
import { createMatcher } from '../../journey/match/matcher.js';
import { answerRequest, isManifest } from './answer-request.js';
import type { ReconciliationPorts, ReconciliationRequest } from './reconciliation-ports.js';

const card = (id: string, name: string, more: Partial<TerminalCard> = {}): TerminalCard => ({
  ...{ id, name, formerNames: [], kind: '医院', level: '', province: '湖南省', city: '长沙市', county: '', address: '', creditCode: '' },
  ...more,
});
const cards = [
  card('T1', '长沙市第一医院', { formerNames: ['长沙工人医院'], level: '三级' }),
  card('T2', '长沙市第二医院'),
  card('T3', '长沙市中医医院', { kind: '中医医院' }),
  card('T4', '<script>alert(1)</script>"诊所"', { address: `a&b'` }),
];
const matcher = createMatcher(cards.map(({ id, name, formerNames, province, city }) => ({ id, name, formerNames, province, city })));
const ports: ReconciliationPorts = {
  ask: (names, { candidates }) => Promise.resolve(matcher.matchBatch(names, { candidates, explain: true })),
  terminals: {
    byIds: (ids) => Promise.resolve(new Map(cards.filter(({ id }) => ids.includes(id)).map((one) => [one.id, one]))),
    startingWith: (text, skip, limit) =>
      Promise.resolve(cards.filter(({ id, name }) => id.startsWith(text) || name.includes(text)).slice(skip, skip + limit)),
    kinds: () => Promise.resolve(['中医医院', '医院']),
  },
};
const request = (over: Partial<ReconciliationRequest>): ReconciliationRequest => ({
  ...{ method: 'GET', path: '', query: {}, form: null, json: undefined, endpoint: 'http://hub.test/reconcile', language: 'en' as const },
  ...over,
});
const post02 = async (queries: object) => {
  const { status, body } = await answerRequest('0.2', request({ method: 'POST', form: { queries: JSON.stringify(queries) } }), ports);
  expect([status, faultsOf('0.2', 'reconciliation-result-batch', body)]).toEqual([200, []]);
  return body as Record<string, { result: { id: string; score: number; match: boolean; features: { id: string; value: unknown }[] }[] }>;
};
const post10 = async (queries: object[], path = 'match') => {
  const { status, body } = await answerRequest('1.0-draft', request({ method: 'POST', path, json: { queries } }), ports);
  expect([status, faultsOf('1.0-draft', 'reconciliation-result-batch', body)]).toEqual([200, []]);
  return (body as { results: { candidates: { id: string; match: boolean; score: number }[] }[] }).results.map(
    ({ candidates }) => candidates,
  );
};
const statusOf = async (over: Partial<ReconciliationRequest>, version: '0.2' | '1.0-draft' = '0.2') =>
  (await answerRequest(version, request(over), ports)).status;

test('both manifests are as the specification wants them and need no key', async () => {
  for (const version of ['0.2', '1.0-draft'] as const) {
    const { body } = await answerRequest(version, request({}), ports);
    expect(faultsOf(version, 'manifest', body)).toEqual([]);
    expect((body as { versions: string[] }).versions).toEqual([version]);
  }
  expect(isManifest({ method: 'GET', path: '', query: {} })).toBe(true);
  expect(isManifest({ method: 'GET', path: '', query: { queries: '{}' } })).toBe(false);
});

test('a batch finds the terminals; only the sure one is a match, scores are percent, evidence stands as features', async () => {
  const { q0, q1 } = await post02({
    q0: {
      query: '长沙市第一医院',
      properties: [
        { pid: 'city', v: '长沙市' },
        { pid: 'province', v: { id: 'x', name: '湖南省' } },
      ],
    },
    q1: { query: '长沙某医院', limit: 2 },
  });
  expect(q0!.result[0]).toMatchObject({ id: 'T1', match: true });
  expect(q0!.result.filter(({ match }) => match)).toHaveLength(1);
  expect(q0!.result[0]!.features.some(({ id }) => id.startsWith('bits:'))).toBe(true);
  expect(q1!.result.every(({ match, score }) => !match && score >= 0 && score <= 100)).toBe(true);
  expect(q1!.result.length).toBeLessThanOrEqual(2);
});

test('the same query gets the same answer whatever else is in the batch', async () => {
  const query = {
    query: '长沙市第一医院',
    properties: [
      { pid: 'distributor', v: 'D1' },
      { pid: 'customer_code', v: '7' },
      { pid: 'city', v: '长沙市' },
    ],
  };
  const alone = (await post02({ a: query }))['a'];
  const among = (await post02({ b: { ...query, query: '长沙市第二医院' }, a: query, c: { query: '长沙市中医医院' } }))['a'];
  expect(among).toEqual(alone);
});

test('an id as query finds its terminal; a type leaves out the others', async () => {
  expect((await post02({ q: { query: 'T2' } }))['q']!.result).toMatchObject([{ id: 'T2', score: 100, match: true }]);
  const { q } = await post02({ q: { query: '长沙市医院', type: '中医医院' } });
  expect(q!.result.map(({ id }) => id)).not.toContain('T1');
});

test('the 1.0 draft answers in order, by either name of its fields, and required conditions filter', async () => {
  const name = { matchType: 'name', propertyValue: '长沙市第一医院' };
  const [first, second] = await post10([
    { conditions: [name, { matchType: 'property', propertyId: 'city', propertyValue: '长沙市' }] },
    { conditions: [name, { matchType: 'property', propertyId: 'level', propertyValue: '二级', required: true }] },
  ]);
  expect(first![0]).toMatchObject({ id: 'T1', match: true });
  expect(second).toEqual([]);
  expect(
    (
      await post10(
        [
          {
            conditions: [
              { matchType: 'name', v: '长沙市第一医院' },
              { matchType: 'property', pid: 'city', v: '长沙市' },
            ],
          },
        ],
        'reconcile',
      )
    )[0],
  ).toEqual(first);
});

test('entities, properties and types are suggested, with a cursor', async () => {
  for (const [what, shape] of [
    ['entity', 'suggest-entities-response'],
    ['property', 'suggest-properties-response'],
    ['type', 'suggest-types-response'],
  ] as const) {
    for (const version of ['0.2', '1.0-draft'] as const) {
      const { body } = await answerRequest(
        version,
        request({ path: `suggest/${what}`, query: { prefix: what === 'entity' ? '长沙' : '' } }),
        ports,
      );
      expect(faultsOf(version, shape, body)).toEqual([]);
      expect((body as { result: unknown[] }).result.length).toBeGreaterThan(0);
    }
  }
  const later = await answerRequest('0.2', request({ path: 'suggest/entity', query: { prefix: '长沙', cursor: '2' } }), ports);
  expect((later.body as { result: { id: string }[] }).result.map(({ id }) => id)).toEqual(['T3']);
});

test('a preview and a flyout show the terminal, and nothing of its name is code', async () => {
  for (const path of ['preview', 'suggest/flyout']) {
    const { type, body } = await answerRequest('0.2', request({ path, query: { id: 'T4' } }), ports);
    const html = type === 'html' ? String(body) : (body as { html: string }).html;
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;&quot;诊所&quot;');
    expect(html).toContain('a&amp;b&#39;');
    expect(html).not.toContain('<script');
  }
});

test('extension gives the asked values in both shapes; what is not known has none', async () => {
  const query = { ids: ['T1', 'T9'], properties: [{ id: 'former_name', settings: { limit: 1 } }, { id: 'level' }, { id: 'nonsense' }] };
  const old = await answerRequest('0.2', request({ method: 'POST', form: { extend: JSON.stringify(query) } }), ports);
  expect(faultsOf('0.2', 'data-extension-response', old.body)).toEqual([]);
  expect(old.body).toMatchObject({
    rows: { T1: { former_name: [{ str: '长沙工人医院' }], level: [{ str: '三级' }], nonsense: [] }, T9: { level: [] } },
  });
  const draft = await answerRequest('1.0-draft', request({ method: 'POST', path: 'extend', json: query }), ports);
  expect(faultsOf('1.0-draft', 'data-extension-response', draft.body)).toEqual([]);
  const proposed = await answerRequest('0.2', request({ path: 'extend/propose', query: { type: 'terminal', limit: '3' } }), ports);
  expect(faultsOf('1.0-draft', 'data-extension-property-proposal', proposed.body)).toEqual([]);
  expect((proposed.body as { properties: unknown[] }).properties).toHaveLength(3);
});

test('what is wrong is told with a status, never answered with half a result', async () => {
  const many = Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`q${i}`, { query: 'x' }]));
  const form = (queries: unknown) => ({
    method: 'POST',
    form: { queries: typeof queries === 'string' ? queries : JSON.stringify(queries) },
  });
  expect(await statusOf(form('{'))).toBe(400);
  expect(await statusOf(form({ q: {} }))).toBe(400);
  expect(await statusOf(form({ q: { query: 'x', limit: -1 } }))).toBe(400);
  expect(await statusOf(form({ q: { query: 'x', surprise: 1 } }))).toBe(400);
  expect(await statusOf(form({ q: { query: 'x'.repeat(501) } }))).toBe(400);
  expect(await statusOf(form(many))).toBe(413);
  expect(await statusOf({ method: 'POST', form: { extend: JSON.stringify({ ids: Array(1001).fill('T1'), properties: [] }) } })).toBe(413);
  expect(await statusOf({ method: 'DELETE' })).toBe(405);
  expect(await statusOf({ path: 'suggest/nothing' })).toBe(404);
  expect(await statusOf({ path: 'preview', query: { id: 'T9' } })).toBe(404);
  expect(await statusOf({ path: 'match' }, '1.0-draft')).toBe(405);
  expect(await statusOf({ method: 'POST', path: 'match', json: { queries: [{ conditions: [] }] } }, '1.0-draft')).toBe(400);
  expect(
    await statusOf(
      { method: 'POST', path: 'match', json: { queries: [{ conditions: [{ matchType: 'property', propertyValue: 'x' }] }] } },
      '1.0-draft',
    ),
  ).toBe(400);
});

test('the schemas refuse what is no answer', () => {
  expect(faultsOf('0.2', 'reconciliation-result-batch', { q0: [] })).not.toEqual([]);
  expect(faultsOf('0.2', 'manifest', { name: 'x' })).not.toEqual([]);
  expect(
    faultsOf('0.2', 'manifest', { versions: ['0.2'], name: 'x', identifierSpace: '', schemaSpace: '', view: { url: 'no place for it' } }),
  ).not.toEqual([]);
  expect(faultsOf('1.0-draft', 'data-extension-response', { meta: [], rows: {} })).not.toEqual([]);
});
