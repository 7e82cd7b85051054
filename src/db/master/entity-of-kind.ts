/** The lists of old, and the entity and role of a customer that they speak of. Every other kind is an entity of that name. */
export const kindsWithRole: Readonly<Record<string, { readonly entity: string; readonly role: string }>> = {
  terminal: { entity: 'customer', role: 'terminal' },
  distributor: { entity: 'customer', role: 'distributor' },
};

export function entityOfKind(kind: string): string {
  return kindsWithRole[kind]?.entity ?? kind;
}
