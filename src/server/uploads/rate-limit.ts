/** Lets so many requests per minute through for each key; a key that is not asked for is forgotten. In memory: each process counts for itself. */
export function createRateLimit(perMinute: number, now: () => number = Date.now): (key: string) => boolean {
  let counts = new Map<string, number>();
  let minute = 0;
  return (key) => {
    const current = Math.floor(now() / 60_000);
    if (current !== minute || counts.size > 10_000) [minute, counts] = [current, new Map()];
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    return count <= perMinute;
  };
}
