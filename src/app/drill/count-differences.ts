/**
 * How many lines are missing and how many are there that should not be, counted one by one as often as they occur. A line that was
 * lost and another that came twice are two differences, and so is a line that changed: it is missing, and something else is there.
 */
export function countDifferences(expected: readonly string[], found: readonly string[]): { lost: number; extra: number } {
  const open = new Map<string, number>();
  for (const line of expected) open.set(line, (open.get(line) ?? 0) + 1);
  for (const line of found) open.set(line, (open.get(line) ?? 0) - 1);
  let [lost, extra] = [0, 0];
  for (const count of open.values()) {
    if (count > 0) lost += count;
    else extra -= count;
  }
  return { lost, extra };
}
