/** Names and the matching table. */
export const matchMessages = {
  'match.unknown-terminal': {
    zh: '第 {row} 行：终端编码 {value} 不存在。请改为主数据中的编码；本行未导入。',
    en: 'Row {row}: there is no terminal {value}. Use a code of the master; this row was not imported.',
  },
} as const;
