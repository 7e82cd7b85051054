import type { SaleRow } from './asp-portal.js';
import { type Answer, type Asked, type ServedPortal, servePortal } from './serve-portal.js';

export interface SpaPortal extends ServedPortal {
  readonly state: { rows: SaleRow[]; titles: string[]; captcha: string | null; alsoAsks: string[] };
  readonly settings: Record<string, unknown>;
}

const pageSize = 5;

/**
 * A portal of script only: an empty page, a login that keeps its token in the browser, a grid that is drawn from JSON and pages without the
 * page changing, an export made by script. `alsoAsks` are addresses its page tries to reach besides.
 */
export async function startSpaPortal(rows: SaleRow[]): Promise<SpaPortal> {
  const state: SpaPortal['state'] = { rows, titles: ['销售日期', '客户名称', '数量'], captcha: null, alsoAsks: [] };
  const served = await servePortal('utf-8', 'SID', handle);
  return { ...served, state, settings: settingsOf(served.url) };

  function handle({ method, url, body, headers, session }: Asked): Answer {
    if (url.pathname === '/api/login' && method === 'POST') {
      const given = JSON.parse(Buffer.from(body, 'latin1').toString()) as { user: string; password: string; code: string };
      if (given.password !== 'right-password' || given.user !== 'maker') return json({ error: '密码错误' });
      if (state.captcha !== null && given.code !== state.captcha) return json({ error: '验证码错误' });
      session.set('in', 'yes');
      return json({ token: 'tok' });
    }
    if (url.pathname === '/api/sales') {
      if (headers.authorization !== 'Bearer tok' || !session.has('in')) return { status: 401, body: '{}' };
      const found = state.rows.filter(({ day }) => day === url.searchParams.get('day'));
      const page = Number(url.searchParams.get('page'));
      return json({
        total: found.length,
        rows: found.slice((page - 1) * pageSize, page * pageSize).map((row) => [row.day, row.customer, row.qty]),
      });
    }
    if (url.pathname === '/favicon.ico') return { status: 404 };
    return { body: shell(state) };
  }
}

const json = (value: unknown): Answer => ({ headers: { 'content-type': 'application/json; charset=utf-8' }, body: JSON.stringify(value) });

const shell = ({ titles, captcha, alsoAsks }: SpaPortal['state']): string => `<!DOCTYPE html><html><body><div id="app"></div><script>
const app = document.getElementById('app'); const token = () => localStorage.getItem('token');
for (const one of ${JSON.stringify(alsoAsks)}) { fetch(one, { mode: 'no-cors' }).then(() => document.body.append('REACHED')).catch(() => undefined); new Image().src = one; }
let page = 1, day = '';
function login(said) {
  app.innerHTML = '<p class="err">' + (said || '') + '</p><input id="user"><input id="pw" type="password">${captcha === null ? '' : '<canvas id="code" width="80" height="30"></canvas><input id="answer">'}<button id="go">登录</button>';
  if (!said) document.querySelector('.err').style.display = 'none';
  const code = document.getElementById('code'); if (code) code.getContext('2d').fillText('${captcha ?? ''}', 10, 20);
  document.getElementById('go').onclick = async () => {
    const given = { user: user.value, password: pw.value, code: document.getElementById('answer')?.value };
    const answer = await (await fetch('/api/login', { method: 'POST', body: JSON.stringify(given) })).json();
    if (answer.error) return login(answer.error);
    localStorage.setItem('token', answer.token); home();
  };
}
function home() {
  app.innerHTML = '<div id="me">已登录</div><input id="day" type="text"><button id="ask">查询</button><button id="export">导出</button><div id="out"></div>';
  document.getElementById('ask').onclick = () => { page = 1; day = document.getElementById('day').value; load(); };
  document.getElementById('export').onclick = () => {
    const link = document.createElement('a'); link.download = 'flow.csv';
    link.href = URL.createObjectURL(new Blob(['${titles.join(',')}\\n2026-03-20,甲医院,1\\n'])); link.click();
  };
}
async function load() {
  const response = await fetch('/api/sales?day=' + day + '&page=' + page, { headers: { authorization: 'Bearer ' + token() } });
  if (response.status === 401) { localStorage.clear(); return login('请重新登录'); }
  const { total, rows } = await response.json();
  await new Promise((later) => setTimeout(later, 30));
  out.innerHTML = '<table id="grid"><tr>${titles.map((title) => `<th>${title}</th>`).join('')}</tr>' + rows.map((row) => '<tr>' + row.map((cell) => '<td>' + cell + '</td>').join('') + '</tr>').join('') + '</table><span id="total">' + total + '</span>' + (page * ${pageSize} < total ? '<button id="next">下一页</button>' : '');
  const next = document.getElementById('next'); if (next) next.onclick = () => { page++; load(); };
}
token() ? home() : login();
</script></body></html>`;

function settingsOf(url: string): Record<string, unknown> {
  const walk = [{ goto: '/' }, { wait: '#me' }, { fill: { '#day': '{from}' } }, { click: '#ask' }, { wait: '#grid' }];
  return {
    ...{
      base_url: url,
      allow_private: true,
      terms: '协议第2条',
      requests_per_minute: 6000,
      timeout_seconds: 15,
      user: 'maker',
      password: 'env:P',
    },
    login: {
      ...{ path: '/', browser: true, ok: { at: '#me' }, error_at: '.err' },
      steps: [{ fill: { '#user': '{user}', '#pw': '{password}' } }, { click: '#go' }],
    },
    feeds: [
      {
        ...{ name: 'sale', window_days: 1, browser: true, steps: walk },
        table: { at: '#grid', columns: ['客户名称'], count: '#total', pages: { by: 'next', at: '#next' } },
      },
    ],
  };
}
