import type { Outcome, Plant } from '../../src/app/drill/open-plant.js';
import { type Broken, brokenInvariants, whatIsBroken } from '../../src/app/drill/what-is-broken.js';

/** The night ended like the undisturbed one; throws with everything that differs. */
export async function expectConverged(plant: Plant, control: Outcome): Promise<void> {
  refuse(await whatIsBroken(plant, control));
}

/** Nothing breaks an invariant, whatever the night was about. */
export async function expectSound(plant: Plant): Promise<void> {
  refuse(await brokenInvariants(plant));
}

function refuse(broken: readonly Broken[]): void {
  if (broken.length > 0) throw new Error(broken.map(({ invariant, what }) => `${invariant} ${what}`).join('\n'));
}
