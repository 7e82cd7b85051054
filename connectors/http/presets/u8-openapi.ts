import type { Preset } from './preset.js';

/** 用友 U8 OpenAPI: a token for `app` (from_account, app_key), then pages. Settings: `app`, `user` (app_key), `password` (app_secret); a feed: `interface`. */
export const u8openapi: Preset = ({ app = {} }, { interface: name, date_field = 'date' }) => {
  const { from_account, to_account } = app as Record<string, string>;
  const account = { from_account: from_account ?? '', app_key: '{user}' };
  return {
    site: {
      auth: {
        kind: 'login',
        request: { path: '/system/token', query: { ...account, app_secret: '{password}' } },
        ok: { at: 'errcode', equals: ['0'] },
        token_at: 'token.id',
      },
    },
    feed: {
      request: {
        path: `/api/${String(name)}list/batch_get`,
        query: {
          ...{ from_account: from_account ?? '', to_account: to_account ?? '', app_key: '{user}', token: '{token}' },
          ...{
            page_index: '{page}',
            rows_per_page: '{size}',
            [`${String(date_field)}_begin`]: '{from}',
            [`${String(date_field)}_end`]: '{from}',
          },
        },
      },
      paging: { by: 'page', size: 50 },
      records_at: `${String(name)}list`,
      total_at: 'row_count',
      ok: { at: 'errcode', equals: ['0'] },
      expired: { at: 'errcode', equals: ['30002', '20011'] },
      message_at: 'errmsg',
    },
  };
};
