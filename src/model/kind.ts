/** What a line tells: flow of goods, or reference data for the master. */
export const flowKinds = ['sale', 'purchase', 'stock'] as const;
export const referenceKinds = ['terminal', 'product', 'distributor'] as const;
/** What `mappings/entities` defines, in an order in which nothing comes before what it refers to. */
export const entityKinds = [
  'department',
  'employee',
  'customer',
  'product',
  'prospect',
  'contact',
  'contract',
  'terms',
  'authorisation',
  'order',
  'shipment',
  'invoice',
  'receivable',
  'receipt',
  'feedback_person',
  'feedback',
  'contact_event',
] as const;
export type FlowKind = (typeof flowKinds)[number];
export type ReferenceKind = (typeof referenceKinds)[number];
export type EntityKind = (typeof entityKinds)[number];
export type Kind = FlowKind | ReferenceKind | EntityKind;

/** Every kind once, those of flow first. A list of products is both a reference list and an entity. */
export const allKinds: readonly Kind[] = [...new Set<Kind>([...flowKinds, ...referenceKinds, ...entityKinds])];

export function isFlowKind(kind: Kind | null | undefined): kind is FlowKind {
  return flowKinds.some((one) => one === kind);
}

export function isEntityKind(kind: string | null | undefined): kind is EntityKind {
  return entityKinds.some((one) => one === kind);
}
