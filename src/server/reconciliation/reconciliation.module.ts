import { All, Controller, Inject, Module, Req, Res } from '@nestjs/common';
import type { Hub } from '../../app/hub.js';
import { findCaller } from '../../db/api-key-store.js';
import { createTerminalLookup } from '../../db/terminal-lookup.js';
import type { MatchAnswer } from '../../journey/match/terminal.js';
import { type MessageCode, message, renderMessage } from '../../model/message.js';
import { keyOf } from '../access/access.guard.js';
import { OpenToAll } from '../access/needs-right.js';
import type { HttpResponse } from '../http-response.js';
import { HUB } from '../hub.module.js';
import { languageOf } from '../language-of.js';
import { answerRequest, isManifest } from './answer-request.js';
import type { AskMatcher, ReconciliationPorts, ReconciliationReply } from './reconciliation-ports.js';

/** What we use of an Express request. */
interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly protocol: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly body: unknown;
}

/**
 * The reconciliation service (docs/reconciliation-service.md): `/reconcile` speaks version 0.2, `/reconcile/draft` the 1.0 draft.
 * Anybody may read a manifest; everything else needs a key with the right `reconcile`, in a header, as `?key=`, or in the
 * address (`/reconcile/k/KEY`), because OpenRefine knows addresses only.
 */
@Controller()
@OpenToAll()
class ReconciliationController {
  private readonly ports: ReconciliationPorts;

  constructor(@Inject(HUB) private readonly hub: Hub) {
    const terminals = createTerminalLookup(hub.database);
    this.ports = { terminals, ask: askOf(hub, terminals) };
  }

  @All(['reconcile', 'reconcile/*rest'])
  async handle(@Req() request: HttpRequest, @Res() response: HttpResponse): Promise<void> {
    const { method } = request;
    const at = placeOf(request);
    const query = textsIn(request.query);
    const language = languageOf(request);
    if (method === 'OPTIONS') return send(response, { status: 204, type: 'json', body: undefined }, undefined);
    const callback = method === 'GET' ? query['callback'] : undefined;
    const asked = { method, path: at.path, query, endpoint: at.endpoint, language } as const;
    const refusal = await this.refusal(request, at.key, query['key'], isManifest(asked));
    if (refusal) return send(response, refusal, callback);
    const isForm = (request.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded');
    const body = { form: isForm ? textsIn(request.body) : null, json: isForm ? undefined : request.body };
    send(response, await answerRequest(at.version, { ...asked, ...body }, this.ports), callback);
  }

  /** A key that is given has to be right, even where none is needed. */
  private async refusal(
    request: HttpRequest,
    inPath: string | null,
    inQuery: string | undefined,
    isOpen: boolean,
  ): Promise<ReconciliationReply | null> {
    const refuse = (status: 401 | 403, code: MessageCode): ReconciliationReply => ({
      ...{ status, type: 'json' },
      body: { error: renderMessage(message(code), languageOf(request)) },
    });
    const key = inPath ?? inQuery ?? keyOf(request.headers);
    if (key === null) return isOpen ? null : refuse(401, 'reconcile.no-key');
    const caller = await findCaller(this.hub.database, key);
    if (!caller) return refuse(401, 'reconcile.bad-key');
    if (!caller.rights.includes('reconcile')) return refuse(403, 'reconcile.no-right');
    return null;
  }
}

@Module({ controllers: [ReconciliationController] })
export class ReconciliationModule {}

interface PlaceInService {
  readonly version: '0.2' | '1.0-draft';
  readonly key: string | null;
  readonly path: string;
  readonly endpoint: string;
}

function placeOf({ path, protocol, headers }: HttpRequest): PlaceInService {
  const parts = path.split('/').filter(Boolean).slice(1);
  const key = parts[0] === 'k' && parts[1] ? decodeURIComponent(parts[1]) : null;
  const rest = key === null ? parts : parts.slice(2);
  const isDraft = rest[0] === 'draft';
  const given = headers['x-forwarded-proto'];
  const scheme = given === 'https' || given === 'http' ? given : protocol;
  const base = ['reconcile', ...(key === null ? [] : ['k', encodeURIComponent(key)]), ...(isDraft ? ['draft'] : [])].join('/');
  return {
    version: isDraft ? '1.0-draft' : '0.2',
    key,
    path: (isDraft ? rest.slice(1) : rest).map(decodeURIComponent).join('/'),
    endpoint: `${scheme}://${headers['host'] ?? 'localhost'}/${base}`,
  };
}

function send(response: HttpResponse, { status, type, body }: ReconciliationReply, callback: string | undefined): void {
  response.status(status).set({
    'access-control-allow-origin': '*',
    'access-control-allow-methods': 'GET, POST, OPTIONS',
    'access-control-allow-headers': 'content-type, authorization, x-api-key, accept-language',
    'access-control-max-age': '600',
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  });
  if (type === 'html') {
    response.set({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
    });
    response.send(String(body));
    return;
  }
  const text = body === undefined ? '' : JSON.stringify(body);
  const isName = callback === undefined || /^[A-Za-z_$][\w$.]{0,99}$/.test(callback);
  if (!isName) response.status(400);
  if (callback === undefined || !isName) {
    response.set({ 'content-type': 'application/json; charset=utf-8' }).send(isName ? text : '{"error":"callback: not a name"}');
    return;
  }
  // A script that carries an error status is not run, so old clients would never hear of it.
  const script = `/**/${callback}(${text.replace(/[\u2028\u2029<]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)});`;
  response.status(200).set({ 'content-type': 'application/javascript; charset=utf-8' }).send(script);
}

/** The hub's matcher, which names terminals and distributors by their ids, for a service that names them by their codes. */
function askOf(hub: Hub, lookup: ReturnType<typeof createTerminalLookup>): AskMatcher {
  return async (names, { candidates }) => {
    const distributors = await lookup.distributorIds(names.flatMap(({ distributor }) => distributor ?? []));
    const { names: matcher } = await hub.matcher.ready();
    const asked = names.map(({ distributor, ...name }) => {
      const id = distributor === undefined ? undefined : distributors.get(distributor);
      return id === undefined ? name : { ...name, distributor: id };
    });
    const answers = await matcher.matchBatch(asked, { candidates, explain: true });
    const codes = await lookup.codesOf([...new Set(answers.flatMap(({ ranked }) => ranked.map(({ id }) => id)))]);
    return answers.map((answer) => withCodes(answer, codes));
  };
}

function withCodes(answer: MatchAnswer, codes: ReadonlyMap<string, string>): MatchAnswer {
  const code = (id: string) => codes.get(id) ?? id;
  return {
    ...answer,
    terminalId: answer.terminalId === null ? null : code(answer.terminalId),
    candidates: answer.candidates.map((one) => ({ ...one, terminalId: code(one.terminalId) })),
    ranked: answer.ranked.map(({ id, p }) => ({ id: code(id), p })),
  };
}

function textsIn(fields: unknown): Record<string, string | undefined> {
  if (typeof fields !== 'object' || fields === null) return {};
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => {
      const first: unknown = Array.isArray(value) ? value[0] : value;
      return typeof first === 'string' ? [[name, first]] : [];
    }),
  );
}
