import type { Preset } from './preset.js';

/** A wholesaler's query interface with token and pages, as 九州通 and others offer it. Settings: `user`, `password`; a feed: `interface`. */
export const jiuzhoutong: Preset = (_given, { interface: name }) => ({
  site: {
    auth: {
      kind: 'login',
      request: { method: 'POST', path: '/token', json: { username: '{user}', password: '{password}' } },
      ok: { at: 'code', equals: ['200', '0'] },
      token_at: 'data.token',
      header: 'Authorization',
      prefix: 'Bearer ',
    },
  },
  feed: {
    request: {
      method: 'POST',
      path: `/${String(name).replace(/^\//u, '')}`,
      json: { startDate: '{from}', endDate: '{from}', pageNo: '{page}', pageSize: '{size}' },
    },
    paging: { by: 'page', size: 500 },
    records_at: 'data.list',
    total_at: 'data.total',
    ok: { at: 'code', equals: ['200', '0'] },
    expired: { at: 'code', equals: ['401'] },
    message_at: 'msg',
  },
});
