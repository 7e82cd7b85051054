import { certainty } from '../decide/certainty.js';

export interface Outcome {
  readonly inputs: Float64Array;
  readonly right: boolean;
  /** How many names like this one it stands for. */
  readonly weight: number;
}

const ridge = 3;

/** Weights of the logistic regression that says how often a best candidate with such inputs is right; by Newton steps, deterministic. */
export function fitCertainty(outcomes: readonly Outcome[]): Float64Array {
  const size = outcomes[0]?.inputs.length ?? 0;
  const weights = new Float64Array(size);
  for (let step = 0; step < 12; step++) {
    const system = Array.from({ length: size }, (_, i) => {
      const row = new Float64Array(size + 1);
      row[i] = ridge;
      row[size] = ridge * weights[i]!;
      return row;
    });
    for (const { inputs, right, weight } of outcomes) {
      const p = certainty(weights, inputs);
      const error = weight * (p - (right ? 1 : 0));
      const bend = weight * p * (1 - p);
      for (let i = 0; i < size; i++) {
        if (inputs[i] === 0) continue;
        const row = system[i]!;
        for (let j = 0; j < size; j++) row[j]! += bend * inputs[i]! * inputs[j]!;
        row[size]! += error * inputs[i]!;
      }
    }
    for (const [i, change] of solve(system).entries()) weights[i]! -= change;
  }
  return weights;
}

/** Gaussian elimination with pivots; each row ends with its right side. */
function solve(rows: Float64Array[]): Float64Array {
  const size = rows.length;
  for (let column = 0; column < size; column++) {
    let pivot = column;
    for (let row = column + 1; row < size; row++) if (Math.abs(rows[row]![column]!) > Math.abs(rows[pivot]![column]!)) pivot = row;
    [rows[column], rows[pivot]] = [rows[pivot]!, rows[column]!];
    for (let row = 0; row < size; row++) {
      const factor = rows[row]![column]! / rows[column]![column]!;
      if (row === column || factor === 0) continue;
      for (let j = column; j <= size; j++) rows[row]![j]! -= factor * rows[column]![j]!;
    }
  }
  return Float64Array.from(rows, (row, i) => row[size]! / row[i]!);
}
