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
    zh: '没有名为 {name} 的有效密钥，未吊销任何密钥。用 huiliu keys list 查看。',
    en: 'There is no live key {name}; none was revoked. See huiliu keys list.',
  },
} as const;
