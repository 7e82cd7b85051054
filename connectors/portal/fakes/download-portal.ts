import type { SaleRow } from './asp-portal.js';
import { type Answer, type Asked, type ServedPortal, servePortal } from './serve-portal.js';

export interface DownloadPortal extends ServedPortal {
  readonly state: { rows: SaleRow[]; answer: 'table' | 'error' | 'login' | 'csv' };
  readonly settings: Record<string, unknown>;
}

/** A portal that only has a download button. Whatever happens it says 200 and calls it .xls: a table of HTML, an error page, its login page. */
export async function startDownloadPortal(rows: SaleRow[]): Promise<DownloadPortal> {
  const state: DownloadPortal['state'] = { rows, answer: 'table' };
  const served = await servePortal('gbk', 'PHPSESSID', handle);
  return { ...served, state, settings: settingsOf(served.url) };

  function handle({ method, url, form, session }: Asked): Answer {
    if (url.pathname === '/index.php') {
      if (method === 'POST' && form.get('u') === 'maker' && form.get('p') === 'right-password') session.set('in', 'yes');
      return {
        body: session.get('in') ? '<html><body><a href="export.php?kind=sale&d1=&d2=" id="export">导出流向</a></body></html>' : loginPage,
      };
    }
    if (url.pathname !== '/export.php') return { status: 404 };
    const headers = { 'content-type': 'application/vnd.ms-excel', 'content-disposition': 'attachment; filename="flow.xls"' };
    if (session.get('in') !== 'yes' || state.answer === 'login') return { headers, body: loginPage };
    if (state.answer === 'error') return { headers, body: '<html><body><h1>系统错误</h1><p>查询超时，请联系管理员</p></body></html>' };
    const found = state.rows.filter(({ day }) => day >= (url.searchParams.get('d1') ?? '') && day <= (url.searchParams.get('d2') ?? ''));
    const lines = found.map((row) => [row.day, row.customer, row.product, row.qty]);
    const titles = ['销售日期', '客户名称', '商品名称', '数量'];
    if (state.answer === 'csv') return { headers, body: [titles, ...lines].map((line) => line.join('\t')).join('\r\n') };
    const cells = [titles, ...lines].map((line) => `<tr>${line.map((cell) => `<td>${cell}</td>`).join('')}</tr>`).join('');
    return {
      headers,
      body: `<html><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312"></head><body><table border=1>${cells}</table></body></html>`,
    };
  }
}

const loginPage =
  '<html><body><form method="post" action="index.php"><input name="u"><input type="password" name="p"></form></body></html>';

function settingsOf(url: string): Record<string, unknown> {
  return {
    ...{
      base_url: url,
      allow_private: true,
      terms: '协议第4条',
      requests_per_minute: 6000,
      timeout_seconds: 3,
      user: 'maker',
      password: 'env:P',
    },
    login: { path: '/index.php', fields: { u: '{user}', p: '{password}' }, ok: { at: '#export' } },
    feeds: [
      {
        ...{ name: 'sale', window_days: 1 },
        steps: [{ open: '/index.php' }, { open: { path: '/export.php', query: { kind: 'sale', d1: '{from}', d2: '{last}' } } }],
        download: { as: 'xls' },
      },
    ],
  };
}
