/** The direct-connection agent: what the hub tells it, what it tells the distributor, and why nothing comes from it. */
export const agentMessages = {
  'agent.bad-batch': {
    zh: '这一批数据的格式不对（{cause}），没有收下任何一行。请升级直连客户端，或检查中间的代理是否改动了内容。',
    en: 'This batch is malformed ({cause}); no row of it was taken. Upgrade the agent, or see whether a proxy in between changes what it sends.',
  },
  'agent.unsigned': {
    zh: '请求没有有效签名，未处理。若客户端的密钥文件丢失或被换，请在汇流用 huiliu agents invite 重新邀请。',
    en: 'The request is not validly signed and was not looked at. If the key file of the agent was lost or replaced, invite it again with huiliu agents invite.',
  },
  'agent.revoked': {
    zh: '这个直连客户端的密钥已被吊销，汇流不再接收它的数据。本地数据保留不动；需要恢复时，请向厂家要新的邀请码并重新登记。',
    en: 'The key of this agent is revoked; the hub takes nothing from it any more. What waits here is kept; to go on, ask the manufacturer for a new invitation and enrol again.',
  },
  'agent.bad-code': {
    zh: '邀请码不对、已用过或已过期，没有登记。请向厂家要一个新的邀请码（有效期内只能用一次）。',
    en: 'This invitation is wrong, used or expired; nothing was enrolled. Ask the manufacturer for a new one (it works once, and for a limited time).',
  },
  'agent.replayed': {
    zh: '这个请求的序号（{sequence}）不大于已收到的（{last}），未处理。',
    en: 'The sequence number of this request ({sequence}) is not above the last one received ({last}); it was not looked at.',
  },
  'agent.too-large': {
    zh: '发来的内容超过上限（{limit} 字节），没有收下。',
    en: 'What was sent exceeds the limit of {limit} bytes; nothing of it was taken.',
  },
  'agent.over-quota': {
    zh: '来源 {source} 今天已收 {megabytes} MB，达到上限，明天继续收。数据在客户端保留。若属正常，请调高 megabytes_per_day。',
    en: 'Source {source} has sent {megabytes} MB today, which is its limit; it goes on tomorrow. The data wait at the agent. If this is normal, raise megabytes_per_day.',
  },
  'agent.inbox-full': {
    zh: '来源 {source} 有 {megabytes} MB 还没有入库，先不再收，数据在客户端保留。请运行 huiliu run nightly --source {source}。',
    en: '{megabytes} MB of source {source} wait to be loaded, so no more is taken for now; the data wait at the agent. Run huiliu run nightly --source {source}.',
  },
  'agent.busy': {
    zh: '汇流正忙，这一批没有收下，稍后自动重发。',
    en: 'The hub is busy; this batch was not taken and is sent again later.',
  },
  'agent.future-day': {
    zh: '{day} 还没有结束（汇流的今天是 {today}），这一天没有收，到时会再读。请检查电脑的时钟。',
    en: '{day} is not over yet (the hub has {today}); it was not taken and is read again in time. Check the clock of the machine.',
  },
  'agent.unknown-task': {
    zh: '汇流的配置里没有任务“{task}”（{kind}），没有收。',
    en: 'The hub has no task "{task}" ({kind}); it was not taken.',
  },
  'agent.wrong-sum': {
    zh: '“{unit}”的校验和对不上，没有收，客户端会重新读取并发送。',
    en: 'The checksum of "{unit}" does not agree; it was not taken, the agent reads and sends it again.',
  },

  'agent.not-enrolled': {
    zh: '直连客户端还没有登记（邀请码由 huiliu agents invite {source} 生成）。',
    en: 'The agent was never enrolled (huiliu agents invite {source} makes an invitation).',
  },
  'agent.is-revoked': { zh: '直连客户端的密钥已吊销，收不到数据。', en: 'The key of the agent is revoked; nothing is taken from it.' },
  'agent.is-paused': { zh: '直连客户端被 {by} 于 {since} 暂停：{why}', en: 'The agent was paused by {by} on {since}: {why}' },
  'agent.is-silent': {
    zh: '直连客户端失联，最后一次心跳 {since}。请让商业公司检查那台电脑是否开机、联网，程序是否在运行。',
    en: 'The agent is silent, last heard {since}. Ask the distributor whether that machine is on and online, and the program running.',
  },
  'agent.has-fault': {
    zh: '直连客户端在线，但任务 {task} 读不出数据：{cause}',
    en: 'The agent is there, but task {task} cannot read: {cause}',
  },
  'agent.is-waiting': {
    zh: '直连客户端在线，还有 {units} 个单元没有发完（最早 {since}）。',
    en: 'The agent is there; {units} units are still to be sent (the oldest from {since}).',
  },
  'agent.is-resting': {
    zh: '直连客户端在线，现在不在允许查询数据库的时段（{hours}）。',
    en: 'The agent is there, outside the hours in which it may ask the database ({hours}).',
  },
  'agent.is-working': { zh: '直连客户端在线，最后一次心跳 {since}。', en: 'The agent is there, last heard {since}.' },

  'agent.not-agent': {
    zh: '来源 {source} 的连接器是 {connector}，不是 agent。请先建一个 connector: agent 的来源。',
    en: 'The connector of source {source} is {connector}, not agent. Make a source with connector: agent first.',
  },
  'agent.no-key': {
    zh: '来源 {source} 没有有效的密钥，没有改动。',
    en: 'Source {source} has no live key; nothing was changed.',
  },
  'agent.needs-https': {
    zh: '地址 {url} 不是 https，没有连接。只有本机地址可以用 http；内网测试可加 --insecure-http。',
    en: 'The address {url} is not https; nothing was sent. Only this machine itself may be reached by http; add --insecure-http for a test in a closed network.',
  },
  'agent.no-identity': {
    zh: '{home} 里没有登记信息。请先运行：enrol <汇流地址> <邀请码>',
    en: 'Nothing is enrolled in {home}. Run first: enrol <hub-url> <code>',
  },
  'agent.enrolled-already': {
    zh: '{home} 里已经登记为 {agent}。要换成新的登记，请加 --again（密钥会换新，未发送的数据保留）。',
    en: '{home} is enrolled as {agent} already. Add --again to enrol anew (with a new key; what waits to be sent is kept).',
  },
  'agent.bad-settings': { zh: '{path} 有错，没有启动：\n  {problems}', en: '{path} is wrong, nothing was started:\n  {problems}' },
  'agent.file-invalid': {
    zh: '{file} 的客户端设置有误，未改动；请改正后再试一次（写法见 docs/agent.md）：\n  {problems}',
    en: 'The settings of the agent in {file} are wrong, nothing was changed; correct them and try again (docs/agent.md shows how):\n  {problems}',
  },
  'agent.is-running': {
    zh: '{home} 的直连客户端已经在运行，不能再启动一个。',
    en: 'An agent of {home} is running already; there cannot be two.',
  },
  'agent.unreachable': {
    zh: '连不上汇流 {url}（{cause}）。数据留在本地，自动重试；若持续失败，请检查网络、防火墙和地址。',
    en: 'Cannot reach the hub {url} ({cause}). The data wait here and are sent later; if it persists, check network, firewall and address.',
  },
  'agent.refused': { zh: '汇流 {url} 拒绝了请求（{status}）：{cause}', en: 'The hub {url} refused the request ({status}): {cause}' },
  'agent.statement-writes': {
    zh: '任务 {task} 的 SQL 不是单条 SELECT（{found}），没有执行。',
    en: 'The SQL of task {task} is not one SELECT ({found}); it was not run.',
  },
  'agent.columns-missing': {
    zh: '任务 {task} 的结果缺少列：{missing}（现有：{found}）。请在 SQL 里用 AS 起这些名字。没有发送。',
    en: 'The answer of task {task} lacks the columns {missing} (it has {found}). Name them with AS in the SQL. Nothing was sent.',
  },
  'agent.too-many-rows': {
    zh: '任务 {task} 在 {day} 的行数超过 max_rows（{limit}），这一天没有发送。请检查 SQL 的条件，或调高 max_rows。',
    en: 'Task {task} has more rows on {day} than max_rows ({limit}); that day was not sent. Check the condition of the SQL, or raise max_rows.',
  },
  'agent.unknown-task-here': {
    zh: '没有任务“{task}”；现有：{known}。',
    en: 'There is no task "{task}"; there are: {known}.',
  },
  'agent.no-database': {
    zh: '{path} 里还没有填写数据库连接（database）。',
    en: '{path} does not say yet how to reach the database (database).',
  },
} as const;
