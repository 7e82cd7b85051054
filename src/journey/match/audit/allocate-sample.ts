/** So few names of a kind say nothing about it, so each kind gets them before the rest is shared out. */
const least = 30;

/**
 * How many names of each kind to draw: in proportion to their number, but at least 30 (or all) of each as far as the size
 * allows. The sum is the size, or everything there is.
 */
export function allocateSample(strata: Readonly<Record<string, number>>, size: number): Record<string, number> {
  const kinds = Object.entries(strata)
    .filter(([, names]) => names > 0)
    .toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  const total = kinds.reduce((sum, [, names]) => sum + names, 0);
  const wanted = Math.min(size, total);
  const floor = Math.min(least, Math.floor(wanted / Math.max(1, kinds.length)));
  const drawn = Object.fromEntries(kinds.map(([kind, names]) => [kind, Math.min(names, floor)]));
  let left = wanted - Object.values(drawn).reduce((sum, count) => sum + count, 0);
  for (const [kind, names] of kinds) {
    const more = Math.min(names - drawn[kind]!, Math.floor((left * names) / total));
    drawn[kind]! += more;
  }
  left = wanted - Object.values(drawn).reduce((sum, count) => sum + count, 0);
  for (const [kind, names] of kinds) {
    const more = Math.min(left, names - drawn[kind]!);
    drawn[kind]! += more;
    left -= more;
  }
  return drawn;
}
