import { createHash } from 'node:crypto';
import type { SaleRow } from './asp-portal.js';
import { type Answer, type Asked, type ServedPortal, servePortal } from './serve-portal.js';

export interface TokenPortal extends ServedPortal {
  readonly state: { rows: SaleRow[]; beforePage: (page: number) => void };
  readonly settings: Record<string, unknown>;
}

/** A portal of ten years ago: UTF-8, the password hashed by script, a token in the page that every question has to carry, a grid that asks for JSON page by page. */
export async function startTokenPortal(rows: SaleRow[]): Promise<TokenPortal> {
  const state: TokenPortal['state'] = { rows, beforePage: () => undefined };
  const served = await servePortal('utf-8', 'JSESSIONID', handle);
  return { ...served, state, settings: settingsOf(served.url) };

  function handle({ method, url, form, session, headers }: Asked): Answer {
    if (url.pathname === '/login' && method === 'POST') {
      const hashed = createHash('md5').update('right-password').digest('hex');
      if (form.get('username') !== 'maker' || form.get('password') !== hashed) return { body: loginPage('账号或密码不正确') };
      session.set('in', 'yes');
      return { status: 302, headers: { location: '/home' } };
    }
    if (session.get('in') !== 'yes') {
      if (headers['x-requested-with']) return json({ code: 302, msg: '登录超时' });
      return { body: loginPage('') };
    }
    if (url.pathname === '/home' || url.pathname === '/flow/index') {
      session.set('token', `t${served.log.length}`);
      return {
        body: `<html><head><meta name="csrf-token" content="${session.get('token')}"></head><body><span id="me">maker</span></body></html>`,
      };
    }
    if (url.pathname === '/flow/list') {
      if (headers['x-csrf-token'] !== session.get('token')) return { status: 403, body: 'token' };
      const page = Number(form.get('page'));
      const size = Number(form.get('rows'));
      state.beforePage(page);
      const found = state.rows.filter(
        ({ day }) => day.replaceAll('-', '') >= (form.get('start') ?? '') && day.replaceAll('-', '') < (form.get('end') ?? ''),
      );
      return json({
        total: found.length,
        rows: found.slice((page - 1) * size, page * size).map(({ qty, ...row }) => ({ ...row, qty: Number(qty) })),
      });
    }
    return { status: 404 };
  }
}

const loginPage = (said: string) =>
  `<!DOCTYPE html><html><body><p class="err">${said}</p><form action="/login" method="post"><input name="username"><input name="password" type="password"></form></body></html>`;

const json = (value: unknown): Answer => ({ headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) });

function settingsOf(url: string): Record<string, unknown> {
  return {
    ...{ base_url: url, allow_private: true, terms: '对方信息部邮件同意', requests_per_minute: 6000, timeout_seconds: 3 },
    ...{ user: 'maker', password: 'env:P' },
    login: { path: '/home', fields: { username: '{user}', password: '{password_md5}' }, ok: { at: '#me' }, error_at: '.err' },
    logged_out: [{ text: '登录超时' }, { at: 'input[name=password]' }],
    feeds: [
      {
        ...{ name: 'sale', window_days: 1, dates: 'yyyyMMdd' },
        steps: [
          { open: '/flow/index' },
          { take: { token: 'meta[name=csrf-token]' } },
          {
            open: {
              ...{ path: '/flow/list', form: { start: '{from}', end: '{to}', page: '1', rows: '4' } },
              headers: { 'x-csrf-token': '{token}', 'x-requested-with': 'XMLHttpRequest' },
            },
          },
        ],
        json: {
          rows_at: 'rows',
          total_at: 'total',
          columns: ['day', 'customer', 'qty', 'amount'],
          pages: { by: 'number', name: 'page', size: 4 },
        },
      },
    ],
  };
}
