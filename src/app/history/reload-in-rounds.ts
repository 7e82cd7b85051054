import type { Delivery } from '../../db/delivery-store.js';

/** One that is held all the same goes on having such rows. */
const mostTimes = 3;

/** Loads deliveries that lost parents, then those that lost parents by that, and so on. Returns how many deliveries that were. */
export async function reloadInRounds(
  list: () => Promise<readonly Delivery[]>,
  load: (orphaned: readonly Delivery[]) => Promise<void>,
): Promise<number> {
  const times = new Map<string, number>();
  for (;;) {
    const orphaned = (await list()).filter(({ id }) => (times.get(id) ?? 0) < mostTimes);
    if (orphaned.length === 0) return times.size;
    for (const { id } of orphaned) times.set(id, (times.get(id) ?? 0) + 1);
    await load(orphaned);
  }
}
