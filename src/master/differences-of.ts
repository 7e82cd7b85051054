/** What two records that may be one say differently, of what should make a person look again. */
export interface Difference {
  readonly field: 'role' | 'type' | 'province' | 'city' | 'county' | 'credit_code';
  readonly one: string;
  readonly other: string;
}

export interface Compared {
  readonly fields: Readonly<Record<string, string>>;
  /** Of its keys: terminal, distributor, supplier ...; `other` and '' say nothing. */
  readonly roles: readonly string[];
}

const fields = ['type', 'province', 'city', 'county', 'credit_code'] as const;
const places: ReadonlySet<string> = new Set(['province', 'city', 'county']);

/** Kinds, places and credit codes of which both have one, and not the same. 长沙 and 长沙市 are the same place. */
export function differencesOf(one: Compared, other: Compared): Difference[] {
  const [rolesOfOne, rolesOfOther] = [rolesOf(one), rolesOf(other)];
  const isOtherKind = rolesOfOne.length > 0 && rolesOfOther.length > 0 && !rolesOfOne.some((role) => rolesOfOther.includes(role));
  return [
    ...(isOtherKind ? [{ field: 'role' as const, one: rolesOfOne.join('、'), other: rolesOfOther.join('、') }] : []),
    ...fields.flatMap((field) => {
      const [left, right] = [one.fields[field] ?? '', other.fields[field] ?? ''];
      return left === '' || right === '' || isSame(field, left, right) ? [] : [{ field, one: left, other: right }];
    }),
  ];
}

/** A value that two records both have, and not the same. */
export interface OtherValue {
  readonly field: string;
  readonly one: string;
  readonly other: string;
}

/** All else in which both have a value, and not the same; without their names, which stand above. */
export function otherValuesOf(one: Compared, other: Compared): OtherValue[] {
  return Object.keys(one.fields)
    .filter((field) => !told.has(field) && other.fields[field] !== undefined)
    .map((field) => ({ field, one: one.fields[field]!, other: other.fields[field]! }))
    .filter((value) => !isSame(value.field, value.one, value.other));
}

const told: ReadonlySet<string> = new Set([...fields, 'name', 'former_names']);

const rolesOf = ({ roles }: Compared): string[] => [...new Set(roles)].filter((role) => role !== '' && role !== 'other').toSorted();

function isSame(field: string, left: string, right: string): boolean {
  const [one, other] = [left, right].map((value) => value.normalize('NFKC').replace(/\s+/gu, '').toUpperCase()) as [string, string];
  if (one === other) return true;
  const [short, long] = one.length < other.length ? [one, other] : [other, one];
  return places.has(field) && short.length >= 2 && long.startsWith(short);
}
