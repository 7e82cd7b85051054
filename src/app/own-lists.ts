import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { findSource } from '../db/source-store.js';
import type { Hub } from './hub.js';

/** The source of the manufacturer's own lists (distributors, terminals, products): imported by hand, not collected at night. */
export const ownLists = 'own-lists';

/** Adds the source where it is missing; one that a person changed stays as it is. Returns whether it was added. */
export async function addOwnLists(hub: Pick<Hub, 'settings' | 'database' | 'saveSource'>, title: string): Promise<boolean> {
  if (await findSource(hub.database, { code: ownLists })) return false;
  const folder = join(hub.settings.home, 'lists');
  await mkdir(folder, { recursive: true });
  await hub.saveSource({
    ...{ code: ownLists, title, sender: 'own', connector: 'folder', settings: { folder } },
    layouts: ['reference-distributors', 'reference-terminals', 'reference-products'],
    ...{ hints: {}, constants: {}, expects: {}, enabled: false },
  });
  return true;
}
