import { sampleDistributors } from './distributors.js';
import type { SampleDelivery } from './sample-delivery.js';
import { addressOf } from './sources.js';
import { type MailToWrite, writeMail } from './writers/write-mail.js';

/** One message in the mailbox of a source. */
export interface SampleMail {
  readonly source: string;
  readonly messageId: string;
  readonly from: string;
  readonly subject: string;
  readonly sentAt: Date;
  /** The message as RFC 5322 bytes, to be appended to a mailbox as they are. */
  readonly raw: Buffer;
}

/** Puts the files a mail source sends for one day into one message and notes it on each of them. */
export function sendByMail(deliveries: readonly SampleDelivery[]): { deliveries: SampleDelivery[]; mails: SampleMail[] } {
  const mails: SampleMail[] = [];
  const carried: SampleDelivery[] = deliveries.filter(({ connector }) => connector !== 'mail');
  const byMail = deliveries.filter(({ connector }) => connector === 'mail');
  for (const bundle of new Set(byMail.map(bundleOf))) {
    const files = byMail.filter((delivery) => bundleOf(delivery) === bundle);
    const mail = compose(files);
    mails.push(mail);
    carried.push(...files.map((file) => ({ ...file, messageId: mail.messageId })));
  }
  return { deliveries: carried, mails: mails.toSorted((a, b) => a.sentAt.getTime() - b.sentAt.getTime()) };
}

const bundleOf = ({ source, sentAt }: SampleDelivery): string => `${source} ${sentAt.toISOString()}`;

const nameStyles: Readonly<Record<string, MailToWrite['fileNames']>> = { D09: 'encoded-word', D10: 'raw-gbk' };

function compose(files: readonly SampleDelivery[]): SampleMail {
  const { source, distributor, sentAt, day } = files[0]!;
  const { name } = sampleDistributors.find(({ code }) => code === distributor)!;
  const address = addressOf(distributor);
  const subject = `【流向日报】${name} ${day}`;
  const { messageId, raw } = writeMail({
    from: { name, address },
    to: 'flow@huiliu.example',
    subject,
    sentAt,
    text: `您好：附件是${day}的流向数据，请查收。\r\n${name}`,
    fileNames: nameStyles[distributor] ?? 'rfc2231',
    attachments: files,
  });
  return { source, messageId, from: address, subject, sentAt, raw };
}
