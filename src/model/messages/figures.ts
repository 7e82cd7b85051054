/** Monthly figures. */
export const figuresMessages = {
  'figures.unknown-distributor': {
    zh: '主数据中没有编码为“{code}”的商业公司。请核对编码，huiliu figures month 列出有数字的各家；没有计算任何内容。',
    en: 'The master has no distributor with the code "{code}". Check it; huiliu figures month lists those with figures. Nothing was worked out.',
  },
  'figures.unknown-terminal': {
    zh: '主数据中没有编码为“{code}”的终端。请核对编码，huiliu customer find 名称 可查；没有计算任何内容。',
    en: 'The master has no terminal with the code "{code}". Check it; huiliu customer find NAME searches. Nothing was worked out.',
  },
  'figures.unknown-product': {
    zh: '主数据中没有编码为“{code}”的产品。请核对编码，huiliu customer find 品名 --entity product 可查；没有计算任何内容。',
    en: 'The master has no product with the code "{code}". Check it; huiliu customer find NAME --entity product searches. Nothing was worked out.',
  },
  'figures.bad-month': {
    zh: '“{value}”不是月份。请写成 yyyy-MM，例如 2026-10。',
    en: '"{value}" is no month. Write it as yyyy-MM, such as 2026-10.',
  },
  'figures.closed-already': {
    zh: '{month} 已经关账（关账到 {through}）。什么也没有改变；要改回用 huiliu figures reopen --month {through}。',
    en: '{month} is closed already (closed up to {through}). Nothing was changed; take it back with huiliu figures reopen --month {through}.',
  },
  'figures.month-runs': {
    zh: '{month} 还没有过完，不能关账。什么也没有改变；请在下个月关账。',
    en: '{month} is not over, so it cannot be closed. Nothing was changed; close it next month.',
  },
  'figures.not-closed-last': {
    zh: '只能重开最后关账的月份：{last}，不是 {month}。什么也没有改变。',
    en: 'Only the month that was closed last can be reopened: {last}, not {month}. Nothing was changed.',
  },
} as const;
