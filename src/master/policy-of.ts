import type { EntityDefinition, FieldType } from './entity-definition.js';
import type { AttributePolicy, Policy, ValueCheck } from './policy.js';

/** How the values of an entity are chosen, as its definition says; a field whose type can be checked needs no further word. */
export function policyOf({ fields, survivorship }: EntityDefinition): Omit<Policy, 'version'> {
  const attributes: Record<string, AttributePolicy> = {};
  for (const [field, { type }] of Object.entries(fields)) {
    const said = survivorship.attributes[field];
    const check = said?.check ?? checks[type];
    if (said === undefined && check === undefined) continue;
    attributes[field] = {
      ...(said?.systems && { systems: said.systems }),
      ...(check && { check }),
      ...(said?.union !== undefined && { union: said.union }),
    };
  }
  const { systems, groups, fills_groups: fillsGroups, complete } = survivorship;
  return { systems, attributes, groups, ...(groups.length > 0 && fillsGroups && { fillsGroups }), complete };
}

const checks: Partial<Record<FieldType, ValueCheck>> = {
  credit_code: 'credit_code',
  phone: 'phone',
  mobile: 'mobile',
  email: 'email',
  postcode: 'postcode',
  date: 'date',
};
