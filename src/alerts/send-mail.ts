import { HubError } from '../model/hub-error.js';
import type { Language } from '../model/message.js';
import { message } from '../model/message.js';
import type { ChannelSettings } from './channel.js';
import { type Notice, wordNotice } from './notice.js';

const patienceMs = 15_000;

/** Hands a notice to a mail server. The message id follows from the alert, so that one sent twice is recognised as the same mail. */
export async function sendMail(
  channel: { readonly code: string; readonly settings: ChannelSettings<'mail'>; readonly language: Language },
  alert: { readonly id: string; readonly notice: Notice },
  secret: (reference: string) => Promise<string>,
): Promise<void> {
  const { host, port, tls, ca, user, password, from, to } = channel.settings;
  const domain = from.slice(from.lastIndexOf('@') + 1);
  const { title, lines } = wordNotice(alert.notice, channel.language);
  const thread = alert.notice.incident === null ? null : `<huiliu-incident-${alert.notice.incident}@${domain}>`;
  const { createTransport } = await import('nodemailer');
  const transport = createTransport({
    ...{ host, port, secure: tls === 'implicit', requireTLS: tls === 'starttls', ignoreTLS: tls === 'none' },
    ...(user !== undefined && { auth: { user, pass: password ? await secret(password) : '' } }),
    ...(ca !== undefined && { tls: { ca } }),
    ...{ connectionTimeout: patienceMs, greetingTimeout: patienceMs, socketTimeout: patienceMs },
    ...{ disableFileAccess: true, disableUrlAccess: true },
  });
  try {
    await transport.sendMail({
      ...{ from, to, subject: title, text: `${lines.join('\n')}\n` },
      messageId: `<huiliu-alert-${alert.id}@${domain}>`,
      ...(thread && { references: thread, inReplyTo: thread }),
      headers: { 'Auto-Submitted': 'auto-generated' },
    });
  } catch (error) {
    const { code, responseCode } = error as { code?: string; responseCode?: number };
    const isFinal = code === 'EAUTH' || (responseCode !== undefined && responseCode >= 500);
    const cause = [responseCode, code].filter(Boolean).join(' ') || (error as Error).message;
    throw new HubError(
      isFinal ? 'config' : 'transient',
      message('alert.mail-refused', { channel: channel.code, where: `${host}:${port}`, cause }),
      {
        cause: error,
      },
    );
  } finally {
    transport.close();
  }
}
