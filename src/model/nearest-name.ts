/** The name that is meant by a misspelt one: the fewest letters changed, added, lost or swapped, at most a third of it; null when none is near. */
export function nearestName(given: string, known: readonly string[]): string | null {
  const most = Math.max(1, Math.floor(Math.min(given.length, longest) / 3));
  const [best] = known
    .map((name) => ({ name, steps: stepsBetween(given.toLowerCase(), name.toLowerCase()) }))
    .filter(({ steps }) => steps <= most)
    .toSorted((a, b) => a.steps - b.steps);
  return best?.name ?? null;
}

// Damerau-Levenshtein with adjacent swaps. Only the first letters count: names are short, what somebody sends may be long.
function stepsBetween(left: string, right: string): number {
  const [from, to] = [[...left.slice(0, longest)], [...right.slice(0, longest)]];
  let before: number[] = [];
  let row = [...to, ''].map((_, at) => at);
  for (const [at, letter] of from.entries()) {
    const next = [at + 1];
    for (const [place, other] of to.entries()) {
      const steps = Math.min(row[place + 1]! + 1, next[place]! + 1, row[place]! + Number(letter !== other));
      const isSwap = at > 0 && place > 0 && letter === to[place - 1] && from[at - 1] === other;
      next.push(isSwap ? Math.min(steps, before[place - 1]! + 1) : steps);
    }
    before = row;
    row = next;
  }
  return row.at(-1)!;
}

const longest = 64;
