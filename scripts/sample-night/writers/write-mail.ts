import { createHash } from 'node:crypto';
import iconv from 'iconv-lite';

export interface MailToWrite {
  readonly from: { readonly name: string; readonly address: string };
  readonly to: string;
  readonly subject: string;
  readonly sentAt: Date;
  readonly text: string;
  /** How the sender's program writes the names of attachments; `raw-gbk` breaks the rules, as old programs do. */
  readonly fileNames: 'encoded-word' | 'rfc2231' | 'raw-gbk';
  readonly attachments: readonly { readonly fileName: string; readonly bytes: Buffer }[];
}

/** A message as it lies in a mailbox: headers in GB18030 words, the files as base64 attachments. */
export function writeMail(mail: MailToWrite): { readonly messageId: string; readonly raw: Buffer } {
  const digest = createHash('sha256')
    .update(`${mail.from.address} ${mail.subject} ${mail.sentAt.toISOString()}`)
    .digest('hex')
    .slice(0, 24);
  const messageId = `<${digest}@${mail.from.address.split('@')[1]}>`;
  const boundary = `----=_Part_${digest}`;
  const head = [
    `From: ${encodedWord(mail.from.name)} <${mail.from.address}>`,
    `To: <${mail.to}>`,
    `Subject: ${encodedWord(mail.subject)}`,
    `Date: ${mail.sentAt.toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: ${messageId}`,
    'MIME-Version: 1.0',
    `Content-Type: multipart/mixed; boundary="${boundary}"`,
    '',
    `--${boundary}`,
    'Content-Type: text/plain; charset="gb18030"',
    'Content-Transfer-Encoding: base64',
    '',
    base64(iconv.encode(mail.text, 'gb18030')),
  ];
  const files = mail.attachments.flatMap(({ fileName, bytes }) => [
    `--${boundary}`,
    'Content-Type: application/octet-stream',
    `Content-Disposition: attachment; ${fileNameField(fileName, mail.fileNames)}`,
    'Content-Transfer-Encoding: base64',
    '',
    base64(bytes),
  ]);
  return { messageId, raw: Buffer.from([...head, ...files, `--${boundary}--`, ''].join('\r\n'), 'latin1') };
}

function fileNameField(fileName: string, way: MailToWrite['fileNames']): string {
  const gbk = iconv.encode(fileName, 'gbk');
  if (way === 'raw-gbk') return `filename="${gbk.toString('latin1')}"`;
  if (way === 'encoded-word') return `filename="${encodedWord(fileName)}"`;
  return `filename*=GB18030''${[...gbk].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('')}`;
}

const encodedWord = (text: string): string => `=?GB18030?B?${iconv.encode(text, 'gb18030').toString('base64')}?=`;
const base64 = (bytes: Buffer): string => bytes.toString('base64').replaceAll(/(.{76})/g, '$1\r\n');
