import type { Preset } from './preset.js';

/** OData 4: a feed names `entity`, `select`, `date_field`, `order`; the service says where the next page is. */
export const odata: Preset = (_given, { entity, select, date_field, order, filter }) => {
  const days =
    date_field === undefined ? [] : [`${String(date_field)} ge {from}T00:00:00+08:00 and ${String(date_field)} lt {to}T00:00:00+08:00`];
  const filters = [...days, ...(filter === undefined ? [] : [`(${String(filter)})`])];
  return {
    feed: {
      request: {
        path: `/${String(entity)}`,
        headers: { accept: 'application/json', 'odata-maxversion': '4.0' },
        query: {
          ...(filters.length > 0 && { $filter: filters.join(' and ') }),
          ...(Array.isArray(select) && { $select: select.join(',') }),
          ...(order !== undefined && { $orderby: String(order) }),
          $count: 'true',
        },
      },
      paging: { by: 'link', at: '@odata.nextLink' },
      ...(Array.isArray(select) && { columns: select }),
      records_at: 'value',
      message_at: 'error.message',
    },
  };
};
