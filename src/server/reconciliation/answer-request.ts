import type { TerminalCard } from '../../db/terminal-lookup.js';
import { message, renderMessage } from '../../model/message.js';
import { BadRequest } from './bad-request.js';
import { asVersion02, extend } from './extend.js';
import { manifest02, manifest10 } from './manifest.js';
import { matchQueries } from './match-queries.js';
import { fragmentHtml, previewHtml } from './preview-html.js';
import { parseJson, readBatch02, readBatch10 } from './read-query-batch.js';
import type { ReconciliationPorts, ReconciliationReply, ReconciliationRequest } from './reconciliation-ports.js';
import { proposeProperties, suggest } from './suggest.js';

/**
 * Answers one request of the reconciliation protocol (W3C community group): version 0.2, as OpenRefine speaks it, or the 1.0
 * draft. Says nothing about who may ask; the manifest alone is for everybody (`isManifest`). A request that is wrong is
 * answered with its status and `{ error }`; faults of our own are thrown.
 */
export async function answerRequest(
  version: '0.2' | '1.0-draft',
  request: ReconciliationRequest,
  ports: ReconciliationPorts,
): Promise<ReconciliationReply> {
  try {
    return version === '0.2' ? await answer02(request, ports) : await answer10(request, ports);
  } catch (error) {
    if (!(error instanceof BadRequest)) throw error;
    return { status: error.status, type: 'json', body: { error: renderMessage(error.told, request.language) } };
  }
}

/** Whether the request asks for nothing but the manifest, which needs no key. */
export function isManifest({ method, path, query }: Pick<ReconciliationRequest, 'method' | 'path' | 'query'>): boolean {
  return method === 'GET' && path === '' && query['queries'] === undefined && query['extend'] === undefined;
}

async function answer02(request: ReconciliationRequest, ports: ReconciliationPorts): Promise<ReconciliationReply> {
  const { method, path, query, form, endpoint, language } = request;
  if (path === '') {
    if (isManifest(request)) return json(manifest02({ endpoint, language }));
    only(['GET', 'POST'], method);
    const fields = method === 'POST' ? (form ?? {}) : query;
    if (fields['extend'] !== undefined) return json(asVersion02(await extend(parseJson(fields['extend']), ports, language)));
    if (fields['queries'] === undefined) throw new BadRequest(400, message('reconcile.nothing-asked'));
    const batch = readBatch02(fields['queries']);
    const found = await matchQueries([...batch.values()], ports, language);
    const plain = found.map((list) => list.map((one) => ({ ...one, features: one.features.map(({ id, value }) => ({ id, value })) })));
    return json(Object.fromEntries([...batch.keys()].map((key, at) => [key, { result: plain[at] }])));
  }
  only(['GET'], method);
  if (path === 'suggest/flyout') {
    const card = await cardOf(query['id'], ports);
    return json({ id: query['id'], html: fragmentHtml(card, language) });
  }
  return shared(request, ports);
}

async function answer10(request: ReconciliationRequest, ports: ReconciliationPorts): Promise<ReconciliationReply> {
  const { method, path, json: body, endpoint, language } = request;
  if (path === '') {
    only(['GET'], method);
    return json(manifest10({ endpoint, language }));
  }
  if (path === 'match' || path === 'reconcile') {
    only(['POST'], method);
    const found = await matchQueries(readBatch10(body), ports, language);
    return json({ results: found.map((candidates) => ({ candidates })) });
  }
  if (path === 'extend') {
    only(['POST'], method);
    return json(await extend(body, ports, language));
  }
  only(['GET'], method);
  return shared(request, ports);
}

/** Routes that are the same in both versions. */
async function shared({ path, query, language }: ReconciliationRequest, ports: ReconciliationPorts): Promise<ReconciliationReply> {
  if (path === 'preview') return { status: 200, type: 'html', body: previewHtml(await cardOf(query['id'], ports), language) };
  if (path === 'extend/propose') return json(proposeProperties(query['type'] ?? '', count(query['limit'], 'limit'), language));
  const [service, what, ...rest] = path.split('/');
  if (service !== 'suggest' || what === undefined || rest.length > 0)
    throw new BadRequest(404, message('reconcile.no-route', { path: path.slice(0, 100) }));
  const prefix = (query['prefix'] ?? '').trim().slice(0, 200);
  return json(await suggest(what, { prefix, cursor: count(query['cursor'], 'cursor') ?? 0, language }, ports));
}

async function cardOf(id: string | undefined, { terminals }: ReconciliationPorts): Promise<TerminalCard> {
  const card = id ? (await terminals.byIds([id])).get(id) : undefined;
  if (!card) throw new BadRequest(404, message('reconcile.no-terminal', { id: (id ?? '').slice(0, 100) }));
  return card;
}

function count(text: string | undefined, what: string): number | undefined {
  if (text === undefined || text === '') return undefined;
  if (!/^\d{1,6}$/.test(text))
    throw new BadRequest(
      400,
      message('problem.value', { field: what, value: text.slice(0, 40), expected: message('expect.whole-least', { least: 0 }) }),
    );
  return Number(text);
}

function only(methods: readonly string[], method: string): void {
  if (!methods.includes(method)) throw new BadRequest(405, message('reconcile.no-method', { method, methods: methods.join(', ') }));
}

const json = (body: unknown): ReconciliationReply => ({ status: 200, type: 'json', body });
