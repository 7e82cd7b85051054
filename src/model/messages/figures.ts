/** Monthly figures. */
export const figuresMessages = {
  'figures.unknown-code': {
    zh: '{table} 的编码“{code}”在主数据中没有。请核对编码，huiliu figures month 列出各商业公司；没有计算任何内容。',
    en: 'The master has no {table} with the code "{code}". Check it; huiliu figures month lists the distributors. Nothing was worked out.',
  },
  'figures.bad-month': {
    zh: '“{value}”不是月份。请写成 yyyy-MM，例如 2026-10。',
    en: '"{value}" is no month. Write it as yyyy-MM, such as 2026-10.',
  },
  'figures.bad-query': {
    zh: '查询参数 {name} 的值“{value}”无效：{expected}。',
    en: 'The query parameter {name} is "{value}": {expected} was expected.',
  },
} as const;
