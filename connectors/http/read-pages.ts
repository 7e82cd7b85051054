import type { SourceIo } from '../../src/journey/collect/connector.js';
import type { Values } from '../../src/journey/collect/fill-in.js';
import { causeOf } from '../../src/journey/collect/network-fault.js';
import { parseAnswer, recordsAt, textAt } from '../../src/journey/collect/read-answer.js';
import type { JsonValue } from '../../src/journey/decode/read-json.js';
import { HubError } from '../../src/model/hub-error.js';
import { message } from '../../src/model/message.js';
import type { Answer, FarSite } from './far-site.js';
import type { Login } from './login.js';
import type { Feed } from './settings.js';

export type Records = readonly Readonly<Record<string, string>>[];

/**
 * The records of one window, a page at a time. A page that repeats the one before (the far side does not page), and pages that
 * together are not as many as it says, are faults: half an answer is no answer.
 */
export async function* readPages(feed: Feed, window: Values, site: FarSite, login: Login, io: SourceIo): AsyncGenerator<Records> {
  const { paging } = feed;
  let state: Values = paging.by === 'page' ? { page: paging.first } : paging.by === 'cursor' ? { cursor: '' } : { offset: 0 };
  let url: string | undefined;
  let before = '';
  let count = 0;
  let total: string | undefined;
  for (;;) {
    const values = { ...window, ...state, ...('size' in paging && { size: paging.size }) };
    const answer = await askProven(feed, values, site, login, io, url);
    const value = jsonOf(feed, answer, site, io);
    const records = recordsAt(value, feed.records_at, feed.columns);
    if (records === null) throw fault('source-data', 'connect.answer-without-records', { at: feed.records_at, cause: shown(answer) });
    const fingerprint = JSON.stringify(records);
    if (records.length > 0 && fingerprint === before) throw fault('source-data', 'connect.page-repeated', { count });
    before = fingerprint;
    count += records.length;
    if (count > feed.max_rows) throw fault('config', 'connect.too-many-rows', { feed: feed.name, limit: feed.max_rows });
    total = feed.total_at === undefined ? undefined : textAt(value, feed.total_at);
    yield records;
    const next = nextOf(value, answer, records.length);
    if (next === null) break;
    ({ state, url } = next);
  }
  if (total !== undefined && Number(total) !== count) throw fault('transient', 'connect.total-differs', { total, count });

  function nextOf(value: JsonValue, answer: Answer, size: number): { state: Values; url?: string } | null {
    if (paging.by === 'none') return null;
    if (paging.by === 'cursor') {
      const cursor = textAt(value, paging.at) ?? '';
      return cursor === '' || cursor === 'false' || cursor === state['cursor'] ? null : { state: { cursor } };
    }
    if (paging.by === 'link') {
      const next = paging.at === undefined ? /<([^>]+)>\s*;[^,]*rel="?next"?/iu.exec(answer.link)?.[1] : textAt(value, paging.at);
      return next ? { state, url: next } : null;
    }
    const known = total === undefined ? Number.NaN : Number(total);
    if (size === 0 || (Number.isNaN(known) ? size < paging.size : count >= known)) return null;
    return { state: paging.by === 'page' ? { page: Number(state['page']) + 1 } : { offset: count } };
  }

  function shown(answer: Answer): string {
    return causeOf(site.text(answer), site.place.hide).slice(0, 200);
  }

  function fault(
    errorClass: 'config' | 'transient' | 'source-data',
    code: Parameters<typeof message>[0],
    values: Record<string, string | number>,
  ): HubError {
    return new HubError(errorClass, message(code, { source: io.source, where: site.place.where, ...values }));
  }
}

/** One answer, logged in; when the far side says the login is over, once more after a new login. */
export async function askProven(feed: Feed, values: Values, site: FarSite, login: Login, io: SourceIo, url?: string): Promise<Answer> {
  for (let attempt = 1; ; attempt++) {
    const proven = await login.prove(feed.request, values);
    const answer = await site.ask(proven.request, proven.values, { headers: proven.headers, ...(url !== undefined && { url }) });
    const isOver = answer.status === 401 || (answer.status < 300 && feed.answer === 'json' && saysExpired(feed, answer, site));
    if (!isOver && answer.status < 300) return answer;
    if (isOver && attempt === 1 && login.renew()) continue;
    const cause = causeOf(site.text(answer), site.place.hide).slice(0, 200);
    throw new HubError(
      'auth',
      message('connect.answer-forbidden', { source: io.source, where: site.place.where, status: answer.status, cause }),
    );
  }
}

function saysExpired({ expired }: Feed, answer: Answer, site: FarSite): boolean {
  if (!expired) return false;
  try {
    return expired.equals.includes(textAt(parseAnswer(site.text(answer)), expired.at) ?? '');
  } catch {
    return false;
  }
}

function jsonOf(feed: Feed, answer: Answer, site: FarSite, io: SourceIo): JsonValue {
  const text = site.text(answer).replace(/^\uFEFF/u, '');
  const told = { source: io.source, where: site.place.where };
  let value: JsonValue;
  try {
    value = parseAnswer(text);
  } catch {
    throw new HubError('source-data', message('connect.answer-not-json', { ...told, cause: causeOf(text, site.place.hide).slice(0, 200) }));
  }
  const { ok, message_at } = feed;
  if (!ok || ok.equals.includes(textAt(value, ok.at) ?? '')) return value;
  const said = (message_at === undefined ? undefined : textAt(value, message_at)) ?? causeOf(text, site.place.hide).slice(0, 200);
  throw new HubError('source-data', message('connect.answer-not-ok', { ...told, cause: said }));
}
