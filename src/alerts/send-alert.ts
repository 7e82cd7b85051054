import { type AlertChannel, type ChannelSettings, channelSettings } from './channel.js';
import type { Notice } from './notice.js';
import { sendMail } from './send-mail.js';
import { sendWebhook } from './send-webhook.js';

/** Sends a notice by its channel. Faults are HubErrors: `config` wants a person, `transient` may pass. */
export async function sendAlert(
  channel: AlertChannel,
  alert: { readonly id: string; readonly notice: Notice },
  secret: (reference: string) => Promise<string>,
): Promise<void> {
  const { code, kind, language } = channel;
  const settings = channelSettings[kind].parse(channel.settings);
  if (kind === 'mail') return sendMail({ code, language, settings: settings as ChannelSettings<'mail'> }, alert, secret);
  await sendWebhook({ code, language, kind, settings } as Parameters<typeof sendWebhook>[0], alert, secret);
}
