/** Files that people hand in: what speaks against them, and why one is not taken. */
export const uploadMessages = {
  'upload.known': {
    zh: '{name}：同样内容已经作为交付件 #{id}（{known}）收到过，不需要再上传。用 huiliu deliveries show {id} 查看。',
    en: '{name}: the same bytes have arrived before as delivery #{id} ({known}); there is nothing to upload. Look at it: huiliu deliveries show {id}.',
  },
  'upload.unknown': {
    zh: '没有编号为 {id} 的上传。用 huiliu upload list 查看。',
    en: 'There is no upload {id}. List them: huiliu upload list.',
  },
  'upload.decided': {
    zh: '上传 {id} 已由 {by} 处理（{state}），不能再改；有出入请让对方重新上传。',
    en: 'Upload {id} was decided by {by} ({state}) and stays so; if it was wrong, have the file handed in again.',
  },
  'upload.link-over': {
    zh: '此上传链接无效、已过期、已用过或已撤销。请向发给您链接的人索取新的链接。',
    en: 'This link is not valid: it is over, was used up or taken back. Ask whoever gave it to you for a new one.',
  },
  'upload.too-fast': {
    zh: '请求太频繁，请一分钟后再试。',
    en: 'Too many requests: try again in a minute.',
  },
  'upload.no-file': {
    zh: '没有收到文件。请先选择文件再上传。',
    en: 'No file came. Choose a file first.',
  },
  'upload.too-large': {
    zh: '文件超过 {limit} MB，没有保存。请压缩成 zip，或分成几份。',
    en: 'The file is larger than {limit} MB and was not kept. Zip it, or split it.',
  },
  'upload.bad-period': {
    zh: '日期“{from}”至“{to}”不成立：from 与 to 都写成 yyyy-MM-dd，且 from 不晚于 to；不限日期就都不写。没有接收文件。',
    en: 'The days "{from}" to "{to}" make no sense: give both from and to as yyyy-MM-dd, from not after to, or neither. The file was not taken.',
  },
  'upload.saved-by': {
    zh: '{name} 最后由「{by}」用 {program} 保存，时间 {at}：经过人手。',
    en: '{name} was last saved by "{by}" with {program} at {at}: it went through a hand.',
  },
  'upload.other-program': {
    zh: '此文件由 {program} 写出；自动来的文件由 {usual} 写出。',
    en: 'This file was written by {program}; files that come by themselves are written by {usual}.',
  },
  'upload.few-changed': {
    zh: '与自动来的 {files} 相比，{rows} 行中只有少数不同：改 {changed}、增 {added}、删 {removed}。很像在原文件上手工改过，请逐行核对。',
    en: 'Beside what came by itself ({files}), few of {rows} rows differ: {changed} changed, {added} added, {removed} removed. It looks edited by hand: check every one.',
  },
  'upload.differs': {
    zh: '与自动来的 {files} 相比，{rows} 行中改 {changed}、增 {added}、删 {removed}。',
    en: 'Beside what came by itself ({files}), of {rows} rows {changed} are changed, {added} added, {removed} removed.',
  },
  'upload.same': {
    zh: '与自动来的 {files} 逐行相同（{rows} 行），没有必要手工上传。',
    en: 'It says the same as what came by itself ({files}), row by row ({rows}): no upload is needed.',
  },
  'upload.outside': {
    zh: '说是 {from} 到 {to} 的数据，文件里还有 {days}。',
    en: 'It is said to be about {from} to {to}, and has lines of {days}.',
  },
} as const satisfies Record<string, { zh: string; en: string }>;
