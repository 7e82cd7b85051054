import { join } from 'node:path';
import { createDiskLandingStore, type DiskLandingStore } from '../journey/land/disk-landing-store.js';
import type { Settings } from './settings.js';

/** The raw store of this hub, with its archive if it has one. */
export function landingOf({ home, rawArchive }: Pick<Settings, 'home' | 'rawArchive'>): DiskLandingStore {
  return createDiskLandingStore(join(home, 'raw'), rawArchive);
}
