/** What goes wrong when others get the master. */
export const shareMessages = {
  'share.unreachable': {
    zh: '订阅方 {subscriber}：连不上 {where}（{cause}）。变更不会丢，稍后自动重发。',
    en: 'Subscriber {subscriber}: cannot reach {where} ({cause}). No change is lost; they are sent again later.',
  },
  'share.refused': {
    zh: '订阅方 {subscriber}：{where} 没有接收（{cause}）。变更不会丢，会继续重试；请核对地址与签名密钥。',
    en: 'Subscriber {subscriber}: {where} did not take it ({cause}). No change is lost and it is tried again; check address and secret.',
  },
  'share.content-refused': {
    zh: '订阅方 {subscriber} 不接受变更 {seq} 的内容（已单独重试）。已放入死信，后面的变更照常送达；修好后执行 huiliu share replay {subscriber} --dead。',
    en: 'Subscriber {subscriber} does not take change {seq} for what is in it (sent alone). It was put aside, later ones went on; mend it, then huiliu share replay {subscriber} --dead.',
  },
  'share.not-https': {
    zh: '订阅方 {subscriber}：地址须为 https；内网地址请设 allow_private: true。未发送。',
    en: 'Subscriber {subscriber}: the address must be https; for one inside your network set allow_private: true. Nothing was sent.',
  },
  'share.invalid': {
    zh: '{file} 的订阅方有误，未保存；请改正后再导入一次（写法见 docs/sharing.md）：\n  {problems}',
    en: 'The subscribers of {file} are wrong, none was saved; correct them and import again (docs/sharing.md shows how):\n  {problems}',
  },
  'share.no-subscriber': {
    zh: '没有订阅方 {subscriber}。用 huiliu share import 文件 添加；huiliu share list 列出已有的。',
    en: 'There is no subscriber {subscriber}. Add some with huiliu share import FILE; huiliu share list shows those there are.',
  },
  'share.no-record': {
    zh: '主数据中没有编号 {no}。',
    en: 'The master has no record {no}.',
  },
  'share.no-reporter': {
    zh: '没有订阅方使用 API 密钥 {key}。请在订阅方的 settings.key 写上它。',
    en: 'No subscriber uses the API key {key}. Name it in settings.key of a subscriber.',
  },
  'share.bad-request': {
    zh: '请求有误：{problems}',
    en: 'The request is wrong: {problems}',
  },
  'share.ahead': {
    zh: '变更号 {seq} 还没有，最后一个是 {last}。请核对是否连错了系统。',
    en: 'There is no change {seq} yet, the last is {last}. Is this the right system?',
  },
  'share.folder-closed': {
    zh: '订阅方 {subscriber}：文件夹 {folder} 无法写入（{cause}）。旧文件未动，稍后重试。',
    en: 'Subscriber {subscriber}: the folder {folder} cannot be written ({cause}). Older files are as they were; it is tried again.',
  },
  'share.failing': {
    zh: '{count} 个订阅方没有收到主数据变更，最久已 {hours} 小时：huiliu share list',
    en: '{count} subscribers do not get changes of the master, the first for {hours} hours: huiliu share list',
  },
  'share.apart': {
    zh: '{count} 个订阅方的数据与主数据不一致或有死信：huiliu share list',
    en: '{count} subscribers do not hold what the master holds, or have refused changes: huiliu share list',
  },
} as const;
