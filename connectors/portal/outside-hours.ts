import { type Message, message } from '../../src/model/message.js';
import { isWithinHours } from '../../src/model/within-hours.js';
import type { PortalSettings } from './settings.js';

/** Why the portal is left in peace now; null inside the agreed hours, which are Beijing time and may run over midnight. */
export function outsideHours({ hours, base_url }: Pick<PortalSettings, 'hours' | 'base_url'>, now: Date): Message | null {
  if (!hours || isWithinHours(hours, now)) return null;
  return message('portal.outside-hours', { ...hours, where: new URL(base_url).host });
}
