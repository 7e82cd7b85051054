/** The golden record: records, keys, overrides, requests for changes. */
export const goldenMessages = {
  'golden.no-such-record': {
    zh: '没有客户、产品或其他主数据记录叫“{asked}”。可以用我们的编号（如 KH0000123）、终端或商业公司编码、“系统/编号”，或完整名称；用 huiliu customer find 查找。',
    en: 'No record of the master is called "{asked}". Give our number (like KH0000123), the code of a terminal or distributor, system/key, or the whole name; huiliu customer find looks for it.',
  },
  'golden.one-already': {
    zh: '“{one}”和“{other}”已经是同一条记录 {no}。',
    en: '"{one}" and "{other}" are one record already, {no}.',
  },
  'golden.not-ended': {
    zh: '没有待复核的人工值 {override}。huiliu customer overrides 列出待复核的。',
    en: 'No ended override {override} waits to be looked at. huiliu customer overrides lists them.',
  },
  'golden.nobody-waits': {
    zh: '没有行在等名称“{name}”。huiliu history waiting 列出在等的名称。',
    en: 'No row waits for the name "{name}". huiliu history waiting lists the names that are waited for.',
  },
  'golden.waits-in-several': {
    zh: '几个系统的行都在等“{name}”：{systems}。请用 --system 指明是哪个系统（接口：system）。',
    en: 'Rows of several systems wait for "{name}": {systems}. Say which with --system (API: system).',
  },
  'golden.several-records': {
    zh: '“{asked}”对应多条记录：{found}。请用其中一个编号。',
    en: '"{asked}" means several records: {found}. Give one of these numbers.',
  },
  'golden.no-such-key': {
    zh: '没有来源编号“{key}”。写法是 系统/编号，如 finance/C001；huiliu customer show 列出每条记录的来源编号。',
    en: 'There is no key "{key}". It is written system/key, like finance/C001; huiliu customer show lists the keys of a record.',
  },
  'golden.several-keys': {
    zh: '“{key}”在该系统里有多个身份：{roles}。请写成 系统/身份/编号。',
    en: '"{key}" has several roles in that system: {roles}. Write system/role/key.',
  },
  'golden.linked-already': {
    zh: '“{key}”已经属于 {no}，没有改动。',
    en: '"{key}" belongs to {no} already; nothing was changed.',
  },
  'golden.keys-of-several': {
    zh: '这些来源编号不属于同一条记录：{keys}。一次只能从一条记录中拆出。',
    en: 'These keys do not belong to one record: {keys}. Split one record at a time.',
  },
  'golden.nothing-left': {
    zh: '拆出“{keys}”后原记录就没有来源了；没有可拆的，没有改动。若它是合并进来的，请撤销合并那一批：huiliu customer undo 批次。',
    en: 'Without "{keys}" the record would have no source left: there is nothing to split, nothing was changed. If it was merged, take that batch back: huiliu customer undo BATCH.',
  },
  'golden.other-entity': {
    zh: '{no} 是另一类记录（{entity}），不能合在一起；没有改动。',
    en: '{no} is a record of another kind ({entity}); they cannot be one. Nothing was changed.',
  },
  'golden.supplier-apart': {
    zh: '供应商和客户从不合为一条记录（{no}）；没有改动。',
    en: 'A supplier and a customer are never one record ({no}); nothing was changed.',
  },
  'golden.no-such-attribute': {
    zh: '“{attribute}”不是这类记录的字段，没有改动。可用的字段：{known}。',
    en: '"{attribute}" is no field of such a record; nothing was changed. Fields are: {known}.',
  },
  'golden.until-past': {
    zh: '有效期 {until} 不在今天（{today}）之后，改值立刻就会失效；没有改动。',
    en: 'The end {until} is not after today ({today}): the override would be over at once. Nothing was changed.',
  },
  'golden.alike': {
    zh: '主数据中可能已经有了：{found}。没有写入任何内容；确实是另一个，请加 --anyway（接口：anyway: true）和理由，是同一个就合并（huiliu customer merge）。',
    en: 'The master may have it already: {found}. Nothing was written; if it is another one, say --anyway (programs: anyway: true) and why; if it is the same, huiliu customer merge.',
  },
  'golden.family-circle': {
    zh: '{child} 是 {parent} 的上级，不能再归到它下面；没有改动。',
    en: '{child} stands above {parent} already and cannot belong to it; nothing was changed.',
  },
  'golden.no-such-change': {
    zh: '没有“{kind}”这种变更；可以是：{known}。',
    en: 'There is no change "{kind}"; known are: {known}.',
  },
  'golden.unknown-request': {
    zh: '没有变更申请 {request}；huiliu customer requests 列出所有申请。',
    en: 'There is no change request {request}; huiliu customer requests lists them.',
  },
  'golden.request-answered': {
    zh: '变更申请 {request} 已处理（{what}）；没有改动。',
    en: 'Change request {request} is {what} already; nothing was changed.',
  },
  'golden.request-moot': {
    zh: '变更申请 {request} 已不需要：名单后来说了别的，或者申请的值已经生效；没有改动。',
    en: 'Change request {request} is not needed any more: the list says something else by now, or the value holds already. Nothing was changed.',
  },
  'golden.request-merged': {
    zh: '变更申请 {request} 说的记录 {merged} 后来已并入 {no}，不知道是否也适用于 {no}；没有改动。请驳回后对 {no} 重新提出。',
    en: 'Change request {request} is about {merged}, which is part of {no} since; whether it is meant for {no} is not known. Nothing was changed: refuse it and ask again for {no}.',
  },
  'golden.request-conflict': {
    zh: '变更申请 {request} 与同一次处理的申请 {other} 改的是同一处；本次只处理 {other}，请看过结果后再决定这一条。',
    en: 'Change request {request} is about the same as request {other} of this act; only {other} is done. Decide this one when you have seen the result.',
  },
  'golden.no-requests-meant': {
    zh: '没有指明哪些申请：请给出编号（如 12 15-40），或用 --import、--source、--batch、--kind、--field、--by 筛选。没有改动。',
    en: 'Which requests is not said: give numbers (like 12 15-40), or choose by --import, --source, --batch, --kind, --field, --by. Nothing was changed.',
  },
  'golden.bad-request-number': {
    zh: '“{given}”不是申请编号；应如 12 或 15-40（从小到大）。没有改动。',
    en: '"{given}" is no number of a request; expected e.g. 12 or 15-40, the lower one first. Nothing was changed.',
  },
  'golden.same-person': {
    zh: '变更申请 {request} 是 {actor} 自己提出的，须由另一个人批准；没有改动。',
    en: 'Change request {request} was made by {actor}; somebody else has to approve it. Nothing was changed.',
  },
  'golden.request-incomplete': {
    zh: '申请缺少：{missing}。没有提交。',
    en: 'The request lacks: {missing}. It was not made.',
  },
  'golden.asked-credit-code-length': {
    zh: '“{column}”的值“{value}”有 {length} 位，统一社会信用代码应为 18 位',
    en: '"{column}" is "{value}" with {length} characters; a unified social credit code has 18',
  },
  'golden.asked-credit-code-letter': {
    zh: '“{column}”的值“{value}”含有字母 {letter}，统一社会信用代码不使用此字母，可能是 {instead}',
    en: '"{column}" is "{value}" with the letter {letter}, which no unified social credit code has; perhaps {instead} is meant',
  },
  'golden.asked-credit-code-sign': {
    zh: '“{column}”的值“{value}”含有“{letter}”，统一社会信用代码只有数字和大写字母',
    en: '"{column}" is "{value}" with "{letter}"; a unified social credit code has digits and capital letters only',
  },
  'golden.asked-credit-code-checksum': {
    zh: '“{column}”的值“{value}”校验位不符：末位为 {last}，按前 17 位应为 {expected}',
    en: '"{column}" is "{value}", whose check character does not fit: it ends in {last}, the first 17 ask for {expected}',
  },
  'golden.asked-phone': {
    zh: '“{column}”的值“{value}”不像电话号码，应如 025-83106666 或 13800000000',
    en: '"{column}" is "{value}", which is no telephone number; expected e.g. 025-83106666 or 13800000000',
  },
  'golden.asked-mobile': {
    zh: '“{column}”的值“{value}”不像手机号，应为 11 位、以 13 至 19 开头',
    en: '"{column}" is "{value}", which is no mobile number; expected 11 digits that begin with 13 to 19',
  },
  'golden.asked-email': {
    zh: '“{column}”的值“{value}”不是电子邮箱，应如 name@example.com',
    en: '"{column}" is "{value}", which is no e-mail address; expected e.g. name@example.com',
  },
  'golden.asked-postcode': {
    zh: '“{column}”的值“{value}”不是邮政编码，应为 6 位数字',
    en: '"{column}" is "{value}", which is no postcode; expected are 6 digits',
  },
  'golden.request-faulty': {
    zh: '申请中的值有误：{faults}。没有提交；改正后再提。',
    en: 'Values of the request are wrong: {faults}. It was not made; correct them and ask again.',
  },
} as const satisfies Record<string, { readonly zh: string; readonly en: string }>;
