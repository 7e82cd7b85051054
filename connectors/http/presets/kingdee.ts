import type { Preset } from './preset.js';

/**
 * 金蝶云星空 WebAPI. Settings: `account` (账套 id), `user`, `password`; a feed: `form_id`, `fields`, `filter` with {from} and {to}, `order`.
 * A fault of the query comes as a record with a `Result`; an expired session says so there too.
 */
export const kingdee: Preset = ({ account, language = 2052 }, { form_id, fields, filter = '', order = 'FID' }) => ({
  site: {
    auth: {
      kind: 'login',
      request: {
        method: 'POST',
        path: '/Kingdee.BOS.WebApi.ServicesStub.AuthService.ValidateUser.common.kdsvc',
        json: { acctID: account, username: '{user}', password: '{password}', lcid: language },
      },
      ok: { at: 'LoginResultType', equals: ['1'] },
    },
  },
  feed: {
    request: {
      method: 'POST',
      path: '/Kingdee.BOS.WebApi.ServicesStub.DynamicFormService.ExecuteBillQuery.common.kdsvc',
      json: {
        data: {
          ...{ FormId: form_id, FieldKeys: Array.isArray(fields) ? fields.join(',') : fields, FilterString: filter, OrderString: order },
          ...{ TopRowCount: 0, StartRow: '{offset}', Limit: '{size}' },
        },
      },
    },
    paging: { by: 'offset', size: 2000 },
    columns: fields,
    ok: { at: '0.0.Result.ResponseStatus.IsSuccess', equals: [''] },
    expired: { at: '0.0.Result.ResponseStatus.MsgCode', equals: ['1'] },
    message_at: '0.0.Result.ResponseStatus.Errors.0.Message',
  },
});
