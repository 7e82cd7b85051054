import { type Answer, type Asked, html, type ServedPortal, servePortal } from './serve-portal.js';

export interface SaleRow {
  readonly day: string;
  readonly customer: string;
  readonly product: string;
  readonly lot: string;
  readonly qty: string;
  readonly amount: string;
}

/** What can be different about it, changed while it runs. */
export interface AspState {
  rows: SaleRow[];
  /** Login asks for the figures of a picture. */
  captcha: string | null;
  /** A code is sent after the password. */
  sms: string | null;
  titles: string[];
  /** Runs before a page of the grid is drawn. */
  beforePage: (page: number) => void;
  /** Says another sum than that of its rows. */
  total: string | null;
  password: string;
}

export interface AspPortal extends ServedPortal {
  readonly state: AspState;
  readonly settings: Record<string, unknown>;
}

const pageSize = 5;

/**
 * An old ASP.NET portal: GBK throughout, hidden view state that has to come back, a list of products to ask for one by one, a grid that
 * pages by posting itself back, with pager and 合计 as rows of the table.
 */
export async function startAspPortal(given: Partial<AspState> = {}): Promise<AspPortal> {
  const state: AspState = {
    ...{ rows: [], captcha: null, sms: null, total: null, password: 'right-password' },
    ...{ titles: ['销售日期', '客户名称', '批号', '数量', '金额'], beforePage: () => undefined },
    ...given,
  };
  const served = await servePortal('gbk', 'ASPSESSIONID', (asked) => handle(asked));
  return { ...served, state, settings: settingsOf(served.url) };

  function handle({ method, url, form, session }: Asked): Answer {
    const isIn = session.get('in') === 'yes';
    if (url.pathname === '/login.asp') return method === 'POST' ? logIn(form, session) : { body: loginPage('') };
    if (url.pathname === '/sms.asp') return smsPage(form, session, method);
    if (url.pathname === '/code.asp') {
      session.set('code', state.captcha ?? '');
      return { headers: { 'content-type': 'image/gif' }, body: Buffer.from(`GIF89a picture of ${state.captcha}`) };
    }
    if (url.pathname === '/logout.asp') {
      session.clear();
      return redirect('/login.asp');
    }
    if (!isIn) return redirect('/login.asp');
    if (url.pathname === '/main.asp') return { body: `<html><body>欢迎 <a href="logout.asp">退出</a></body></html>` };
    if (url.pathname === '/query.asp') return method === 'POST' ? query(form) : { body: queryPage() };
    return { status: 404, body: 'Not Found' };
  }

  function logIn(form: ReadonlyMap<string, string>, session: Map<string, string>): Answer {
    if (form.get('__VIEWSTATE') !== 'dDwt登录') return { status: 500, body: '视图状态无效' };
    if (state.captcha !== null && form.get('txtCode') !== session.get('code')) return { body: loginPage('验证码错误') };
    if (form.get('txtUser') !== '商业01' || form.get('txtPwd') !== state.password) return { body: loginPage('用户名或密码错误') };
    if (state.sms !== null) return redirect('/sms.asp');
    session.set('in', 'yes');
    return redirect('/main.asp');
  }

  function smsPage(form: ReadonlyMap<string, string>, session: Map<string, string>, method: string): Answer {
    if (method === 'POST' && form.get('txtSms') === state.sms) {
      session.set('in', 'yes');
      return redirect('/main.asp');
    }
    const said = method === 'POST' ? '验证码错误' : '';
    return {
      body: `<html><body><div id="msg">${said}</div><form method="post" action="sms.asp"><input name="txtSms"><input type="submit" name="btnOk" value="确定"></form></body></html>`,
    };
  }

  function loginPage(said: string): string {
    const code = state.captcha === null ? '' : '<input name="txtCode"><img id="imgCode" src="code.asp">';
    return `<html><head><title>客户登录</title></head><body>${said ? `<script>alert('${said}');</script>` : ''}
      <form method="post" action="login.asp" id="form1"><input type="hidden" name="__VIEWSTATE" value="dDwt登录">
      <input name="txtUser"><input type="password" name="txtPwd">${code}
      <input type="submit" name="btnLogin" value="登 录"></form></body></html>`;
  }

  function queryPage(result = '', chosen = ''): string {
    const products = [...new Set(state.rows.map(({ product }) => product))].toSorted();
    const options = products.map(
      (one, at) => `<option value="${at + 1}"${String(at + 1) === chosen ? ' selected' : ''}>${html(one)}</option>`,
    );
    return `<html><head><title>流向查询</title></head><body><form method="post" action="query.asp" id="form1">
      <input type="hidden" name="__EVENTTARGET" value=""><input type="hidden" name="__EVENTARGUMENT" value="">
      <input type="hidden" name="__VIEWSTATE" value="页${result.length}">
      <input name="txtFrom" value=""><input name="txtTo" value=""><input name="txtArea" value="华东">
      <select name="ddlProduct"><option value="">请选择</option>${options.join('')}</select>
      <input type="submit" name="btnQuery" value="查 询"><input type="submit" name="btnExport" value="导 出">${result}</form></body></html>`;
  }

  function query(form: ReadonlyMap<string, string>): Answer {
    if (!form.get('__VIEWSTATE')?.startsWith('页') || form.get('txtArea') !== '华东') return { status: 500, body: '视图状态无效' };
    const isPaging = form.get('__EVENTTARGET') === 'GridView1';
    if (!isPaging && form.get('btnQuery') !== '查 询') return { body: queryPage() };
    const page = isPaging ? Number(form.get('__EVENTARGUMENT')!.replace('Page$', '')) : 1;
    state.beforePage(page);
    const products = [...new Set(state.rows.map(({ product }) => product))].toSorted();
    const product = products[Number(form.get('ddlProduct')) - 1];
    const [from = '', to = ''] = [form.get('txtFrom'), form.get('txtTo')];
    const found = state.rows.filter((row) => row.product === product && row.day >= from && row.day <= to);
    const again = (name: string) => `<input type="hidden" name="kept_${name}" value="${html(form.get(name) ?? '')}">`;
    if (found.length === 0) return { body: queryPage('<div id="none">没有找到符合条件的记录</div>', form.get('ddlProduct')) };
    const pages = Math.ceil(found.length / pageSize);
    const cells = (row: SaleRow) =>
      [row.day, row.customer, row.lot, row.qty, row.amount].map((cell) => `<td>${html(cell)}&nbsp;</td>`).join('');
    const shown = found.slice((page - 1) * pageSize, page * pageSize).map((row) => `<tr>${cells(row)}</tr>`);
    const sum = (key: 'qty' | 'amount') =>
      state.total ?? (found.reduce((all, row) => all + BigInt(row[key].replace('.', '')), 0n) * 1n).toString();
    const links = Array.from({ length: pages }, (_, at) =>
      at + 1 === page ? `<span>${at + 1}</span>` : `<a href="javascript:__doPostBack('GridView1','Page$${at + 1}')">${at + 1}</a>`,
    );
    const next = page < pages ? `<a id="next" href="javascript:__doPostBack('GridView1','Page$${page + 1}')">下一页</a>` : '';
    const grid = `<table id="GridView1"><tr>${state.titles.map((title) => `<th>${title}</th>`).join('')}</tr>${shown.join('')}
      <tr><td>合计</td><td></td><td></td><td>${sum('qty')}</td><td>${sum('amount')}</td></tr>
      <tr><td colspan="5"><table><tr><td>${links.join('</td><td>')}</td></tr></table>${next}</td></tr></table><span id="lblCount">共 ${found.length} 条记录</span>`;
    const body = queryPage(grid, form.get('ddlProduct'))
      .replace('name="txtFrom" value=""', `name="txtFrom" value="${from}"`)
      .replace('name="txtTo" value=""', `name="txtTo" value="${to}"`);
    return { body: body.replace('</form>', `${again('btnQuery')}</form>`) };
  }
}

function settingsOf(url: string): Record<string, unknown> {
  return {
    ...{ base_url: url, allow_private: true, terms: '合同附件三：每日一次，只查本公司产品', requests_per_minute: 6000, timeout_seconds: 3 },
    ...{ user: '商业01', password: 'env:P' },
    login: { path: '/login.asp', fields: { txtUser: '{user}', txtPwd: '{password}' }, press: 'btnLogin', ok: { text: '退出' } },
    logout: '/logout.asp',
    feeds: [
      {
        ...{ name: 'sale', window_days: 1 },
        each: { as: 'product', open: '/query.asp', at: 'select[name=ddlProduct] option' },
        steps: [
          { open: '/query.asp' },
          { submit: { fields: { txtFrom: '{from}', txtTo: '{last}', ddlProduct: '{product}' }, press: 'btnQuery' } },
        ],
        table: {
          ...{ at: '#GridView1', columns: ['销售日期', '客户名称', '数量'], empty: '没有找到', count: '#lblCount' },
          total: { label: '合计', columns: ['数量', '金额'] },
          pages: { by: 'next', at: '#next' },
          add: { 品名: '{product_text}' },
        },
      },
    ],
  };
}

const redirect = (location: string): Answer => ({ status: 302, headers: { location } });
