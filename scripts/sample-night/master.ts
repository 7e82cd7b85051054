import { type SampleDistributor, sampleDistributors } from './distributors.js';
import { type SampleProduct, sampleProducts } from './products.js';
import type { SeededRandom } from './seeded-random.js';
import { composeTerminals, type SampleTerminal } from './terminals.js';

/** What the manufacturer knows before the night: its distributors, the terminals of their provinces, its products. */
export interface SampleMaster {
  readonly distributors: readonly SampleDistributor[];
  readonly terminals: readonly SampleTerminal[];
  readonly products: readonly SampleProduct[];
}

const terminalsPerProvince = 190;

export function composeMaster(random: SeededRandom): SampleMaster {
  const terminals = sampleDistributors
    .flatMap(({ province, city }) => composeTerminals(province, city, terminalsPerProvince, random))
    .map((draft, index) => ({ id: `S${String(index + 1).padStart(5, '0')}`, ...draft }));
  return { distributors: sampleDistributors, terminals, products: sampleProducts };
}
