/** A key of a source as commands take it and tables show it: `own/terminal/T1`; without a role `finance/C1`. */
export function sourceName({ system, role, key }: { readonly system: string; readonly role: string; readonly key: string }): string {
  return [system, ...(role === '' ? [] : [role]), key].join('/');
}
