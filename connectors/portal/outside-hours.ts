import { type Message, message } from '../../src/model/message.js';
import type { PortalSettings } from './settings.js';

/** Why the portal is left in peace now; null inside the agreed hours, which are Beijing time and may run over midnight. */
export function outsideHours({ hours, base_url }: Pick<PortalSettings, 'hours' | 'base_url'>, now: Date): Message | null {
  if (!hours) return null;
  const time = new Date(now.getTime() + 8 * 3_600_000).toISOString().slice(11, 16);
  const { from, to } = hours;
  const isOpen = from <= to ? from <= time && time < to : from <= time || time < to;
  return isOpen ? null : message('portal.outside-hours', { from, to, where: new URL(base_url).host });
}
