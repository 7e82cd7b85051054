import { findUnknownBytes, recordLanding } from '../db/delivery-store.js';
import type { Source } from '../db/source-store.js';
import { logicVersionOf } from './logic-version.js';
import type { StepTools } from './steps/step-tools.js';

/**
 * Writes the ledger rows of bytes that the raw store has from this source and the ledger does not: the database was restored from a
 * backup older than the raw store, or a process died between the two. The sender may have nothing left to send again; we have it
 * already (I7). Looks at the latest landings only, unless one of them is unknown. Returns how many deliveries came back.
 */
export async function relandOrphans(
  { database, landing, layouts, dictionary }: Pick<StepTools, 'database' | 'landing' | 'layouts' | 'dictionary'>,
  source: Source,
  runId: string,
): Promise<number> {
  const unknownOf = async (which: 'latest' | 'all') => {
    const noted = await landing.noted(source.code, which);
    const unknown = await findUnknownBytes(database, source.sender, [...new Set(noted.map(({ sha256 }) => sha256))]);
    return noted.filter(({ sha256 }) => unknown.has(sha256));
  };
  if ((await unknownOf('latest')).length === 0) return 0;
  let count = 0;
  for (const { sha256, byteCount, locator, name, sentAt, at, about } of await unknownOf('all')) {
    if (!(await landing.verify(sha256).catch(() => false))) continue;
    const logicVersion = logicVersionOf(source, { layouts, dictionary });
    const { isNew } = await recordLanding(database, {
      ...{ runId, source, locator, name, sha256, byteCount, logicVersion },
      sentAt: new Date(sentAt ?? at),
      about: { ...about, relanded: at },
    });
    if (isNew) count += 1;
  }
  return count;
}
