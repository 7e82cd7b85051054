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
} as const;
