/** What is deleted after a while, and what is lost by it. */
export const retentionTexts = {
  'retention.about': {
    zh: '保留期：列出到期、可删除的内容；不加 --yes 只预览',
    en: 'retention: what is old enough to be deleted; only a preview without --yes',
  },
  'retention.col-what': { zh: '内容', en: 'what' },
  'retention.col-rule': { zh: '规则', en: 'rule' },
  'retention.col-rows': { zh: '数量', en: 'rows' },
  'retention.col-bytes': { zh: '约 MB', en: 'about MB' },
  'retention.col-oldest': { zh: '最早', en: 'oldest' },
  'retention.lines': { zh: '被取代版次的明细', en: 'lines of replaced generations' },
  'retention.raw': { zh: '原文文件', en: 'raw files' },
  'retention.slots': { zh: '已了结的采集时点', en: 'settled slots' },
  'retention.alerts': { zh: '已送达的告警', en: 'delivered alerts' },
  'retention.turns': { zh: '已结束运行的排队计数', en: 'queue counts of ended runs' },
  'retention.after': { zh: '{days} 天后', en: 'after {days} days' },
  'retention.never': { zh: '永久保留', en: 'kept for ever' },
  'retention.loss-lines': {
    zh: '明细：{generations} 个被取代或撤回的版次只留计数与金额，不再能逐行查看；原文还在，发送方再次发来同一文件时自动重新入库。对外可见的数字不变。有未决隔离行的交付件不动。',
    en: 'Lines: {generations} generations that were superseded or withdrawn keep their counts and sums, but not their rows. The files stay, and are loaded again when their sender goes back to them. No figure that anybody sees changes. Deliveries with open quarantine are left alone.',
  },
  'retention.loss-raw': {
    zh: '原文：从不删除，上面是现有数量。设置 HUILIU_RAW_ARCHIVE 后，旧文件可移到慢盘。',
    en: 'Raw files: never deleted; the table says what is there. With HUILIU_RAW_ARCHIVE old ones are moved to a slower disk.',
  },
  'retention.loss-raw-archive': {
    zh: '原文：不删除，移到归档目录 {folder}；照常可查、可重新入库，只要归档盘在线。',
    en: 'Raw files: not deleted but moved to the archive {folder}. They can be traced and loaded as before while it is mounted.',
  },
  'retention.archived': {
    zh: '已归档：原文 {files} 个，移到 {folder}。',
    en: 'Archived: {files} raw files, moved to {folder}.',
  },
  'retention.loss-bookkeeping': {
    zh: '时点、告警、计数：不再能查当时何时触发、通知了谁；运行、步骤、事件、裁决、交付件都保留。',
    en: 'Slots, alerts, counts: when something was started and who was told can no longer be looked up. Runs, steps, events, decisions and deliveries stay.',
  },
  'retention.settings': {
    zh: '规则由 HUILIU_KEEP_LINES_DAYS、HUILIU_KEEP_RAW_DAYS 与 HUILIU_KEEP_BOOKKEEPING_DAYS 设定。',
    en: 'The rules are set by HUILIU_KEEP_LINES_DAYS, HUILIU_KEEP_RAW_DAYS and HUILIU_KEEP_BOOKKEEPING_DAYS.',
  },
  'retention.nothing': { zh: '没有到期的内容。', en: 'Nothing is old enough.' },
  'retention.done': {
    zh: '已删除：明细 {lines} 行（{generations} 个版次），时点 {slots}，告警 {alerts}，计数 {turns}。已记入 ledger.event。',
    en: 'Deleted: {lines} lines of {generations} generations, {slots} slots, {alerts} alerts, {turns} counts. It is on record in ledger.event.',
  },
} as const;
