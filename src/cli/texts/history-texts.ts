/** The words of the import of history: templates, previews, differences, results. */
export const historyTexts = {
  'history.about': {
    zh: '历史资料导入：模板、预览、检查、差异、导入、撤销',
    en: 'import of history: template, preview, check, diff, commit, undo',
  },
  'history.template.about': {
    zh: '生成可填写的 Excel 模板，每类资料一张表',
    en: 'write a workbook to be filled in, a sheet for each entity',
  },
  'history.arg-entity': {
    zh: '资料类别，如 customer 或 客户资料；不给则为十类',
    en: 'entities such as customer; the ten of history when none is given',
  },
  'history.opt-out': { zh: '写到这个文件', en: 'the file to write' },
  'history.no-entity': { zh: '没有资料类别“{word}”；可用：{known}', en: 'there is no entity "{word}"; known are {known}' },
  'history.template-written': { zh: '已写出 {file}：{sheets}', en: 'Written: {file} with the sheets {sheets}' },
  'history.next-preview': { zh: '填好后：huiliu history preview {file}', en: 'When it is filled in: huiliu history preview {file}' },
} as const;
