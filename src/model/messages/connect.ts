/** Talking to the far side. */
export const connectMessages = {
  'connect.tap-missing': {
    zh: '{source}：没有可以运行的 tap“{tap}”（目录 HUILIU_TAPS={folder}：{cause}）。采集已停止；请由管理员把该程序放进该目录并设为可执行。',
    en: '{source}: there is no tap "{tap}" that may be run (folder HUILIU_TAPS={folder}: {cause}). Collecting is stopped; whoever runs the hub puts the program there, executable.',
  },
  'connect.tap-failed': {
    zh: '{source}：{tap} 以退出码 {code} 结束：{cause}。未导入任何数据，进度不变，下次从原处再来。',
    en: '{source}: {tap} ended with exit code {code}: {cause}. Nothing was landed and the bookmark stands, so the next time begins where this one did.',
  },
  'connect.tap-refused': {
    zh: '{source}：{tap} 说登录被拒（{cause}）。采集已停止；请核对 config 中的账号和密钥引用。',
    en: '{source}: {tap} says that its login was refused ({cause}). Collecting is stopped; check account and secret references in config.',
  },
  'connect.tap-said': {
    zh: '{source}：{tap} 的输出第 {line} 行不合 Singer 规范：{cause}。未导入任何数据；请检查该 tap 的版本。',
    en: '{source}: line {line} of what {tap} said is not Singer: {cause}. Nothing was landed; look at the version of that tap.',
  },
  'connect.tap-silent': {
    zh: '{source}：{tap} 已 {seconds} 秒没有输出，已中止。未导入任何数据，稍后重试；若它确实很慢，请调大 timeout_seconds。',
    en: '{source}: {tap} said nothing for {seconds} s and was ended. Nothing was landed; it is tried again. If it really is that slow, raise timeout_seconds.',
  },
  'connect.unreachable': {
    zh: '{source}：连不上 {where}（{cause}）。稍后自动重试；若持续失败，请核对地址、端口和防火墙。',
    en: '{source}: cannot reach {where} ({cause}). It is retried; if it persists, check address, port and firewall.',
  },
  'connect.refused-login': {
    zh: '{source}：{where} 拒绝了用户“{user}”的登录（{cause}）。采集已停止，未导入任何数据；请核对用户名和密码（{secret}）后再试。',
    en: '{source}: {where} refused the login of user "{user}" ({cause}). Collecting is stopped, nothing was loaded; check the user name and {secret}, then try again.',
  },
  'connect.folder-missing': {
    zh: '{source}：在 {where} 找不到或打不开目录“{folder}”（{cause}）。采集已停止；请核对 folder 设置以及该用户的权限。',
    en: '{source}: folder "{folder}" does not exist on {where} or may not be opened ({cause}). Collecting is stopped; check the setting folder and the rights of the user.',
  },
  'connect.vanished': {
    zh: '{source}：{where} 上的“{name}”在列出之后不见了或打不开（{cause}）。本次不导入，下次采集再看。',
    en: '{source}: "{name}" on {where} vanished or became unreadable after it was listed ({cause}). It is not taken this time and looked at again on the next collection.',
  },
  'connect.cut-off': {
    zh: '{source}：下载“{name}”时中断，应为 {expected} 字节，收到 {received} 字节。残缺内容未保存，稍后自动重新下载。',
    en: '{source}: the download of "{name}" was cut off: expected {expected} bytes, received {received}. Nothing of it is kept; it is fetched again.',
  },
  'connect.changed-meanwhile': {
    zh: '{source}：“{name}”在列出和下载之间被改动了（之前 {before}，之后 {after}）。本次不导入，等对方写完后重新下载。',
    en: '{source}: "{name}" changed between being listed and downloaded (was {before}, is {after}). It is not taken now and fetched again when it stands still.',
  },
  'connect.cancelled': {
    zh: '{source}：与 {where} 的采集已被取消，未完成的内容没有保存，下次自动继续。',
    en: '{source}: collecting from {where} was cancelled. Nothing unfinished is kept; the next run goes on from here.',
  },
  'connect.secret-missing': {
    zh: '{source}：设置 {setting} 所引用的 {reference} 读不到。采集已停止；请设置该环境变量或文件。',
    en: '{source}: {reference}, which the setting {setting} refers to, cannot be read. Collecting is stopped; provide that variable or file.',
  },
  'connect.certificate-refused': {
    zh: '{source}：{where} 的证书不可信（{cause}）。采集已停止；若对方使用自签名证书，请向对方核实后把证书填入 ca 设置。',
    en: '{source}: the certificate of {where} is not trusted ({cause}). Collecting is stopped; if it is self-signed, verify it with the sender and put it into the setting ca.',
  },
  'connect.tls-failed': {
    zh: '{source}：无法与 {where} 建立加密连接（{cause}）。采集已停止；请核对 tls 设置（none、explicit、implicit 或 starttls）和端口是否匹配。',
    en: '{source}: no encrypted connection to {where} ({cause}). Collecting is stopped; check that the setting tls fits the port and the server.',
  },
  'connect.ca-unreadable': {
    zh: '{source}：ca 设置里没有可读的 PEM 证书。应为以“-----BEGIN CERTIFICATE-----”开头的文本，或指向它的 file:/env: 引用。',
    en: '{source}: the setting ca holds no readable PEM certificate. Expected text that begins with "-----BEGIN CERTIFICATE-----", or a file: or env: reference to it.',
  },
  'connect.host-key-unknown': {
    zh: '{source}：{where} 出示的主机密钥指纹是 {shown}，尚未被信任。采集已停止；请向对方核实该指纹，然后写入设置：host_key: "{shown}"。',
    en: '{source}: {where} shows the host key {shown}, which is not trusted yet. Collecting is stopped; verify it with the sender, then paste into the settings: host_key: "{shown}".',
  },
  'connect.host-key-changed': {
    zh: '{source}：{where} 出示的主机密钥指纹是 {shown}，与设置的 {expected} 不符。可能更换了服务器，也可能有人冒充；未发送密码，采集已停止。请先向对方核实。',
    en: '{source}: {where} shows the host key {shown}, but {expected} is expected. The server was replaced or someone impersonates it; no password was sent, collecting is stopped. Verify with the sender first.',
  },
  'connect.private-key-unreadable': {
    zh: '{source}：private_key 引用的内容不是可用的私钥，或 passphrase 不对（{cause}）。采集已停止；请检查密钥文件。',
    en: '{source}: what private_key refers to is not a usable private key, or the passphrase is wrong ({cause}). Collecting is stopped; check the key.',
  },
  'connect.address-refused': {
    zh: '{source}：{where} 指向内部网络地址（{cause}），默认不允许访问，未发送任何请求。确是内网系统请设置 allow_private: true。',
    en: '{source}: {where} is an address of an inner network ({cause}), which is not asked by default; nothing was sent. If it is meant, set allow_private: true.',
  },
  'connect.redirected': {
    zh: '{source}：{where} 要求转到“{to}”，未跟随。采集已停止；请核对 base_url，确属新地址请改用它。',
    en: '{source}: {where} sends us on to "{to}", which is not followed. Collecting is stopped; check base_url, and use the new address there if it is meant.',
  },
  'connect.answer-refused': {
    zh: '{source}：{where} 回应 HTTP {status}（{cause}）。5xx 和 429 会自动重试；其余请核对接口地址与参数。',
    en: '{source}: {where} answered HTTP {status} ({cause}). 5xx and 429 are retried; otherwise check path and parameters.',
  },
  'connect.answer-forbidden': {
    zh: '{source}：{where} 不允许访问（HTTP {status}，{cause}）。采集已停止；请核对账号、密钥以及对方开通的接口权限。',
    en: '{source}: {where} does not allow it (HTTP {status}, {cause}). Collecting is stopped; check account, key and the rights given to it.',
  },
  'connect.answer-too-large': {
    zh: '{source}：{where} 的一次回应超过 {limit} MB，未保存。请减小每页条数，或调大 max_answer_mb。',
    en: '{source}: one answer of {where} is larger than {limit} MB and is not kept. Ask for smaller pages, or raise max_answer_mb.',
  },
  'connect.answer-not-json': {
    zh: '{source}：{where} 的回应不是 JSON（开头为“{cause}”），本次不导入。可能是报错页或登录页；请核对接口地址，稍后会再取。',
    en: '{source}: the answer of {where} is no JSON (it begins "{cause}") and is not taken. It may be an error or login page; check the path. It is asked again next time.',
  },
  'connect.answer-not-ok': {
    zh: '{source}：{where} 回应失败：{cause}。本次不导入；请按提示核对参数或联系对方。',
    en: '{source}: {where} answered that it failed: {cause}. Nothing is taken; check the parameters or ask the other side.',
  },
  'connect.answer-without-records': {
    zh: '{source}：{where} 的回应在“{at}”处没有记录列表（{cause}）。本次不导入；请核对 records_at。',
    en: '{source}: the answer of {where} has no list of records at "{at}" ({cause}). Nothing is taken; check records_at.',
  },
  'connect.answer-is-page': {
    zh: '{source}：{where} 返回的是网页，不是 {expected} 文件，未保存。多半是登录过期或报错页；请核对账号与接口地址。',
    en: '{source}: {where} returned a web page instead of a {expected} file; it is not kept. Most likely an expired login or an error page; check account and path.',
  },
  'connect.page-repeated': {
    zh: '{source}：{where} 翻页后返回了同一页（已读 {count} 条），未保存。请核对 paging 设置与接口的翻页参数。',
    en: '{source}: {where} returned the same page again ({count} records so far); nothing is kept. Check paging and the parameters that ask for a page.',
  },
  'connect.total-differs': {
    zh: '{source}：{where} 说共有 {total} 条，翻完各页得到 {count} 条。可能取数时数据在变；未保存，稍后自动重取。',
    en: '{source}: {where} speaks of {total} records, but its pages gave {count}. The data may have moved meanwhile; nothing is kept, it is asked again.',
  },
  'connect.statement-refused': {
    zh: '{source}：{where} 不接受取数语句（{cause}）。采集已停止；请核对 feeds 里的 sql、表名、列名以及用户“{user}”的只读权限。',
    en: '{source}: {where} refuses a statement ({cause}). Collecting is stopped; check the sql of the feeds, its tables and columns, and the read rights of "{user}".',
  },
  'connect.columns-missing': {
    zh: '{source}：取数项“{feed}”的结果里没有列 {missing}，现有：{found}。采集已停止；请在 sql 中用 AS 给列起这些名字，或修改 order_by、columns。',
    en: '{source}: the answer of feed "{feed}" has no column {missing}; it has: {found}. Collecting is stopped; name the columns so in the sql, or change order_by or columns.',
  },
  'connect.too-many-rows': {
    zh: '{source}：取数项“{feed}”一次返回超过 {limit} 行，未保存任何内容。请核对 sql 的日期条件；确需更多请调大 max_rows。',
    en: '{source}: one answer of feed "{feed}" has more than {limit} rows; nothing of it is kept. Check the date condition of its sql, or raise max_rows if that many are meant.',
  },
  'connect.feed-gone': {
    zh: '{source}：设置里已没有“{name}”对应的取数项或日期。本次不取；请核对 feeds 设置。',
    en: '{source}: the settings no longer have the feed or day of "{name}". It is not taken; check the setting feeds.',
  },
  'connect.unfinished-name': {
    zh: '“{name}”的文件名表示对方还在写入。暂不导入；对方改成正式文件名后自动导入。',
    en: '"{name}" bears the name of a file that is still being written. It waits; it is taken once the sender gives it its final name.',
  },
  'connect.done-file-missing': {
    zh: '“{name}”还没有完成标志文件“{done}”。暂不导入；对方放上标志文件后自动导入。',
    en: '"{name}" has no done file "{done}" beside it yet. It waits and is taken once the sender adds it.',
  },
  'connect.name-unreadable': {
    zh: '“{name}”的文件名既不是 UTF-8 也不是 GB18030，无法辨认。不导入；请对方改用可辨认的文件名重新发送。',
    en: 'The name "{name}" is neither UTF-8 nor GB18030 and cannot be read. It is not taken; ask the sender to send it under a readable name.',
  },
  'connect.not-yet-stable': {
    zh: '“{name}”刚刚还在变化（要求静止 {seconds} 秒）。暂不导入，下次采集再看。',
    en: '"{name}" changed a moment ago (it has to stand still for {seconds} seconds). It waits and is looked at again on the next collection.',
  },
  'connect.too-large': {
    zh: '{source}：“{name}”有 {bytes} 字节，超过上限 {limit} 字节。不导入；若确属正常，请调高该来源的上限。',
    en: '{source}: "{name}" has {bytes} bytes, more than the limit of {limit}. It is not taken; raise the limit of this source if the size is right.',
  },
  'connect.too-many': {
    zh: '{source}：{where} 列出的对象超过 {limit} 个。采集已停止；请缩小 pattern、depth 或 window_days，或请对方清理目录。',
    en: '{source}: {where} lists more than {limit} objects. Collecting is stopped; narrow pattern, depth or window_days, or ask the sender to tidy up.',
  },
  'connect.not-tried': {
    zh: '{source}：前面的故障使采集中止，“{name}”本次没有下载，下次自动继续。',
    en: '{source}: an earlier fault ended this collection; "{name}" was not fetched and is taken up by the next one.',
  },
  'connect.unexpected': {
    zh: '{source}：处理“{name}”时出现程序错误（{cause}）。该文件未导入，其余文件照常；请把此信息交给维护人员。',
    en: '{source}: a program error occurred with "{name}" ({cause}). It is not taken, the others go on; pass this message to the maintainers.',
  },
  'connect.winmail': {
    zh: '邮件“{subject}”（{from}）的附件是 Outlook 私有格式 {name}，里面的文件取不出来。不导入；请对方以“HTML 或纯文本格式”重新发送原始附件。',
    en: 'The mail "{subject}" from {from} carries its attachments inside {name}, a private format of Outlook. Nothing is taken; ask the sender to send it again as HTML or plain text mail.',
  },
  'land.too-large': {
    zh: '内容超过上限 {limit} 字节，已停止接收，未保存任何部分。若确属正常，请调高该来源的上限。',
    en: 'The content exceeds the limit of {limit} bytes; receiving was stopped and nothing of it is kept. Raise the limit of this source if the size is right.',
  },
  'land.missing': {
    zh: '原始文件 {sha256} 不在存储中。数据可追溯性受损；请从备份恢复该文件。',
    en: 'The stored bytes {sha256} are missing. They can no longer be traced to; restore the file from the backup.',
  },
  'land.missing-archived': {
    zh: '原始文件 {sha256} 既不在存储中，也不在归档目录 {archive}。若归档盘未挂载，挂载后重试；否则请从备份恢复该文件。',
    en: 'The stored bytes {sha256} are neither in the raw store nor in the archive {archive}. Mount the archive and try again, or restore the file from the backup.',
  },
  'land.no-archive': {
    zh: '没有归档目录。请设置 HUILIU_RAW_ARCHIVE。',
    en: 'There is no archive. Set HUILIU_RAW_ARCHIVE.',
  },
  'land.archive-closed': {
    zh: '归档目录 {archive} 无法写入（{cause}）。原文仍在原处；修好后再执行。',
    en: 'The archive {archive} cannot be written ({cause}). The files stay where they are; mend it and run again.',
  },
  'land.changed': {
    zh: '原始文件 {sha256} 的内容与其哈希不符，未归档。请从备份恢复该文件，再执行。',
    en: 'The stored bytes {sha256} are not what their name says; they were not archived. Restore the file from the backup and run again.',
  },
  'land.no-room': {
    zh: '原始文件存储写入失败（{cause}）。未导入；请检查磁盘空间和权限，之后自动重试。',
    en: 'The raw store cannot be written ({cause}). Nothing was taken; check disk space and rights, then it is retried.',
  },
} as const;
