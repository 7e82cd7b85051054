import type { FarRecord, FarRecords } from '../../src/journey/collect/far-records.js';
import { type Answer, type Asked, html, servePortal } from './fakes/serve-portal.js';

const password = 'only-for-the-portal';

/** A portal in miniature, in GB18030: a login form with a hidden token, a query form, a table with a totals row. What it refuses it repeats word for word. */
export async function startFakeRecords(): Promise<FarRecords> {
  const byDay = new Map<string, readonly FarRecord[]>();
  let given = 0;
  const served = await servePortal('gb18030', 'SESSION', answerTo);
  const feed = {
    ...{ name: 'sale', window_days: 3 },
    steps: [{ open: '/query' }, { submit: { fields: { day: '{from}' } } }],
    table: { at: '#grid', columns: ['day', 'id', 'customer', 'qty'], count: '#count' },
  };
  const addressed = (at: number) => ({ base_url: `http://127.0.0.1:${at}/portal` });
  return {
    settings: {
      ...{ ...addressed(served.port), allow_private: true, terms: 'invented for a test', user: 'huiliu', password: 'env:PORTAL_PASSWORD' },
      ...{ timeout_seconds: 5, requests_per_minute: 6000 },
      login: { path: '/login', fields: { user: '{user}', word: '{password}' }, ok: { text: 'welcome' } },
      feeds: [feed],
    },
    secrets: { 'env:PORTAL_PASSWORD': password },
    wrongSecrets: { 'env:PORTAL_PASSWORD': 'not-this-one' },
    port: served.port,
    through: addressed,
    wrongQuestion: { base_url: `http://127.0.0.1:${served.port}/wrong` },
    feed: (over) => ({ feeds: [{ ...feed, ...over }] }),
    put: async (day, records) => void byDay.set(day, records),
    given: async () => given,
    stop: served.stop,
  };

  function answerTo({ method, url, form, session }: Asked): Answer {
    if (url.pathname === '/portal/login') {
      if (method === 'GET') return { body: loginPage('') };
      if (form.get('word') !== password || form.get('token') !== 'here') return { body: loginPage(`refused: ${form.get('word')}`) };
      session.set('in', 'yes');
      return { body: '<html><body>welcome</body></html>' };
    }
    if (url.pathname !== '/portal/query') return { status: 404, body: `no such page: ${url.pathname}` };
    if (!session.has('in')) return { body: loginPage('') };
    if (method === 'GET') return { body: '<html><body><form method="post"><input name="day"></form></body></html>' };
    const day = form.get('day') ?? '';
    const records = [...(byDay.get(day) ?? [])].toSorted((a, b) => (a.id < b.id ? -1 : 1));
    given += records.length;
    const rows = records.map(
      ({ id, customer, qty }) => `<tr>${[day, id, customer, qty].map((cell) => `<td>${html(cell)}</td>`).join('')}</tr>`,
    );
    const titles = '<tr><th>day</th><th>id</th><th>customer</th><th>qty</th></tr>';
    return { body: `<html><body><table id="grid">${titles}${rows.join('')}</table><p id="count">${records.length}</p></body></html>` };
  }
}

const loginPage = (said: string): string =>
  `<html><body><p>${html(said)}</p><form method="post" action="login"><input type="hidden" name="token" value="here"><input name="user"><input type="password" name="word"></form></body></html>`;
