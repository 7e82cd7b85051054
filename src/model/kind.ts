/** What a line tells: flow of goods, or reference data for the master. */
export const flowKinds = ['sale', 'purchase', 'stock'] as const;
export const referenceKinds = ['terminal', 'product', 'distributor'] as const;
export type FlowKind = (typeof flowKinds)[number];
export type ReferenceKind = (typeof referenceKinds)[number];
export type Kind = FlowKind | ReferenceKind;

export function isFlowKind(kind: Kind | null | undefined): kind is FlowKind {
  return flowKinds.some((one) => one === kind);
}
