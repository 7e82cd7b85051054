type Knots = readonly (readonly [number, number])[];

/** The calibrated probability for a raw one: straight lines between the knots that training measured. */
export function calibrate(knots: Knots, raw: number): number {
  if (knots.length === 0) return raw;
  let previous: readonly [number, number] = [0, 0];
  for (const knot of [...knots, [1, Math.max(knots.at(-1)![1], 0.999)] as const]) {
    if (raw <= knot[0]) {
      const width = knot[0] - previous[0];
      return width === 0 ? knot[1] : previous[1] + ((raw - previous[0]) / width) * (knot[1] - previous[1]);
    }
    previous = knot;
  }
  return previous[1];
}

/** Isotonic regression by pooling neighbours that disagree with the order; blocks smaller than `least` are merged into knots. */
export function fitKnots(points: readonly { readonly p: number; readonly right: boolean }[], least = 25): [number, number][] {
  const sorted = points.toSorted((a, b) => a.p - b.p);
  const blocks: { sumP: number; right: number; count: number }[] = [];
  for (let i = 0; i < sorted.length; i += least) {
    const part = sorted.slice(i, i + least);
    blocks.push({ sumP: part.reduce((sum, { p }) => sum + p, 0), right: part.filter(({ right }) => right).length, count: part.length });
    while (blocks.length > 1) {
      const last = blocks.at(-1)!;
      const before = blocks.at(-2)!;
      if (before.right / before.count < last.right / last.count) break;
      blocks.splice(-2, 2, { sumP: before.sumP + last.sumP, right: before.right + last.right, count: before.count + last.count });
    }
  }
  return blocks.map(({ sumP, right, count }) => [round(sumP / count), round((right + 0.5) / (count + 1))]);
}

function round(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}
