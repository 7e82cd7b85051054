import type { Preset } from './preset.js';

/** 致远 A8 form export: a token by REST, then the forms of a template as XML. Settings: `user`, `password`; a feed: `template`. */
export const seeyon: Preset = (_given, { template }) => ({
  site: {
    auth: {
      kind: 'login',
      request: {
        method: 'POST',
        path: '/seeyon/rest/token',
        json: { userName: '{user}', password: '{password}' },
        headers: { accept: 'application/json' },
      },
      token_at: 'id',
      header: 'token',
    },
  },
  feed: {
    answer: 'xml',
    request: {
      path: `/seeyon/rest/form/export/${encodeURIComponent(String(template))}`,
      query: { beginDateTime: '{from} 00:00:00', endDateTime: '{to} 00:00:00' },
    },
  },
});
