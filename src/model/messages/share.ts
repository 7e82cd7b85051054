/** What goes wrong when others get the master. */
export const shareMessages = {
  'share.unreachable': {
    zh: '订阅方 {subscriber}：连不上 {where}（{cause}）。变更不会丢，稍后自动重发。',
    en: 'Subscriber {subscriber}: cannot reach {where} ({cause}). No change is lost; they are sent again later.',
  },
  'share.no-answer': {
    zh: '订阅方 {subscriber}：{where} 连得上，但没有在限定时间内应答。变更不会丢，稍后自动重发；对方应先保存、先答 2xx，再慢慢处理。',
    en: 'Subscriber {subscriber}: {where} takes the connection and does not answer in time. No change is lost; they are sent again later. It should keep them, answer 2xx, and work on them then.',
  },
  'share.bad-certificate': {
    zh: '订阅方 {subscriber}：{where} 的证书不受信任（{cause}），什么都没有发给它。请向对方核实：证书换了、过期了，还是有人冒充。变更不会丢，稍后自动重试。',
    en: 'Subscriber {subscriber}: nobody vouches for the certificate of {where} ({cause}); nothing was sent. Ask them: was it changed, did it expire, or is it somebody else? No change is lost; it is tried again.',
  },
  'share.redirected': {
    zh: '订阅方 {subscriber}：{where} 把请求转到别处（{cause}），不予跟随。变更不会丢；请把 settings.url 改为最终地址，再执行 huiliu share import。',
    en: 'Subscriber {subscriber}: {where} redirects ({cause}), which is not followed. No change is lost; put the final address into settings.url and run huiliu share import.',
  },
  'share.only-webhooks': {
    zh: '{subscriber} 的方式是 {kind}，没有可重送的：pull 由对方用 GET /v1/changes?after=… 自己重取；snapshot、writeback 用 huiliu share send {subscriber} 重写当天文件。',
    en: '{subscriber} is a {kind}, so there is nothing to send again: who pulls asks GET /v1/changes?after=… once more; files of today are written anew by huiliu share send {subscriber}.',
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
    zh: '主数据中没有“{no}”。请写编号（如 KH0000017），或“系统:实体:对方编码”（如 oa:customer:C17）；huiliu customer find 可按名称查。',
    en: 'The master has no "{no}". Give our number (KH0000017) or SYSTEM:ENTITY:KEY (oa:customer:C17); huiliu customer find searches by name.',
  },
  'share.bad-copy': {
    zh: '{name}：第一行须是列名：no 和 hash，或快照的列 no、record_status、survivor_no 及各字段；读到的是：{columns}。没有比较。',
    en: '{name}: the first row must be titles: no and hash, or the columns of a snapshot: no, record_status, survivor_no and the fields; it has: {columns}. Nothing was compared.',
  },
  'share.bad-hash': {
    zh: '{name} 第 {row} 行（{no}）：hash 是“{value}”，应为 16 位十六进制（算法见 docs/sharing.md）。没有比较。',
    en: '{name}, row {row} ({no}): the hash is "{value}", 16 hex digits were expected (docs/sharing.md says how). Nothing was compared.',
  },
  'share.no-csv': {
    zh: '{name}：不是完整的 CSV（{cause}）。没有比较；请核对引号和换行后再试一次。',
    en: '{name}: this is no whole csv ({cause}). Nothing was compared; check quotes and line ends and try again.',
  },
  'share.not-csv': {
    zh: '请求正文须为 CSV：content-type: text/csv，首行列名 no,hash。没有比较。',
    en: 'The body must be csv: content-type: text/csv, first row no,hash. Nothing was compared.',
  },
  'share.no-place': {
    zh: '请用 --seq 说明这份数据到哪个变更（对方最后处理的 seq）；快照文件夹会从 manifest.json 读。没有比较。',
    en: 'Say with --seq after which change the copy is (the last seq they took); a folder of a snapshot says it in manifest.json. Nothing was compared.',
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
