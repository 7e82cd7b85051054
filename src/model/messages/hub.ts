/** The hub itself: settings, database, runs, deliveries. */
export const hubMessages = {
  'hub.settings-invalid': {
    zh: '设置有误：{problems}',
    en: 'The settings are wrong: {problems}',
  },
  'hub.counts-differ': {
    zh: '{name}：写入行数与解码计数不符（写入 {copied}，应为 {loaded}，隔离 {quarantined}）。本次事务已回滚，未导入任何数据。这是程序缺陷，请附上该文件报告。',
    en: '{name}: rows written and rows counted differ (written {copied}, expected {loaded}, quarantined {quarantined}). The transaction was rolled back, nothing was loaded. This is our defect: please report it with the file.',
  },
  'hub.id-collision': {
    zh: '{name}：两个不同的原始写法得到相同的编号（{table} {id}）。已回滚，未导入任何数据。这是程序缺陷，请附上该文件报告。',
    en: '{name}: two spellings got the same id ({table} {id}). Rolled back, nothing was loaded. This is our defect: please report it with the file.',
  },
  'hub.loaded-meanwhile': {
    zh: '{name}：另一个步骤刚刚导入了同一交付件，本次结果作废，将重试。',
    en: '{name}: another step has loaded the same delivery meanwhile; this result is dropped and the step is tried again.',
  },
  'hub.lease-lost': {
    zh: '步骤 {stage} #{id} 的租约已转给其他进程，本次结果作废，由新的持有者继续。',
    en: 'Step {stage} #{id} now belongs to another process; this result is dropped and the new holder goes on.',
  },
  'hub.holders-vanished': {
    zh: '处理此步骤的进程接连消失了 {times} 次，不再自动重试。很可能是这一步使进程崩溃；请查看各进程日志中最后的记录，修正后再次运行。',
    en: 'The processes that worked on this step vanished {times} times in a row; it is not tried again by itself. Most likely it is what kills them: look at the last lines of their logs, correct it and run again.',
  },
  'hub.collect-timeout': {
    zh: '来源 {source}：采集超过 {minutes} 分钟仍未完成，已中止；已取得的文件都在。将重试；若对方确实很慢，请在来源的 expects 中调大 timeout_minutes。',
    en: 'Source {source}: collecting took more than {minutes} minutes and was stopped; what had come is kept. It is tried again; if they really are that slow, raise timeout_minutes in the expects of the source.',
  },
  'hub.database-newer': {
    zh: '数据库已由更新版本的汇流升级（本程序不认识：{unknown}）。为避免写错数据，本程序不在其上工作。请升级本机的汇流。',
    en: 'The database was brought up to date by a newer Huiliu (unknown here: {unknown}). So as not to write anything wrong this program does not work on it. Upgrade Huiliu on this machine.',
  },
  'hub.child-died': {
    zh: '{name}：解码进程异常结束（{cause}）。只影响这一个文件；多次失败后挂起。请把文件拆小，或请发送方改用 xlsx / csv。',
    en: '{name}: the decoding process died ({cause}). Only this file is affected; after several attempts it is held. Split the file, or ask the sender for xlsx or csv.',
  },
  'hub.unexpected': {
    zh: '{where}：程序出现意外错误（{cause}）。本步骤未提交任何数据，将重试。',
    en: '{where}: unexpected fault ({cause}). Nothing of this step was committed; it is retried.',
  },
  'hub.unknown-connector': {
    zh: '来源 {source}：没有名为 {connector} 的连接器。可用：{known}',
    en: 'Source {source}: there is no connector {connector}. Known: {known}',
  },
  'hub.unknown-layout': {
    zh: '来源 {source}：没有名为 {layout} 的版式。可用：{known}',
    en: 'Source {source}: there is no layout {layout}. Known: {known}',
  },
  'hub.unknown-source': {
    zh: '没有名为 {source} 的来源。用 huiliu sources list 查看全部来源。',
    en: 'There is no source {source}. See huiliu sources list.',
  },
  'hub.unknown-distributor': {
    zh: '来源 {source}：商业公司 {sender} 还不在主数据中。请先导入商业公司清单。',
    en: 'Source {source}: distributor {sender} is not in the master yet. Import the list of distributors first.',
  },
  'hub.same-day-conflict': {
    zh: '{name}：{day} 的 {kind} 数据此前已由 {other} 送达（{otherRows} 行），两份几乎没有相同的明细。无法判断是补充还是更正，整份已挂起。确认是更正后用 huiliu deliveries release 放行；若是补充，请在版式中设置 document: file。',
    en: '{name}: {kind} lines of {day} came before in {other} ({otherRows} rows) and hardly any line is the same. Whether this adds or replaces is unclear, so the delivery is held. Release it if it replaces; if it adds, set document: file in the layout.',
  },
  'hub.too-many-parts': {
    zh: '{name}：工作表或压缩成员超过 {limit} 个，整份挂起。请把文件拆开后重发。',
    en: '{name}: more than {limit} sheets or archive members; the delivery is held. Ask for smaller files.',
  },
  'hub.too-many-days': {
    zh: '{name}：业务日期与类别的组合超过 {limit} 个，整份挂起。请按年份拆开后重发。',
    en: '{name}: more than {limit} combinations of day and kind; the delivery is held. Ask for one file per year.',
  },
  'hub.source-invalid': {
    zh: '来源 {source} 的设置有误，未保存：\n  {problems}',
    en: 'Source {source} is not saved, its settings are wrong:\n  {problems}',
  },
  'hub.unknown-delivery': {
    zh: '没有编号为 {delivery} 的交付件。用 huiliu deliveries list 查看。',
    en: 'There is no delivery {delivery}. See huiliu deliveries list.',
  },
  'hub.no-scratch': {
    zh: '演练需要在您的数据库服务器上建立临时数据库，但该用户无权新建数据库（{cause}）。未改动任何数据。请授权（alter role ... createdb），或不设 DATABASE_URL，用自带的数据库演练。',
    en: 'The drill makes temporary databases on your server, and this user may not create any ({cause}). Nothing was changed. Grant it (alter role ... createdb), or run the drill without DATABASE_URL, on a server of its own.',
  },
  'hub.not-held': {
    zh: '交付件 {delivery}（{name}）没有挂起，无需放行；状态见 huiliu deliveries show {delivery}。',
    en: 'Delivery {delivery} ({name}) is not held, so there is nothing to release; see huiliu deliveries show {delivery}.',
  },
  'hub.not-waivable': {
    zh: '交付件 {delivery}（{name}）不能放行闸口 {refused}，未改动任何数据。它现在的闸口：{present}；其中可放行：{waivable}。不可放行的，请改正版式或来源设置（或请发送方重发），再用 huiliu deliveries release {delivery} 重试，不加 --waive。',
    en: 'The gates {refused} of delivery {delivery} ({name}) cannot be waived; nothing was changed. Its gates now: {present}; those that may be waived: {waivable}. For the others correct the layout or the source (or ask the sender for the file again), then try again with huiliu deliveries release {delivery}, without --waive.',
  },
  'hub.no-file': {
    zh: '读不到文件 {path}（{cause}）。',
    en: 'Cannot read the file {path} ({cause}).',
  },
  'hub.gone-secret': {
    zh: '找不到密钥引用 {reference}。请用 huiliu secrets set 存入，或设置该环境变量、文件。',
    en: 'The secret reference {reference} leads nowhere. Keep it with `huiliu secrets set`, or provide that variable or file.',
  },
  'hub.disk-full': {
    zh: '{folder} 所在磁盘只剩 {free} MB，低于 {least} MB（HUILIU_MIN_FREE_MB），未采集也未导入任何内容。请清理或扩容后再运行；已收到的都还在。',
    en: 'The disk of {folder} has {free} MB left, less than {least} MB (HUILIU_MIN_FREE_MB); nothing was collected or loaded. Make room and run it again; what was received before is safe.',
  },
  'hub.disk-fault': {
    zh: '{where}：本机磁盘写不进去（{cause}）。本步骤未提交任何数据，稍后自动重试；请清理或扩容，或查看磁盘是否被挂成只读。',
    en: '{where}: the disk of this machine takes nothing ({cause}). Nothing of this step was committed; it is tried again. Make room, or see whether the disk is read-only.',
  },
  'hub.home-unwritable': {
    zh: '{folder} 写不进去（{cause}）。请检查目录权限、磁盘是否已满或被挂成只读，然后再启动。',
    en: '{folder} cannot be written ({cause}). Check its rights and whether the disk is full or mounted read-only, then start again.',
  },
  'hub.secret-name': {
    zh: '“{name}”不能作为密码的名称，应为小写字母、数字、连字符，如 d01-ftp。未存入。',
    en: '"{name}" is no name for a secret; expected small letters, digits and hyphens, e.g. d01-ftp. Nothing was kept.',
  },
  'hub.secret-damaged': {
    zh: '密码“{name}”解不开：密钥不符或内容被改动过。请用 huiliu secrets set {name} 重新存入。',
    en: 'The secret "{name}" does not open: another key, or it was changed. Set it again with `huiliu secrets set {name}`.',
  },
  'hub.key-missing': {
    zh: '密钥文件 {path} 里没有密钥 {key}，用它加密的密码打不开。请恢复该文件的备份，或用 huiliu secrets set 逐个重新存入。',
    en: 'The key file {path} has no key {key}; what is sealed with it does not open. Restore that file, or set the secrets again with `huiliu secrets set`.',
  },
  'hub.key-file-unreadable': {
    zh: '密钥文件 {path} 读不出（{cause}）。请检查权限，或恢复备份。',
    en: 'The key file {path} cannot be read ({cause}). Check its rights, or restore it.',
  },
  'hub.source-file-invalid': {
    zh: '{file} 有 {count} 处错误，未保存任何来源：\n  {problems}',
    en: '{file} has {count} mistakes, no source was saved:\n  {problems}',
  },
} as const;
