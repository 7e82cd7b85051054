/** What the API says to programs, and the processes that serve it to their operators. */
export const apiMessages = {
  'api.no-key': {
    zh: '缺少有效的 API 密钥。请在 Authorization: Bearer 中给出密钥；用 huiliu keys add 新建，已吊销的不能再用。',
    en: 'A valid API key is missing. Send it as Authorization: Bearer; make one with huiliu keys add, a revoked one is of no use.',
  },
  'api.no-right': {
    zh: '密钥 {key} 没有权限 {right}（现有：{rights}）。请用 huiliu keys add 新建一个带此权限的密钥。',
    en: 'The key {key} has no right {right} (it has: {rights}). Make one that does with huiliu keys add.',
  },
  'api.unexpected': {
    zh: '程序出现意外错误，详情见服务日志。未完成的改动已回滚。',
    en: 'Unexpected fault; the log of the server says more. What was not finished was rolled back.',
  },
  'api.port-taken': {
    zh: '无法监听 {address}（{cause}）。请换一个端口（--port 或 HUILIU_PORT），或停止占用它的程序。',
    en: 'Cannot listen on {address} ({cause}). Choose another port (--port or HUILIU_PORT), or stop the program that has it.',
  },
  'api.key-name-taken': {
    zh: '名为 {name} 的密钥已存在（吊销的也算），未新建。请换一个名称。',
    en: 'There is a key {name} already (a revoked one counts); none was made. Choose another name.',
  },
  'api.unknown-key': {
    zh: '没有名为 {name} 的有效密钥，没有改动。用 huiliu keys list 查看。',
    en: 'There is no live key {name}; nothing was changed. See huiliu keys list.',
  },
  'api.not-json': {
    zh: '内容不是正确的 JSON，未作任何改动。请检查括号、引号和逗号，并以 UTF-8 发送。',
    en: 'This is no JSON; nothing was done. Check brackets, quotes and commas, and send it as UTF-8.',
  },
  'api.no-route': {
    zh: '没有这个地址，或它不接受 {method}。全部地址见 /v1/openapi.json。',
    en: 'There is no such address, or not for {method}. /v1/openapi.json lists all of them.',
  },
  'api.unreadable-text': {
    zh: '{field}：含有不能保存的字符（空字符或半个字符），未作任何改动。',
    en: '{field}: has a character that cannot be kept (a null character, or half of one); nothing was done.',
  },
  'api.too-large': { zh: '内容太大，未接收。', en: 'This is too large and was not taken.' },
  'api.refused': {
    zh: '请求不被接受（HTTP {status}），未作任何改动。',
    en: 'The request was not accepted (HTTP {status}); nothing was done.',
  },
  'reconcile.nothing-asked': { zh: 'queries 与 extend 都没有给出', en: 'neither queries nor extend was given' },
  'reconcile.no-route': { zh: '没有这个地址：{path}', en: 'no such route: {path}' },
  'reconcile.no-terminal': { zh: '没有终端 {id}', en: 'no such terminal: {id}' },
  'reconcile.no-method': { zh: '这里不接受 {method}；请用 {methods}', en: '{method} is not answered here; use {methods}' },
  'reconcile.too-many': { zh: '一次给了 {count} 个，最多 {most} 个', en: '{count} at once; at most {most}' },
  'reconcile.no-key': { zh: '缺少 API 密钥', en: 'a key is needed' },
  'reconcile.bad-key': { zh: '这个 API 密钥无效', en: 'this key is not valid' },
  'reconcile.no-right': { zh: '这个 API 密钥没有权限 reconcile', en: 'this key may not reconcile' },
} as const;
