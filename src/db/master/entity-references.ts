import { entityDefinitions } from '../../journey/map/entity-definitions.js';
import { type EntityKind, entityKinds } from '../../model/kind.js';

/** A reference of an entity in the form in which SQL takes it; '' for what it does not have. */
export interface AskedField {
  readonly entity: EntityKind;
  readonly field: string;
  readonly target: EntityKind;
  readonly code: string;
  readonly name: string;
  readonly role: string;
  readonly within: string;
  readonly required: boolean;
}

export function entityReferences(): readonly AskedField[] {
  return [...entityDefinitions().values()].flatMap(({ entity, references }) =>
    Object.entries(references).map(([field, { to, code = '', name = '', role = '', within = '', required }]) => ({
      ...{ entity, field, target: to, code, name, role, within, required },
    })),
  );
}

/** Entities in groups that are loaded one after the other: whatever a group needs is in a group before it. */
export function entityLayers(): readonly (readonly EntityKind[])[] {
  const depth = new Map<EntityKind, number>();
  for (const entity of entityKinds) {
    const needed = entityReferences().filter((one) => one.entity === entity && one.target !== entity);
    depth.set(entity, Math.max(-1, ...needed.map(({ target }) => depth.get(target)!)) + 1);
  }
  const layers: EntityKind[][] = [];
  for (const [entity, at] of depth) layers[at] = [...(layers[at] ?? []), entity];
  return layers;
}
