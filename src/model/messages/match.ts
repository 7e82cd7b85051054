/** Names and the matching table. */
export const matchMessages = {
  'match.unknown-terminal': {
    zh: '第 {row} 行：终端编码 {value} 不存在。请改为主数据中的编码；本行未导入。',
    en: 'Row {row}: there is no terminal {value}. Use a code of the master; this row was not imported.',
  },
  'match.missing-columns': {
    zh: '{file}：缺少列 {columns}；表头里有：{found}。请补上该列或改用约定的列名后重试。',
    en: '{file}: column {columns} is missing; the header has: {found}. Add it or give it the agreed title, then try again.',
  },
} as const;
