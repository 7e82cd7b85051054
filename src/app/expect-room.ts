import { HubError } from '../model/hub-error.js';
import { message } from '../model/message.js';
import { freeMegabytesOf } from './free-megabytes.js';
import type { Settings } from './settings.js';

/** Throws when the disk is so full that nothing may be taken in. Said before a run begins: what is half taken in helps nobody. */
export async function expectRoom({ home, minFreeMegabytes }: Pick<Settings, 'home' | 'minFreeMegabytes'>): Promise<void> {
  const free = await freeMegabytesOf(home);
  if (free < minFreeMegabytes) throw new HubError('config', message('hub.disk-full', { folder: home, free, least: minFreeMegabytes }));
}
