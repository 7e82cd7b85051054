/** Headings, global options and usage faults. */
export const helpTexts = {
  'help.about': {
    zh: '汇流：收集各商业公司的流向数据，逐行有据地汇成一份客户主数据。',
    en: 'Huiliu collects what really sold where (流向) from every distributor into one customer master, every row accounted for.',
  },
  'help.Usage:': { zh: '用法：', en: 'Usage:' },
  'help.Arguments:': { zh: '参数：', en: 'Arguments:' },
  'help.Options:': { zh: '选项：', en: 'Options:' },
  'help.Commands:': { zh: '命令：', en: 'Commands:' },
  'help.Global Options:': { zh: '全局选项：', en: 'Global options:' },
  'help.default': { zh: '默认', en: 'default' },
  'help.option-help': { zh: '显示帮助', en: 'show help' },
  'help.command-help': { zh: '显示某个命令的帮助', en: 'show help for a command' },
  'help.option-version': { zh: '显示版本号', en: 'show the version' },
  'help.option-json': {
    zh: '标准输出只给一个 JSON 值，其余写到标准错误',
    en: 'exactly one JSON value on stdout, everything else on stderr',
  },
  'help.option-lang': { zh: '语言：zh 或 en（HUILIU_LANG）', en: 'language: zh or en (HUILIU_LANG)' },
  'help.option-home': { zh: '数据目录，默认 .huiliu（HUILIU_HOME）', en: 'folder of the hub, .huiliu by default (HUILIU_HOME)' },
  'help.exit-codes': {
    zh: '退出码：0 正常 · 1 故障 · 2 用法、设置或输入有误 · 3 需要处理（有挂起、失败或缺失） · 130 被中断',
    en: 'Exit codes: 0 ok · 1 fault · 2 wrong usage, settings or input · 3 needs attention (held, failed or missing) · 130 interrupted',
  },
  'usage.unknown-command': { zh: '没有命令 {name}。', en: 'There is no command {name}.' },
  'usage.unknown-option': { zh: '没有选项 {name}。', en: 'There is no option {name}.' },
  'usage.missing-argument': { zh: '缺少参数 {name}。', en: 'The argument {name} is missing.' },
  'usage.missing-option': { zh: '缺少必需的选项 {name}。', en: 'The option {name} is required.' },
  'usage.missing-value': { zh: '选项 {name} 后面要有值。', en: 'The option {name} needs a value.' },
  'usage.bad-value': { zh: '{name} 的值不对。{detail}', en: 'Wrong value for {name}. {detail}' },
  'usage.too-many': { zh: '参数太多。', en: 'Too many arguments.' },
  'usage.no-command': { zh: '还差一个子命令。', en: 'A subcommand is missing.' },
  'usage.see-help': { zh: '用法见 {command} --help', en: 'See {command} --help' },
  'usage.did-you-mean': { zh: '是不是 {name}？', en: 'Did you mean {name}?' },
  'fault.heading': { zh: '出错', en: 'Error' },
  'fault.stack-hint': {
    zh: '要看完整的出错位置，设置 HUILIU_DEBUG=1 再运行一次。',
    en: 'For the stack, set HUILIU_DEBUG=1 and run it again.',
  },
  'fault.no-database': {
    zh: '连不上数据库（{cause}）。未改动任何数据；请检查 DATABASE_URL，或运行 huiliu doctor。',
    en: 'The database cannot be reached ({cause}). Nothing was changed; check DATABASE_URL or run huiliu doctor.',
  },
  'fault.interrupted': {
    zh: '正在停止……已提交的数据都在，下次运行会接着做。再按一次 Ctrl-C 立即结束。',
    en: 'Stopping... What is committed stays; the next run goes on from here. Ctrl-C again ends at once.',
  },
  'mistake.code': {
    zh: '应为小写字母、数字和连字符，最长 63 个，如 d01-ftp',
    en: 'small letters, digits and hyphens, at most 63, such as d01-ftp',
  },
  'mistake.time': { zh: '应为加引号的时刻，如 "08:00"', en: 'a time in quotes, such as "08:00"' },
  'mistake.cron': {
    zh: '应为五段的 cron 表达式：分 时 日 月 周，如 "0 2 * * *"',
    en: 'a cron expression of five fields: minute hour day month weekday, such as "0 2 * * *"',
  },
  'mistake.zone': { zh: '没有这个时区；如 Asia/Shanghai', en: 'there is no such time zone; an example is Asia/Shanghai' },
  'mistake.twice': { zh: '“{value}”出现了两次', en: '"{value}" is there twice' },
  'mistake.portal-sign': {
    zh: '应写明至少一样：at（选择器）、text（页面上的字）或 path（地址）',
    en: 'needs one of: at (a selector), text (on the page) or path (of the address)',
  },
  'mistake.portal-request': {
    zh: '应为以 / 开头的路径，或含 path、method、query、form、headers 的对象',
    en: 'a path that begins with /, or an object with path, method, query, form, headers',
  },
  'mistake.portal-take': {
    zh: '应为选择器，或含 at、attribute、pattern 的对象（at 与 pattern 至少一个）',
    en: 'a selector, or an object with at, attribute, pattern (at or pattern at least)',
  },
  'mistake.portal-pattern': { zh: '不是正确的正则表达式', en: 'is not a regular expression' },
  'mistake.portal-step': {
    zh: '一步只做一件事：open、submit、follow、take、expect，或浏览器的 goto、fill、choose、click、wait',
    en: 'a step does one thing: open, submit, follow, take, expect, or of a browser goto, fill, choose, click, wait',
  },
  'mistake.portal-browser-step': { zh: '这一步要浏览器：在该项写 browser: true', en: 'needs a browser: say browser: true' },
  'mistake.portal-http-step': {
    zh: '用浏览器时没有这一项；步骤可用 goto、fill、choose、click、wait、take、expect',
    en: 'not with a browser; steps there are goto, fill, choose, click, wait, take, expect',
  },
  'mistake.portal-click': { zh: '用浏览器下载时要写明点哪里（click）', en: 'with a browser, say what to click' },
  'mistake.portal-login-steps': { zh: 'steps 只用于 browser: true 的登录', en: 'steps are for a login with browser: true' },
  'mistake.portal-login-then': { zh: '浏览器登录的第二步写在 steps 里', en: 'with a browser, a second form belongs into steps' },
  'mistake.portal-result': { zh: '应写明且只写一样：table、json 或 download', en: 'needs exactly one of table, json, download' },
  'mistake.portal-each': {
    zh: '应含 as，加上 of（值列表），或 open 与 at（页面与选择器）',
    en: 'needs as, with of (a list of values), or with open and at (a page and a selector)',
  },
  'mistake.portal-each-download': {
    zh: '下载不能逐个产品进行；请为每个产品各写一项',
    en: 'a download cannot go product by product; write a feed for each',
  },
  'mistake.portal-host': { zh: '应为小写主机名，可带端口', en: 'a host name in small letters, with a port if need be' },
  'mistake.portal-terms': {
    zh: '请写明依据：谁同意的、约定了什么（合同条款或邮件）',
    en: 'say who allowed it and what was agreed (clause of a contract, a mail)',
  },
  'mistake.portal-account': {
    zh: '有 login 就要有 user 和 password（引用）',
    en: 'with login, user and password (a reference) are needed',
  },
  'mistake.portal-names': { zh: '每个 name 只能出现一次', en: 'each name once' },
  'mistake.connector': { zh: '没有连接器“{value}”；可用：{known}', en: 'there is no connector "{value}"; known: {known}' },
  'mistake.secret': {
    zh: '这里写了明文密钥；请改写为引用：secret:名称（用 huiliu secrets set 存入）、env:名称 或 file:/路径',
    en: 'a secret stands here; write a reference to it: secret:name (kept with `huiliu secrets set`), env:NAME or file:/path',
  },
  'mistake.layout': { zh: '没有版式“{value}”；见 huiliu layout list', en: 'there is no layout "{value}"; see huiliu layout list' },
  'mistake.sender': {
    zh: '主数据中没有商业公司“{value}”；请先导入商业公司清单',
    en: 'the master knows no distributor "{value}"; import the list of distributors first',
  },
} as const;
