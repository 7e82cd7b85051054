/** Row issues and delivery gates. */
export const validateMessages = {
  'validate.required': {
    zh: '“{column}”为空，此列必填。请补上后重放本行。',
    en: '"{column}" is empty but required. Fill it in and replay the row.',
  },
  'validate.date': {
    zh: '“{column}”的值“{value}”不是日期，应如 2024-03-05、2024年3月5日 或 20240305。请改正后重放本行，或在版式的 dates.formats 中增加写法。',
    en: '"{column}" is "{value}", which is no date; expected e.g. 2024-03-05, 2024年3月5日 or 20240305. Correct it and replay the row, or add the format to the layout.',
  },
  'validate.month-or-day': {
    zh: '“{column}”的值“{value}”不是日期或年月，应如 2026-12-31 或 2026-12。请改正或清空后重放本行。',
    en: '"{column}" is "{value}", which is neither a day nor a month; expected e.g. 2026-12-31 or 2026-12. Correct or clear it and replay the row.',
  },
  'validate.number': {
    zh: '“{column}”的值“{value}”不是数字，应如 1234.5 或 -10（不带单位和百分号）。请改正后重放本行。',
    en: '"{column}" is "{value}", which is no number; expected e.g. 1234.5 or -10, without unit or per cent. Correct it and replay the row.',
  },
  'validate.future': {
    zh: '“{column}”的日期 {value} 晚于交付日 {sentOn}。请改正后重放本行。',
    en: '"{column}" is {value}, later than the day of delivery {sentOn}. Correct it and replay the row.',
  },
  'validate.window': {
    zh: '“{column}”的日期 {value} 早于交付日 {sentOn} 超过 {days} 天。确属补传请放宽版式的 window_days，否则改正后重放本行。',
    en: '"{column}" is {value}, more than {days} days before the day of delivery {sentOn}. Widen `window_days` if it is meant, or correct it and replay the row.',
  },
  'validate.not-covered': {
    zh: '“{column}”的日期 {value} 不在本次取数的 {from} 至 {to} 之内。请核对取数语句的日期条件与版式的日期列是否为同一列，改正后重取。',
    en: '"{column}" is {value}, but this pull speaks for {from} to {to}. Check that the statement filters by the same column that the layout reads as the date, then pull again.',
  },
  'validate.unit': {
    zh: '“{column}”的单位“{value}”在版式中没有换算系数。请在 units.factors 中补充后重放本行。',
    en: '"{column}" is the unit "{value}", for which the layout has no factor. Add it to `units.factors` and replay the row.',
  },
  'validate.pack-size': {
    zh: '“{column}”的值“{value}”不是件装量，应为正数（如 200），才能把件换算成基本单位。请补上后重放本行。',
    en: '"{column}" is "{value}", but a pack size above zero (e.g. 200) is needed to convert cases. Fill it in and replay the row.',
  },
  'validate.digits-lost': {
    zh: '“{column}”的编码“{value}”已被 Excel 变成数字，末尾数位丢失。请让发送方把此列设为文本后重发，或改正后重放本行。',
    en: '"{column}" is the code "{value}", which Excel turned into a number: digits are lost. Ask for the column as text, or correct it and replay the row.',
  },
  'validate.too-long': {
    zh: '“{column}”的内容有 {length} 个字符，上限 {limit}：“{value}”。请核对列是否错位，改正后重放本行。',
    en: '"{column}" has {length} characters, at most {limit} are allowed: "{value}". See whether columns are shifted, correct it and replay the row.',
  },
  'validate.too-many-cells': {
    zh: '本行有 {cells} 个单元格，而表头只有 {titles} 列，多出“{value}”：值中可能含有分隔符，各列已错位。请改正后重放本行。',
    en: 'The row has {cells} cells but the header {titles} columns; "{value}" is too much: a value probably holds the separator and columns are shifted. Correct it and replay the row.',
  },
  'validate.empty': {
    zh: '{where}：没有一行可导入的数据（{rows} 行全部被略去）。整份交付件已挂起；若当天确无业务，请确认为空。',
    en: '{where}: not one line could be taken ({rows} rows were all left out). The delivery is held; confirm it as empty if there was no business.',
  },
  'validate.totals': {
    zh: '{where} 第 {row} 行的合计与明细不符：{what}合计写的是 {stated}，明细相加为 {summed}。整份交付件已挂起；请与发送方核对是否缺行。',
    en: '{where}: the total in row {row} does not foot: {what} says {stated}, the rows add up to {summed}. The delivery is held; ask the sender whether rows are missing.',
  },
  'validate.period': {
    zh: '{where}：{rows} 行中有 {outside} 行的日期不在 {from} 至 {to} 之间（如 {example}）。整份交付件已挂起；请核对是否发错了账期。',
    en: '{where}: {outside} of {rows} rows are dated outside {from} to {to} (e.g. {example}). The delivery is held; see whether the wrong period was sent.',
  },
  'validate.volume': {
    zh: '{where}：共 {rows} 行，而此前 {earlier} 次的中位数是 {median} 行。整份交付件已挂起；请核对是否重复或缺失，确认无误后放行。',
    en: '{where}: {rows} rows, while the median of the last {earlier} is {median}. The delivery is held; release it once it is confirmed.',
  },
  'validate.shrunk': {
    zh: '{where}：更正件只有 {rows} 行，将替换原来的 {replaced} 行。整份交付件已挂起；请核对是否只发了部分，确认无误后放行。',
    en: '{where}: this correction has {rows} rows and would replace {replaced}. The delivery is held; see whether only a part was sent, release it once it is confirmed.',
  },
  'validate.record-required': {
    zh: '“{column}”为空，此列必填。请在原文件（或原系统）中补上后重新导入。',
    en: '"{column}" is empty but required. Fill it in where it comes from (workbook or system) and import it again.',
  },
  'validate.record-date': {
    zh: '“{column}”的值“{value}”不是日期，应如 2024-03-05、2024年3月5日 或 20240305。请在原文件（或原系统）中改正后重新导入。',
    en: '"{column}" is "{value}", which is no date; expected e.g. 2024-03-05, 2024年3月5日 or 20240305. Correct it where it comes from (workbook or system) and import it again.',
  },
  'validate.record-number': {
    zh: '“{column}”的值“{value}”不是数字，应如 1234.5 或 -10（不带单位和百分号）。请在原文件（或原系统）中改正后重新导入。',
    en: '"{column}" is "{value}", which is no number; expected e.g. 1234.5 or -10, without unit or per cent. Correct it where it comes from (workbook or system) and import it again.',
  },
  'validate.record-digits-lost': {
    zh: '“{column}”的编码“{value}”已被 Excel 变成数字，末尾数位丢失。请在原文件中把此列设为文本、补全编码后重新导入。',
    en: '"{column}" is the code "{value}", which Excel turned into a number: digits are lost. Make the column text in the workbook, complete the code and import it again.',
  },
  'validate.record-too-long': {
    zh: '“{column}”的内容有 {length} 个字符，上限 {limit}：“{value}”。请核对列是否错位，在原文件（或原系统）中改正后重新导入。',
    en: '"{column}" has {length} characters, at most {limit} are allowed: "{value}". See whether columns are shifted, correct it where it comes from (workbook or system) and import it again.',
  },
  'validate.record-too-many-cells': {
    zh: '本行有 {cells} 个单元格，而表头只有 {titles} 列，多出“{value}”：值中可能含有分隔符，各列已错位。请在原文件中改正后重新导入。',
    en: 'The row has {cells} cells but the header {titles} columns; "{value}" is too much: a value probably holds the separator and columns are shifted. Correct the file and import it again.',
  },
} as const;
