import type { Hub } from '../app/hub.js';
import { readLayouts } from '../app/read-layouts.js';
import { bringsOnlyRecords } from '../app/steps/read-delivery.js';
import { findDistributorId } from '../db/source-store.js';
import type { Known } from './parse-source-file.js';

/** What sources may name, as this hub knows it. */
export async function knownTo({ settings, connectors, database }: Pick<Hub, 'settings' | 'connectors' | 'database'>): Promise<Known> {
  const { layouts } = await readLayouts(settings.mappingFolders);
  const senders = new Map<string, Promise<boolean>>();
  return {
    connectors,
    layouts: new Set(layouts.keys()),
    isKnownSender(sender, named) {
      if (bringsOnlyRecords(named.flatMap((code) => layouts.get(code) ?? []))) return Promise.resolve(true);
      const asked = senders.get(sender) ?? findDistributorId(database, sender).then((id) => id !== undefined);
      senders.set(sender, asked);
      return asked;
    },
  };
}
