/** The steward's desk: workbooks, quarantine, trace. */
export const deskMessages = {
  'desk.workbook-unreadable': {
    zh: '{file}：无法作为 Excel 工作簿读取（{cause}）。请用导出的文件修改后另存为 .xlsx。',
    en: '{file}: cannot be read as a workbook ({cause}). Edit the exported file and save it as .xlsx.',
  },
  'desk.columns-missing': {
    zh: '{file}：缺少列 {columns}。请使用导出的工作簿，列名不要改动；未导入任何内容。',
    en: '{file}: the columns {columns} are missing. Use the exported workbook and keep its titles; nothing was imported.',
  },
  'desk.quarantine-unknown': {
    zh: '{sheet} 第 {row} 行：隔离编号“{value}”不存在或已处理。请重新导出；未重放任何内容。',
    en: '{sheet} row {row}: there is no open quarantined row "{value}". Export again; nothing was replayed.',
  },
  'desk.quarantine-twice': {
    zh: '{sheet} 第 {row} 行：隔离编号 {value} 出现了两次。请只保留一行；未重放任何内容。',
    en: '{sheet} row {row}: quarantined row {value} is there twice. Keep one; nothing was replayed.',
  },
  'desk.nothing-to-trace': {
    zh: '找不到 {what}。请核对编号；交付件可用编号或 SHA-256 查询。',
    en: 'There is no {what}. Check the id; a delivery is found by its id or its SHA-256.',
  },
} as const;
