/** `huiliu secrets`. */
export const secretsTexts = {
  'secrets.about': {
    zh: '汇流保管的密码：加密存放，只能改写，不能查看',
    en: 'secrets kept by the hub: sealed, can be replaced, never shown',
  },
  'secrets.set.about': {
    zh: '存入或改写一个密码（从标准输入读，不回显）',
    en: 'keep or replace a secret (read from standard input, not echoed); settings then say secret:NAME',
  },
  'secrets.list.about': { zh: '列出名称、谁在何时存入', en: 'names, and who set them when' },
  'secrets.remove.about': { zh: '删除一个密码；不加 --yes 只预览', en: 'remove a secret; without --yes only a preview' },
  'secrets.rotate.about': { zh: '更换外层密钥并重新加密全部密码', en: 'new outer key, every secret sealed again' },
  'secrets.arg-name': { zh: '名称：小写字母、数字、连字符', en: 'name: small letters, digits, hyphens' },
  'secrets.ask': { zh: '请输入“{name}”的密码，回车结束（不显示）：', en: 'Secret "{name}", end with Enter (not shown): ' },
  'secrets.empty': {
    zh: '没有收到内容，未改动。请从标准输入给出密码。',
    en: 'Nothing was given, nothing changed. Give the secret on standard input.',
  },
  'secrets.saved': {
    zh: '已存入“{name}”。来源设置里写 secret:{name}。密钥文件 {path} 不在数据库里，请与数据库分开备份。',
    en: '"{name}" is kept. In settings write secret:{name}. The key file {path} is not in the database: back it up apart from it.',
  },
  'secrets.none': { zh: '还没有存入密码。', en: 'No secrets yet.' },
  'secrets.used': { zh: '仍被这些来源使用：{sources}。', en: 'Still used by: {sources}.' },
  'secrets.preview': { zh: '将删除“{name}”。{used}加 --yes 执行。', en: 'Would remove "{name}". {used}Add --yes to do it.' },
  'secrets.removed': { zh: '已删除“{name}”。', en: '"{name}" is removed.' },
  'secrets.unknown': { zh: '没有名为“{name}”的密码。', en: 'There is no secret "{name}".' },
  'secrets.rotated': {
    zh: '{count} 个密码已用新密钥 {key} 重新加密，旧密钥已删除。请重新备份 {path}。',
    en: '{count} secrets are sealed with the new key {key}; old keys are gone. Back up {path} again.',
  },
  'secrets.col-name': { zh: '名称', en: 'name' },
  'secrets.col-by': { zh: '存入人', en: 'set by' },
  'secrets.col-at': { zh: '存入时间', en: 'set at' },
  'secrets.col-key': { zh: '密钥', en: 'key' },
} as const;
