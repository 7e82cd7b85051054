/** The processes that run on: server, workers; and the keys of programs that ask them. */
export const serverTexts = {
  'serve.about': { zh: '启动服务：API、健康检查、指标', en: 'start the server: API, health, metrics' },
  'serve.opt-host': { zh: '监听地址，默认 HUILIU_HOST 或 127.0.0.1', en: 'address to listen on, by default HUILIU_HOST or 127.0.0.1' },
  'serve.opt-port': {
    zh: '端口，默认 HUILIU_PORT 或 8370；0 为任意空闲端口',
    en: 'port, by default HUILIU_PORT or 8370; 0 takes any free one',
  },
  'serve.opt-all': { zh: '同一进程里还做工作进程和调度', en: 'be worker and scheduler too, in one process' },
  'serve.listening': { zh: '已启动：{roles}，{url}（Ctrl-C 停止）', en: 'Started: {roles}, at {url} (Ctrl-C stops)' },
  'serve.running': { zh: '已启动：{roles}（Ctrl-C 停止）', en: 'Started: {roles} (Ctrl-C stops)' },
  'up.about': {
    zh: '一个进程做全部：服务、工作、调度（同 serve --all）',
    en: 'server, worker and scheduler in one process (as serve --all)',
  },
  'status.breakers': {
    zh: '暂停访问 {count} 处（连续失败过多，到时自动再试一次）：',
    en: '{count} left in peace after too many faults in a row (tried again by themselves):',
  },
  'status.breaker': {
    zh: '{name}：连续失败 {failures} 次，{until} 之后再试',
    en: '{name}: {failures} faults in a row, tried again after {until}',
  },
  'worker.about': {
    zh: '工作进程：采集、导入、配对；数量和机器不限',
    en: 'work on collecting, loading, matching; any number, on any machines',
  },
  'scheduler.about': { zh: '调度：按计划启动运行；可以同时跑几个', en: 'start what is due by the schedule; several may run' },

  'keys.about': { zh: 'API 密钥：新建、查看、吊销', en: 'API keys: add, list, revoke' },
  'keys.add.about': { zh: '新建一个密钥；只显示这一次', en: 'make a key; it is shown this once' },
  'keys.person.about': { zh: '写明密钥是谁的；同一人不能批准自己的申请', en: 'say whose key it is; nobody approves what they asked for' },
  'keys.opt-person': { zh: '这是谁的密钥（系统账号名）', en: 'whose key it is (name of the account)' },
  'keys.given': { zh: '密钥 {name} 是 {person} 的。', en: 'The key {name} is that of {person}.' },
  'keys.col-person': { zh: '使用人', en: 'person' },
  'keys.list.about': { zh: '列出密钥（不含密钥本身）', en: 'list the keys (not the keys themselves)' },
  'keys.revoke.about': { zh: '吊销一个密钥；不可恢复', en: 'revoke a key; there is no way back' },
  'keys.arg-name': { zh: '名称：用在哪个程序上', en: 'name: which program it is for' },
  'keys.opt-right': { zh: '权限，可重复：{rights}', en: 'right, may be repeated: {rights}' },
  'keys.opt-yes': { zh: '真正吊销；不写只预览', en: 'revoke it; without it this is a preview' },
  'keys.added': {
    zh: '密钥 {name}（{rights}），只显示这一次，请立即保存：\n{key}',
    en: 'The key {name} ({rights}), shown this once, keep it now:\n{key}',
  },
  'keys.none': { zh: '还没有密钥。用 huiliu keys add 新建。', en: 'There are no keys yet. Make one with huiliu keys add.' },
  'keys.preview': {
    zh: '将吊销密钥 {name}（{rights}），最近一次使用：{used}。加 --yes 真正吊销；之后用它的程序会立即被拒绝。',
    en: 'Would revoke the key {name} ({rights}), last used: {used}. Add --yes to do it; the program that uses it is then refused at once.',
  },
  'keys.revoked': { zh: '已吊销密钥 {name}。', en: 'The key {name} is revoked.' },
  'keys.never': { zh: '从未', en: 'never' },
  'keys.col-name': { zh: '名称', en: 'name' },
  'keys.col-rights': { zh: '权限', en: 'rights' },
  'keys.col-by': { zh: '建立人', en: 'made by' },
  'keys.col-created': { zh: '建立于', en: 'made' },
  'keys.col-used': { zh: '最近使用', en: 'last used' },
  'keys.col-revoked': { zh: '吊销于', en: 'revoked' },
} as const;
