/** What alerts say, and what goes wrong with sending them. */
export const alertMessages = {
  'alert.unreachable': {
    zh: '告警通道 {channel}：连不上 {where}（{cause}）。稍后自动重发。',
    en: 'Alert channel {channel}: cannot reach {where} ({cause}). It is sent again later.',
  },
  'alert.refused': {
    zh: '告警通道 {channel}：{where} 拒绝了消息（{cause}）。请核对机器人地址、密钥和关键词设置；会继续重试。',
    en: 'Alert channel {channel}: {where} refused the message ({cause}). Check address, secret and keywords of the robot; it is tried again.',
  },
  'alert.mail-refused': {
    zh: '告警通道 {channel}：邮件服务器 {where} 没有接收（{cause}）。请核对地址、tls、用户名和密码；会继续重试。',
    en: 'Alert channel {channel}: the mail server {where} did not take it ({cause}). Check address, tls, user and password; it is tried again.',
  },
  'alert.bad-address': {
    zh: '告警通道 {channel}：地址不可用，应为 https 且主机是 {host}。未发送。',
    en: 'Alert channel {channel}: the address cannot be used; it must be https and its host {host}. Nothing was sent.',
  },
  'alert.channels-invalid': {
    zh: '{file} 的告警通道有误，未保存；请改正后再导入一次（写法见 docs/schedule.md）：\n  {problems}',
    en: 'The alert channels of {file} are wrong, none was saved; correct them and import again (docs/schedule.md shows how):\n  {problems}',
  },
  'alert.no-incident': { zh: '没有编号为 {incident} 的未恢复事件。', en: 'There is no open incident {incident}.' },
  'alert.no-channel': {
    zh: '没有告警通道 {channel}。用 huiliu alerts import 文件 添加。',
    en: 'There is no alert channel {channel}. Add some with huiliu alerts import FILE.',
  },
  'alert.test': {
    zh: '这是一条测试消息，收到即表示通道可用。',
    en: 'This is a test. Reading it means that the channel works.',
  },
  'alert.missing': {
    zh: '{day} 的数据应到未到 {count} 个来源。看板：huiliu status --missing --date {day}',
    en: '{count} sources are missing for {day}. Board: huiliu status --missing --date {day}',
  },
  'alert.unreachable-host': {
    zh: '连不上 {where}，影响 {count} 个来源。会自动重试；若持续失败，请核对地址和防火墙，或联系对方。',
    en: '{where} cannot be reached, {count} sources suffer. It is retried; if it lasts, check address and firewall or call them.',
  },
  'alert.unreachable-many': {
    zh: '同时连不上 {hosts} 台主机，影响 {count} 个来源。多半是本方网络或 DNS 故障，请先查本机网络。',
    en: '{hosts} hosts cannot be reached at the same time, {count} sources suffer. Most likely our own network or DNS: look there first.',
  },
  'alert.collect-failed': {
    zh: '采集失败，影响 {count} 个来源：{cause}',
    en: 'Collecting fails for {count} sources: {cause}',
  },
  'alert.load-failed': { zh: '导入失败 {count} 件：{cause}', en: 'Loading fails for {count} deliveries: {cause}' },
  'alert.match-failed': { zh: '{count} 次运行的名称配对失败：{cause}', en: 'Matching failed in {count} runs: {cause}' },
  'alert.held': {
    zh: '{day} 的夜间导入有 {count} 件挂起，等人处理：huiliu deliveries list --held',
    en: '{count} deliveries of the night of {day} are held and wait for a person: huiliu deliveries list --held',
  },
  'alert.disk': {
    zh: '{machine}：{folder} 只剩 {free} MB。低于 {least} MB 时停止接收新文件；请清理或扩容。',
    en: '{machine}: {folder} has {free} MB left. Below {least} MB nothing more is taken in; make room.',
  },
  'alert.calendar': {
    zh: '工作日历只到 {day}（还有 {days} 天），之后按周一到周五算。请用 huiliu calendar import 补上下一年。',
    en: 'The workday calendar ends on {day} ({days} days left); after it Monday to Friday count. Add the next year with huiliu calendar import.',
  },
  'alert.gap': {
    zh: '调度中断了 {minutes} 分钟（{from} 至 {to}）。期间错过的时点按各来源的 catch_up 处理：huiliu schedule slots',
    en: 'No scheduler looked for {minutes} minutes ({from} to {to}). What was missed follows the catch_up of each source: huiliu schedule slots',
  },
  'alert.stalled': {
    zh: '有 {count} 个步骤已等待超过 {minutes} 分钟，没有进程在处理。请启动 huiliu worker（或 serve）。',
    en: '{count} steps have waited for more than {minutes} minutes and nobody works on any. Start huiliu worker (or serve).',
  },
} as const;
