type RequiredOf<Asked> = { [Name in keyof Asked]: undefined extends Asked[Name] ? never : Name }[keyof Asked];

/** What was asked, without what was not. */
export function given<Asked extends object>(
  asked: Asked,
): { [Name in keyof Asked]?: Exclude<Asked[Name], undefined> } & { [Name in RequiredOf<Asked>]: Asked[Name] } {
  return Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined)) as never;
}
