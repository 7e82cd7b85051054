import type { DeliveryToLoad } from '../../db/load-delivery.js';
import { pinnedVersion } from '../../journey/map/compile-layout.js';
import { entityDefinition } from '../../journey/map/entity-definitions.js';
import { kindsOf, type Layout } from '../../journey/map/layout.js';
import type { StepTools } from './step-tools.js';

/**
 * Kept for ever under the version that parts name, with the dictionary where it was used and the entities: any row can be mapped again as
 * it was.
 */
export function pinnedLayouts(layouts: readonly Layout[], { dictionary }: Pick<StepTools, 'dictionary'>): DeliveryToLoad['layouts'] {
  return Object.fromEntries(
    layouts.map((layout) => {
      const entities = kindsOf(layout).flatMap((kind) => entityDefinition(kind) ?? []);
      const body = { layout, dictionary: layout.dictionary ? dictionary.sections : null, ...(entities.length > 0 && { entities }) };
      return [pinnedVersion(layout, dictionary), { layout: layout.layout, body }];
    }),
  );
}
