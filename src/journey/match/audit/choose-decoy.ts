import { normalise } from '../normalise/normalise.js';
import type { Terminal } from '../terminal.js';

/**
 * A terminal that a name does not mean but that looks like it, to see whether an auditor looks: of the rivals the one that
 * shares most pairs of letters with the name; null when none has a name of its own.
 */
export function chooseDecoy(name: string, truth: Terminal, rivals: readonly Terminal[]): Terminal | null {
  const taken = new Set([truth.name, ...(truth.formerNames ?? []), name].map((one) => normalise(one).text));
  const wanted = pairs(name);
  let best: Terminal | null = null;
  let most = -1;
  for (const rival of rivals) {
    const names = [rival.name, ...(rival.formerNames ?? [])];
    if (rival.id === truth.id || names.some((one) => taken.has(normalise(one).text))) continue;
    const own = pairs(rival.name);
    const shared = [...own].filter((pair) => wanted.has(pair)).length / Math.max(1, own.size);
    if (shared > most || (shared === most && best !== null && rival.id < best.id)) [best, most] = [rival, shared];
  }
  return best;
}

function pairs(name: string): Set<string> {
  const { text } = normalise(name);
  return new Set(Array.from({ length: Math.max(0, text.length - 1) }, (_, i) => text.slice(i, i + 2)));
}
