import type { Language } from '../model/message.js';
import { type Notice, wordNotice } from './notice.js';

/** The body of our webhook: the notice as data and as words. */
export function webhookBody(id: string, notice: Notice, language: Language): string {
  const { title, lines } = wordNotice(notice, language);
  return JSON.stringify({ id, ...notice, title, text: lines.join('\n') });
}

/** A markdown message of a 企业微信 group robot: at most 4,096 bytes of UTF-8. */
export function wecomBody(notice: Notice, language: Language): string {
  const { title, lines } = wordNotice(notice, language);
  const colour = notice.occasion === 'recovered' ? 'info' : 'warning';
  const content = [`<font color="${colour}">${plain(title)}</font>`, ...lines.map(plain)];
  while (Buffer.byteLength(content.join('\n')) > 4096 && content.length > 2) content.splice(-2, 1);
  return JSON.stringify({ msgtype: 'markdown', markdown: { content: cutTo(content.join('\n'), 4096) } });
}

/** A markdown message of a 钉钉 group robot: at most 20,000 bytes; line breaks are two spaces and a break. */
export function dingtalkBody(notice: Notice, language: Language): string {
  const { title, lines } = wordNotice(notice, language);
  return JSON.stringify({
    msgtype: 'markdown',
    markdown: { title, text: cutTo([`#### ${plain(title)}`, ...lines.map(plain)].join('  \n'), 20_000) },
  });
}

/** Names come from senders: they must not become links, mentions or markup. */
function plain(text: string): string {
  return text.replace(/[\p{Cc}]+/gu, ' ').replace(/[<>[\]`*_#@]/gu, (one) => `\\${one}`.replace(/\\[<>@]/u, fullWidth(one)));
}

function fullWidth(one: string): string {
  return { '<': '＜', '>': '＞', '@': '＠' }[one] ?? one;
}

function cutTo(text: string, bytes: number): string {
  const buffer = Buffer.from(text);
  return buffer.length <= bytes
    ? text
    : `${buffer
        .subarray(0, bytes - 8)
        .toString('utf8')
        .replace(/�+$/u, '')}…`;
}
