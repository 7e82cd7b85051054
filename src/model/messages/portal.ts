/** Talking to a portal made for people. */
export const portalMessages = {
  'portal.too-many-redirects': {
    zh: '{source}：{where} 连续转向超过 {limit} 次，未读取任何内容。请用浏览器看一看，多半是登录状态或地址不对。',
    en: '{source}: {where} redirected more than {limit} times; nothing was read. Look at it in a browser: most likely the login or the address is wrong.',
  },
  'portal.host-refused': {
    zh: '{source}：{where} 要转到 {host}，不在允许的主机之内，未发送请求。确属同一门户请写入设置 hosts；https 门户转到 http 一律拒绝。',
    en: '{source}: {where} leads to {host}, which is not among the allowed hosts; nothing was sent there. If it belongs to the portal, add it to the setting hosts; from https to plain http is never followed.',
  },
  'portal.refused': {
    zh: '{source}：{where}{path} 回应状态 {status}（{cause}）。本次未读取；请核对地址与账号权限。',
    en: '{source}: {where}{path} answered with status {status} ({cause}). Nothing was read; check the address and the rights of the account.',
  },
  'portal.form-missing': {
    zh: '{source}：页面 {page} 上找不到表单“{form}”（该页有 {count} 个表单）。页面可能改版或没有登录；未读取任何内容。请用 huiliu portal try 看每一步。',
    en: '{source}: page {page} has no form "{form}" (it has {count} forms). The page may have changed, or the login failed; nothing was read. huiliu portal try shows every step.',
  },
  'portal.field-missing': {
    zh: '{source}：页面 {page} 的表单里没有“{field}”，现有：{fields}。页面可能改版；未提交任何内容。请改正配方（字段名前加 + 表示页面上没有也要发送）。',
    en: '{source}: the form of page {page} has no "{field}"; it has: {fields}. The page may have changed; nothing was submitted. Correct the recipe (a + before the name sends it although the page has none).',
  },
  'portal.link-missing': {
    zh: '{source}：页面 {page} 上找不到链接“{link}”，或它不是能直接打开的链接。未读取任何内容；请改正配方，需要脚本的页面用 browser: true。',
    en: '{source}: page {page} has no link "{link}", or none that can be followed. Nothing was read; correct the recipe, and use browser: true for pages that need script.',
  },
  'portal.value-missing': {
    zh: '{source}：页面 {page} 上取不到“{name}”（{at}）。页面可能改版；未读取任何内容。',
    en: '{source}: "{name}" ({at}) is not on page {page}. The page may have changed; nothing was read.',
  },
  'portal.not-expected': {
    zh: '{source}：第 {step} 步后的页面 {page} 不是应有的样子（应有：{expected}；实际：{cause}）。未读取任何内容。',
    en: '{source}: after step {step}, page {page} is not what it should be (expected {expected}; it says: {cause}). Nothing was read.',
  },
  'portal.table-missing': {
    zh: '{source}：页面 {page} 上没有表格“{at}”，也没有“无数据”的提示（页面内容：{cause}）。未读取任何内容；请改正 table.at，或用 table.empty 写明没有数据时页面怎么说。',
    en: '{source}: page {page} has no table "{at}" and does not say that there is nothing (it says: {cause}). Nothing was read; correct table.at, or tell with table.empty what the page says when there are no rows.',
  },
  'portal.columns-missing': {
    zh: '{source}：页面 {page} 的表格缺少列 {missing}，现有：{found}。未读取任何内容；请对照页面改正配方。',
    en: '{source}: the table of page {page} has no column {missing}; it has: {found}. Nothing was read; compare the recipe with the page.',
  },
  'portal.odd-row': {
    zh: '{source}：页面 {page} 的表格第 {row} 行有 {cells} 格，表头有 {titles} 列，对不上（{cause}）。整页未读取，以免错列。',
    en: '{source}: row {row} of the table of page {page} has {cells} cells under {titles} titles ({cause}). Nothing of it was read, lest figures go into wrong columns.',
  },
  'portal.total-missing': {
    zh: '{source}：页面 {page} 有 {rows} 行，却没有“{label}”行，无法核对。未读取任何内容；页面可能不完整或已改版。',
    en: '{source}: page {page} has {rows} rows but no row "{label}" to check them against. Nothing was read; the page may be incomplete or changed.',
  },
  'portal.total-differs': {
    zh: '{source}：“{column}”各行之和为 {sum}，页面的{label}行写的是 {stated}，对不上。未保存，稍后自动重读；若一直如此，请核对配方的 total。',
    en: '{source}: the rows of "{column}" add up to {sum}, but the row {label} says {stated}. Nothing is kept, it is read again later; if it stays so, check total in the recipe.',
  },
  'portal.pages-moving': {
    zh: '{source}：“{feed}”翻页期间数据一直在变（重读 {times} 遍仍不一致：{cause}）。未保存，以免漏行或重行；稍后自动重读。',
    en: '{source}: the pages of "{feed}" kept moving while they were read ({times} passes disagree: {cause}). Nothing is kept, lest rows are missed or taken twice; it is read again later.',
  },
  'portal.too-many-pages': {
    zh: '{source}：“{feed}”超过 {limit} 页仍未结束，已停止，未保存。请核对 pages 设置；确有更多请调大 max。',
    en: '{source}: "{feed}" does not end after {limit} pages; reading stopped, nothing is kept. Check pages, or raise max if there are that many.',
  },
  'portal.page-instead-of-file': {
    zh: '{source}：本应下载 {expected} 文件，{where} 给的是网页（{cause}）。未保存；多半是登录过期或报错页。',
    en: '{source}: {where} gave a web page instead of a {expected} file ({cause}). It is not kept; most likely the login is over, or it is an error page.',
  },
  'portal.login-unproven': {
    zh: '{source}：提交登录后，{where} 没有显示登录成功的样子（页面说：{cause}）。采集已停止；请核对配方 login.ok 与页面是否改版。',
    en: '{source}: after the login, {where} does not look as it does to somebody logged in (it says: {cause}). Collecting is stopped; check login.ok of the recipe, and whether the page has changed.',
  },
  'portal.session-over': {
    zh: '{source}：{where} 反复说登录已过期。本次未读取；同一账号可能有人正在使用，稍后自动重试。',
    en: '{source}: {where} says again and again that the session is over. Nothing was read; somebody else may be using the account. It is tried again later.',
  },
  'portal.waits-for-answer': {
    zh: '{source}：登录 {where} 要人看{what}{prompt}（编号 {id}，有效至 {until}）。采集在等；查看 huiliu portal show {id}，回答 huiliu portal answer {id} 答案；过期了用 huiliu portal login {source}。',
    en: '{source}: logging in to {where} needs a person to read {what}{prompt} (number {id}, valid until {until}). The source waits; see huiliu portal show {id}, answer with huiliu portal answer {id} TEXT, or huiliu portal login {source} when it has expired.',
  },
  'portal.answer-refused': {
    zh: '{source}：{where} 不接受刚才的答案（{cause}）。未登录；请用 huiliu portal login {source} 再试。',
    en: '{source}: {where} does not accept the answer ({cause}). Not logged in; try again with huiliu portal login {source}.',
  },
  'portal.question-image-missing': {
    zh: '{source}：登录页 {page} 上找不到验证码图片“{image}”。页面可能改版；未登录。',
    en: '{source}: the login page {page} has no picture "{image}". It may have changed; not logged in.',
  },
  'portal.outside-hours': {
    zh: '约定只在 {from}–{to} 访问 {where}，现在不访问；到时自动继续。',
    en: '{where} may be asked between {from} and {to} only, as agreed. It waits and goes on by itself then.',
  },
  'portal.account-busy': {
    zh: '{source}：账号 {account} 正被另一个采集使用，等了 {minutes} 分钟仍未空出。一个账号同时只登录一次；稍后自动重试。',
    en: '{source}: account {account} is in use by another collection and was not free after {minutes} minutes. An account is used once at a time; it is tried again later.',
  },
  'portal.page-changed': {
    zh: '{source}：门户页面变了（{place}）。少了：{gone}；多了：{added}。为免读错，已停止读取；请看 huiliu portal pages {source}，确认无误后 huiliu portal accept {source}，否则先改配方。',
    en: '{source}: a page of the portal has changed ({place}). Gone: {gone}; new: {added}. Reading is stopped, lest it is read wrong; look with huiliu portal pages {source}, then huiliu portal accept {source}, or correct the recipe.',
  },
  'portal.no-browser': {
    zh: '{source}：配方需要浏览器（browser: true），本机找不到 Chromium。请安装（Debian：apt install chromium），或用环境变量 HUILIU_CHROMIUM 指出可执行文件。',
    en: '{source}: the recipe needs a browser (browser: true), and no Chromium was found. Install one (Debian: apt install chromium), or name the program in HUILIU_CHROMIUM.',
  },
  'portal.browser-step-failed': {
    zh: '{source}：浏览器在第 {step} 步（{did}）没有成功：{cause}。未读取任何内容；页面可能改版或太慢。',
    en: '{source}: the browser failed at step {step} ({did}): {cause}. Nothing was read; the page may have changed, or is too slow.',
  },
  'portal.no-answer-of-that-id': {
    zh: '没有编号为 {id} 的待答问题。用 huiliu portal questions 查看。',
    en: 'There is no open question {id}. See huiliu portal questions.',
  },
  'portal.question-over': {
    zh: '问题 {id} 不能再回答（{what}），答案不再有用。请用 huiliu portal login {source} 取一个新的。',
    en: 'Question {id} is over ({what}); an answer no longer helps. Get a new one with huiliu portal login {source}.',
  },
  'portal.not-a-portal': {
    zh: '来源“{source}”的连接器是 {connector}，不是 portal。',
    en: 'Source "{source}" has the connector {connector}, not portal.',
  },
} as const;
