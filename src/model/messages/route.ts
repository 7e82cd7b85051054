/** What each route of the API does, as its description says it (`GET /v1/openapi.json`, docs/api.md). */
export const routeMessages = {
  'route.info': {
    zh: '精确的数（数量、金额）都是文字。回答的语言由 Accept-Language 决定（默认中文）。错误都写成 {error: {class, code, message}}。不在此列的：客户端协议（docs/agent.md）、名称配对服务（docs/reconciliation-service.md）、一次性上传页面（docs/uploads.md）。',
    en: 'Exact numbers (quantities, money) are text. Accept-Language decides the language of what people read (Chinese, unless English comes first). Every fault is {error: {class, code, message}}. Not listed: the protocol of agents (docs/agent.md), the reconciliation service (docs/reconciliation-service.md), pages of one-time links (docs/uploads.md).',
  },
  'route.key': {
    zh: '用 huiliu keys add 名称 --right 权限 新建；也可作 Basic 认证的密码，或放在 X-Api-Key。',
    en: 'Made by huiliu keys add NAME --right RIGHT; also taken as the password of basic authentication, or as X-Api-Key.',
  },
  'route.openapi': { zh: '本接口的说明（OpenAPI 3.1）', en: 'This description (OpenAPI 3.1)' },
  'route.live': { zh: '进程在运行', en: 'The process answers' },
  'route.ready': { zh: '能否工作；不能时回答 503 和原因', en: 'Whether it can work; 503 with what is wrong when not' },
  'route.metrics': { zh: 'Prometheus 指标（文本）', en: 'Metrics for Prometheus, as text' },
  'route.changes': {
    zh: '主数据的变更，按提交顺序、无间断；after 之后的一页，带 ETag（没有新的回答 304）',
    en: 'Changes of the master in the order of commits, without gaps: the page after a number, with an ETag (304 when nothing is new)',
  },
  'route.find': {
    zh: '查找：编号、代码、信用代码，名称或流向写法的一部分；合同、订单、发货、发票、应收、收款的单据号查到其客户',
    en: 'Search by number, key, credit code, part of a name or of a spelling in the flow; the number of a contract, order, shipment, invoice, receivable or receipt finds its customer',
  },
  'route.record': {
    zh: '一条记录：按本系统编号，或“系统:种类:代码”（如 oa:customer:C17）；已合并的编号回答并入的那条',
    en: 'A record by our number or as system:entity:key (oa:customer:C17); a number that was merged away answers with its survivor',
  },
  'route.parity': {
    zh: '订阅方报告它在某个变更号时的条数和校验值；回答是否与我们一致（算法见 docs/sharing.md）',
    en: 'A subscriber says count and hash of what it holds after a change; the answer says whether we held the same (docs/sharing.md)',
  },
  'route.parity-records': {
    zh: '逐条对账：内容为 csv（no 与 hash，或全部字段）；回答哪些记录、哪些字段不同',
    en: 'The same record by record: a csv of no and hash, or of all values; the answer names what differs',
  },
  'route.change-requests': {
    zh: '待批准的变更申请（all=true 含已办的）',
    en: 'Change requests that wait for approval (all=true: all of them)',
  },
  'route.change-request': {
    zh: '一项申请，以及现在批准会怎样：改变的记录和值；合并还有两条记录的不同、随之转移的名称、流向、单据；关闭还有名下的这些。办过的申请 approval 为 null',
    en: 'One request, and what its approval would do now: records and values that change; of a merge also in what the two differ and which names, lines and papers go along; of a closing what hangs on the record. approval is null when it was answered',
  },
  'route.ask-change': {
    zh: '申请变更主数据：new、rename、close、merge、move；由人批准后生效。可能已有时回答 409 和候选',
    en: 'Asks for a change of the master: new, rename, close, merge, move; a person approves it. 409 with candidates when it may be there already',
  },
  'route.answer-changes': {
    zh: '批准或驳回多项申请（编号、区间，或按来源、导入、字段等条件）；preview: true（默认）只看会怎样',
    en: 'Approves or rejects many requests as one act (numbers, ranges, or by source, import, field ...); preview: true (the default) only says what would happen',
  },
  'route.crosswalk': {
    zh: '某系统的代码在某天指哪条记录（按 knownAt 时所知）：no 是代码本身所属的，survivor 是按当时的合并实际所指的，today 是它现在指的',
    en: 'Which record a key of a system meant on a day, as far as was known at knownAt: no is the one the key itself was given to, survivor the one it meant by the merges known then, today the one it means today',
  },
  'route.waiting-names': { zh: '对不上的客户名称，等人指认', en: 'Names of customers that rows refer to in vain' },
  'route.answer-name': { zh: '指认一个名称是哪个客户', en: 'Says which customer such a name means' },
  'route.duplicates': {
    zh: '疑似重复的客户，最像的在前；lookedAt：匹配器最近核对的时间，notLooked：尚未核对的客户数',
    en: 'Customers that may be one, the likeliest first; lookedAt: when the matcher looked last, notLooked: customers not compared yet',
  },
  'route.decide-duplicate': {
    zh: '裁决一对：merge（并入）或 apart（不是同一家）；preview: true 只看会怎样',
    en: 'Decides a pair: merge, or apart (not one); preview: true only says what would happen',
  },
  'route.ended-overrides': { zh: '已自动失效、等人复核的人工值', en: 'Overrides that ended by themselves and wait for a person' },
  'route.late': {
    zh: '关账后迟到或更正的变化：计入本月的，或属于本月而计入以后的',
    en: 'What came late for closed months, or corrects them: counted in this month, or of it and counted later',
  },
  'route.closings': { zh: '哪些月份已关账，由谁，哪些又重开', en: 'Which months were closed, by whom, and reopened' },
  'route.figures': { zh: '某月各商业公司的合计', en: 'Totals of a month by distributor' },
  'route.figure-rows': { zh: '某月的明细：终端 × 产品 × 商业公司', en: 'Rows of a month: terminal x product x distributor' },
  'route.balance': { zh: '进销存平衡，按产品和批号', en: 'Stock balance by product and lot' },
  'route.chain': { zh: '每笔采购与上游销售的核对', en: 'Each purchase against the sale of its supplier' },
  'route.scorecard': { zh: '商业公司的准时、完整、匹配与平衡', en: 'Punctuality, completeness, mapping and balance by distributor' },
  'route.uploads': { zh: '人工提交的文件', en: 'Files that people handed in' },
  'route.upload': { zh: '其中一份，及与已有数据的比较', en: 'One of them, with how it compares to what is there' },
  'route.hand-in': {
    zh: '提交一份文件（内容即文件字节）；不立即生效，须有人采纳',
    en: 'Hands in a file (the body is its bytes); nothing takes effect before somebody takes it',
  },
  'route.portal-questions': { zh: '门户等人回答的问题（验证码等）', en: 'What portals ask a person (captchas ...)' },
  'route.portal-image': { zh: '问题的图片', en: 'The picture of a question' },
  'route.portal-answer': { zh: '回答一个问题，采集随即继续', en: 'Answers a question; the collection goes on' },
  'route.portal-pages': { zh: '已变样、等人确认的门户页面', en: 'Pages of portals that have changed and wait for a person' },
  'route.portal-accept': { zh: '确认一个来源的新页面', en: 'Agrees to the new pages of a source' },
} as const;
