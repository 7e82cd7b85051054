/**
 * The exact one-sided bound (Clopper and Pearson) of a share of which `hits` of `trials` were seen: with 95 % confidence the
 * true share is not below `lower`, not above `upper`. Without trials nothing is known: 0 and 1.
 */
export function clopperPearson(hits: number, trials: number, confidence = 0.95): { readonly lower: number; readonly upper: number } {
  const alpha = 1 - confidence;
  const atLeast = (p: number, from: number) => (from <= 0 ? 1 : sumOf(p, from, trials, trials));
  const atMost = (p: number, to: number) => (to >= trials ? 1 : sumOf(p, 0, to, trials));
  return {
    lower: hits === 0 ? 0 : solve((p) => atLeast(p, hits) < alpha),
    upper: hits === trials ? 1 : solve((p) => atMost(p, hits) > alpha),
  };
}

/** The p between 0 and 1 at which `isBelow` turns from true to false. */
function solve(isBelow: (p: number) => boolean): number {
  let low = 0;
  let high = 1;
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (isBelow(middle)) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Probability of `from` to `to` hits in `trials`, each with probability p. */
function sumOf(p: number, from: number, to: number, trials: number): number {
  if (p <= 0) return from === 0 ? 1 : 0;
  if (p >= 1) return to === trials ? 1 : 0;
  let log = 0;
  let sum = 0;
  const odds = Math.log(p) - Math.log1p(-p);
  log = trials * Math.log1p(-p);
  for (let hits = 0; hits <= to; hits++) {
    if (hits > 0) log += Math.log((trials - hits + 1) / hits) + odds;
    if (hits >= from) sum += Math.exp(log);
  }
  return Math.min(1, sum);
}
