/** Names and the matching table. */
export const matchMessages = {
  'match.unknown-terminal': {
    zh: '第 {row} 行：终端编码 {value} 不存在。请改为主数据中的编码；整个文件未导入。',
    en: 'Row {row}: there is no terminal {value}. Use a code of the master; nothing was imported.',
  },
  'match.unknown-raw-name': {
    zh: '第 {row} 行：原始名称编号“{value}”不存在。请勿改动编号列，或重新导出；整个文件未导入。',
    en: 'Row {row}: there is no raw name "{value}". Leave the id column as it is, or export again; nothing was imported.',
  },
  'match.name-differs': {
    zh: '第 {row} 行：名称“{value}”与该编号在库中的名称“{expected}”不一致，可能只排序了部分列。请重新导出；整个文件未导入。',
    en: 'Row {row}: the name "{value}" is not the one of this id, "{expected}"; perhaps only some columns were sorted. Export again; nothing was imported.',
  },
  'match.terminal-missing': {
    zh: '第 {row} 行：裁决为“关联”，但没有填写终端编码。请补上；整个文件未导入。',
    en: 'Row {row}: the decision is "link" but no terminal code is given. Fill it in; nothing was imported.',
  },
  'match.terminal-not-wanted': {
    zh: '第 {row} 行：填写了终端编码 {value}，但裁决不是“关联”。请二选一；整个文件未导入。',
    en: 'Row {row}: terminal {value} is given but the decision is not "link". Keep one of them; nothing was imported.',
  },
  'match.unknown-verdict': {
    zh: '第 {row} 行：裁决“{value}”无法识别，可用：{expected}。整个文件未导入。',
    en: 'Row {row}: "{value}" is no decision; use one of {expected}. Nothing was imported.',
  },
  'match.edited-twice': {
    zh: '第 {row} 行：编号 {value} 在第 {other} 行已有不同的裁决。请只保留一个；整个文件未导入。',
    en: 'Row {row}: id {value} has another decision in row {other}. Keep one of them; nothing was imported.',
  },
  'match.decided-meanwhile': {
    zh: '第 {row} 行：“{value}”在导出之后已由他人裁决。请重新导出后再修改；整个文件未导入。',
    en: 'Row {row}: somebody decided "{value}" after this workbook was exported. Export again; nothing was imported.',
  },
  'match.unknown-batch': {
    zh: '没有裁决批次 {batch}。批次号在写入裁决时给出，也见 huiliu names show。',
    en: 'There is no batch {batch} of decisions. The number is told when decisions are written, and by huiliu names show.',
  },
  'match.not-has-no-day': {
    zh: '第 {row} 行：“不是该终端”不能从某日起算，它对所有日期有效。请去掉日期；整个文件未导入。',
    en: 'Row {row}: "not this terminal" holds for all days and takes no date. Leave the date out; nothing was imported.',
  },
  'match.missing-columns': {
    zh: '{file}：缺少列 {columns}；表头里有：{found}。请补上该列或改用约定的列名后重试。',
    en: '{file}: column {columns} is missing; the header has: {found}. Add it or give it the agreed title, then try again.',
  },
} as const;
