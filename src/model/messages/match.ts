/** Names and the matching table. */
export const matchMessages = {
  'match.unknown-terminal': {
    zh: '第 {row} 行：终端编码 {value} 不存在。请改为主数据中的编码；整个文件未导入。',
    en: 'Row {row}: there is no terminal {value}. Use a code of the master; nothing was imported.',
  },
  'match.unknown-distributor': {
    zh: '第 {row} 行：没有编码为“{value}”的商业公司。请改为主数据中的商业编码；未写入任何内容。',
    en: 'Row {row}: there is no distributor with the code "{value}". Use a code of the master; nothing was written.',
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
  'match.no-such-terminal': {
    zh: '主数据中没有终端 {code}。请核对编码；未写入任何内容。',
    en: 'There is no terminal {code} in the master. Check the code; nothing was written.',
  },
  'match.no-such-name': {
    zh: '没有原始名称“{name}”。可用编号或名称原文查询，见 huiliu names queue。',
    en: 'There is no raw name "{name}". Give its id or its spelling, see huiliu names queue.',
  },
  'match.several-names': {
    zh: '“{name}”是 {count} 个原始名称的写法，请给出编号（huiliu names show {name}），或者加 --scope。未写入任何内容。',
    en: '"{name}" is the spelling of {count} raw names. Give an id (huiliu names show {name}), or --scope. Nothing was written.',
  },
  'match.unknown-request': {
    zh: '没有新终端申请 {request}，见 huiliu names requests。未写入任何内容。',
    en: 'There is no request {request} for a terminal, see huiliu names requests. Nothing was written.',
  },
  'match.request-closed': {
    zh: '新终端申请 {request} 已经答复（{state}）。要改变答复，请撤销那一批次。未写入任何内容。',
    en: 'Request {request} has been answered ({state}). To answer otherwise undo that batch. Nothing was written.',
  },
  'match.terminal-alike': {
    zh: '主数据中已有相像的终端：{found}。请关联到其中一个；确实是新的，请加 --anyway --note 理由。未写入任何内容。',
    en: 'The master has terminals like it: {found}. Link to one of them, or say --anyway --note WHY if it is really new. Nothing was written.',
  },
  'match.reason-missing': {
    zh: '请用 --note 写明理由。未写入任何内容。',
    en: 'Say why with --note. Nothing was written.',
  },
  'match.merged-before': {
    zh: '终端 {code} 早已合并。请先撤销那一批次，或合并其现在的终端。未写入任何内容。',
    en: 'Terminal {code} was merged before. Undo that batch first, or merge what it is now. Nothing was written.',
  },
  'match.merge-circle': {
    zh: '{survivor} 与 {loser} 已是同一条记录（就是它，或已合并到它），不能再合并。未写入任何内容。',
    en: '{survivor} is {loser} already, itself or by a merge, and cannot take it in. Nothing was written.',
  },
  'match.missing-columns': {
    zh: '{file}：缺少列 {columns}；表头里有：{found}。请补上该列或改用约定的列名后重试。',
    en: '{file}: column {columns} is missing; the header has: {found}. Add it or give it the agreed title, then try again.',
  },
} as const;
