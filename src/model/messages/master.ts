/** What is found wrong with records of the master: in a cell, between rows, and with references. */
export const masterMessages = {
  'master.credit-code-length': {
    zh: '“{column}”的值“{value}”有 {length} 位，统一社会信用代码应为 18 位。已按原样导入，可信度降低；请核对营业执照后更正。',
    en: '"{column}" is "{value}" with {length} characters; a unified social credit code has 18. It is loaded as it is, but trusted less. See the business licence and correct it.',
  },
  'master.credit-code-letter': {
    zh: '“{column}”的值“{value}”含有字母 {letter}，统一社会信用代码不使用此字母，可能是 {instead}。已按原样导入，可信度降低；请核对后更正。',
    en: '"{column}" is "{value}" with the letter {letter}, which no unified social credit code has; perhaps {instead} is meant. It is loaded as it is, but trusted less. Correct it.',
  },
  'master.credit-code-sign': {
    zh: '“{column}”的值“{value}”含有“{letter}”，统一社会信用代码只有数字和大写字母。已按原样导入，可信度降低；请核对后更正。',
    en: '"{column}" is "{value}" with "{letter}"; a unified social credit code has digits and capital letters only. It is loaded as it is, but trusted less. Correct it.',
  },
  'master.credit-code-checksum': {
    zh: '“{column}”的值“{value}”校验位不符：末位为 {last}，按前 17 位应为 {expected}，其中有数位写错。已按原样导入，可信度降低；请核对营业执照后更正。',
    en: '"{column}" is "{value}", whose check character does not fit: it ends in {last}, the first 17 ask for {expected}, so one of them is wrong. It is loaded as it is, but trusted less. See the business licence and correct it.',
  },
  'master.phone': {
    zh: '“{column}”的值“{value}”不像电话号码，应如 025-83106666 或 13800000000。已按原样导入，可信度降低；请核对后更正。',
    en: '"{column}" is "{value}", which is no telephone number; expected e.g. 025-83106666 or 13800000000. It is loaded as it is, but trusted less. Correct it.',
  },
  'master.mobile': {
    zh: '“{column}”的值“{value}”不像手机号，应为 11 位、以 13 至 19 开头。已按原样导入，可信度降低；请核对后更正。',
    en: '"{column}" is "{value}", which is no mobile number; expected 11 digits that begin with 13 to 19. It is loaded as it is, but trusted less. Correct it.',
  },
  'master.email': {
    zh: '“{column}”的值“{value}”不是电子邮箱，应如 name@example.com。已按原样导入，可信度降低；请核对后更正。',
    en: '"{column}" is "{value}", which is no e-mail address; expected e.g. name@example.com. It is loaded as it is, but trusted less. Correct it.',
  },
  'master.postcode': {
    zh: '“{column}”的值“{value}”不是邮政编码，应为 6 位数字。已按原样导入，可信度降低；请核对后更正。',
    en: '"{column}" is "{value}", which is no postcode; expected are 6 digits. It is loaded as it is, but trusted less. Correct it.',
  },
  'master.choice': {
    zh: '“{column}”的值“{value}”不在可选值之内：{choices}。请在原文件（或原系统）中改正后重新导入。',
    en: '"{column}" is "{value}", which is none of: {choices}. Correct it where it comes from (workbook or system) and import it again.',
  },
  'master.choice-open': {
    zh: '“{column}”的值“{value}”不在常用值之内（{choices}）。已按原样导入；若写法有误请更正。',
    en: '"{column}" is "{value}", which is none of the usual values ({choices}). It is loaded as it is; correct it if it is a slip.',
  },
  'master.boolean': {
    zh: '“{column}”的值“{value}”不是“是”或“否”。请在原文件（或原系统）中改正后重新导入。',
    en: '"{column}" is "{value}", which is neither yes nor no. Correct it where it comes from (workbook or system) and import it again.',
  },
  'master.integer': {
    zh: '“{column}”的值“{value}”不是整数。请在原文件（或原系统）中改正后重新导入。',
    en: '"{column}" is "{value}", which is no whole number. Correct it where it comes from (workbook or system) and import it again.',
  },
  'master.error-cell': {
    zh: '“{column}”是公式错误“{value}”，不是内容。本行未导入；请在原文件中改正公式（或粘贴为数值）后重新导入。',
    en: '"{column}" holds the formula error "{value}" and no value. The row is not loaded; mend the formula (or paste the value) in the workbook and import it again.',
  },
  'master.error-cell-left-out': {
    zh: '“{column}”是公式错误“{value}”，不是内容。本行已导入，此列留空；请在原文件中改正公式（或粘贴为数值）后重新导入。',
    en: '"{column}" holds the formula error "{value}" and no value. The row is loaded without it; mend the formula (or paste the value) in the workbook and import it again.',
  },
  'master.percent': {
    zh: '“{column}”的值“{value}”不是百分比，应如 13、13% 或 0.13。请在原文件（或原系统）中改正后重新导入。',
    en: '"{column}" is "{value}", which is no percentage; expected e.g. 13, 13% or 0.13. Correct it where it comes from (workbook or system) and import it again.',
  },
  'master.partial-date': {
    zh: '“{column}”的值“{value}”只有年份或月份，没有日。已按“{said}”导入，取值时信任度降低；知道日期时请在原文件中补全后重新导入。',
    en: '"{column}" is "{value}", a year or a month without a day. It is loaded as {said} and trusted less; when the day is known, complete it in the workbook and import it again.',
  },
  'master.moment': {
    zh: '“{column}”的值“{value}”不是时间，应如 2024-03-05 14:30:00。请在原文件（或原系统）中改正后重新导入。',
    en: '"{column}" is "{value}", which is no point in time; expected e.g. 2024-03-05 14:30:00. Correct it where it comes from (workbook or system) and import it again.',
  },
  'master.no-key': {
    zh: '本行没有可以识别的内容：应填写 {alternatives}。请在原文件（或原系统）中补上后重新导入。',
    en: 'Nothing tells this row from others: fill in {alternatives}. Complete it where it comes from (workbook or system) and import it again.',
  },
  'master.no-reference': {
    zh: '本行没有写明“{what}”：{columns} 至少填一项。请在原文件（或原系统）中补上后重新导入。',
    en: 'The row does not say which "{what}" it belongs to: at least one of {columns} must be filled. Complete it where it comes from (workbook or system) and import it again.',
  },
  'master.bad-system': {
    zh: '系统代号“{system}”不能使用：只用小写字母、数字和连字符，如 crm2008。请换一个 --system。',
    en: 'The system "{system}" cannot be used: small letters, digits and hyphens only, such as crm2008. Give another --system.',
  },
  'master.unknown-import': {
    zh: '没有导入 {import}。用 huiliu history list 查看。',
    en: 'There is no import {import}. See huiliu history list.',
  },
  'master.import-loaded': {
    zh: '导入 {import} 已经写入主数据，没有再做一次。结果：huiliu history show {import} 或 result {import}；撤销：huiliu history undo {import}。',
    en: 'Import {import} is loaded already; nothing was done again. What came of it: huiliu history show {import} or result {import}; to take it back: huiliu history undo {import}.',
  },
  'master.import-not-loaded': {
    zh: '导入 {import} 还没有写入主数据，或者已经撤销，没有可撤销的内容。用 huiliu history show {import} 查看。',
    en: 'Import {import} is not loaded, or taken back already: there is nothing to take back. See huiliu history show {import}.',
  },
  'master.unresolved-zeros': {
    zh: '“{column}”的值“{value}”在主数据中没有对应的{what}，但有编号“{other}”：可能是 Excel 去掉了开头的零。本行先等待；请在原文件中把此列的单元格格式设为与编号等长的零（如 000000）或补全编号后重新导入。',
    en: '"{column}" is "{value}", which is no {what} of the master, but there is "{other}": Excel may have eaten the leading zeros. The row waits; give the column a cell format of zeros as long as the codes (000000), or complete the codes, and import it again.',
  },
  'master.unresolved-reference': {
    zh: '“{column}”的值“{value}”在主数据中没有唯一对应的{what}，本行先等待；该{what}导入后自动补上。若写法有误，请在原文件（或原系统）中改正后重新导入；若是客户名称的另一种写法，用 huiliu history waiting 查看，再用 huiliu history take 指定。',
    en: '"{column}" is "{value}", which is no {what} of the master, or not only one. The row waits and comes in by itself with its {what}. If it is a slip, correct it where it comes from and import it again; if it is another spelling of the name of a customer, see huiliu history waiting and say which one by huiliu history take.',
  },
} as const;
