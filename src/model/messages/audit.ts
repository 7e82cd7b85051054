/** The random audit of automatic links, and the models in use. */
export const auditMessages = {
  'audit.still-open': {
    zh: '抽查 {audit} 还没有答完，不能另抽。请先答完（huiliu names audit next），或写明原因后放弃：huiliu names audit abandon --why 原因。',
    en: 'Audit {audit} is not answered to the end, so no other is drawn. Finish it (huiliu names audit next), or give it up with a reason: huiliu names audit abandon --why REASON.',
  },
  'audit.nothing-to-draw': {
    zh: '没有可抽查的自动关联（种类：{strata}）。未抽取。',
    en: 'There is no automatic link to audit (kinds: {strata}). Nothing was drawn.',
  },
  'audit.none-open': {
    zh: '没有未答完的抽查。抽取：huiliu names audit draw。',
    en: 'No audit waits for answers. Draw one: huiliu names audit draw.',
  },
  'audit.unknown': { zh: '没有抽查 {audit}。', en: 'There is no audit {audit}.' },
  'audit.not-open': {
    zh: '没有可作答的抽查 {audit}：不存在，或已放弃。',
    en: 'Audit {audit} takes no answers: it does not exist or was given up.',
  },
  'audit.unknown-item': {
    zh: '抽查 {audit} 没有第 {item} 张。未写入任何回答。',
    en: 'Audit {audit} has no card {item}. No answer was written.',
  },
  'audit.unknown-verdict': {
    zh: '第 {row} 行：回答“{value}”无法识别，可用：{expected}。整个文件未导入。',
    en: 'Row {row}: "{value}" is no answer; use one of {expected}. Nothing was imported.',
  },
  'audit.other-audit': {
    zh: '第 {row} 行：属于抽查 {value}，当前抽查是 {expected}。整个文件未导入。',
    en: 'Row {row} belongs to audit {value}; the open one is {expected}. Nothing was imported.',
  },
  'model.unknown': { zh: '没有模型 {version}。列出：huiliu match models。', en: 'There is no model {version}. See huiliu match models.' },
  'model.against-people': {
    zh: '{version} 会作出 {after} 个与人工裁决相反的自动关联，多于现用模型的 {before} 个，未启用。确需启用：加 --anyway --why 原因。',
    en: '{version} would make {after} links against the word of people, more than the {before} of the model in use. It was not promoted. To do it all the same: --anyway --why REASON.',
  },
  'model.nothing-before': { zh: '从未更换过模型，没有可退回的。', en: 'No model was ever promoted, so there is nothing to go back to.' },
} as const;
