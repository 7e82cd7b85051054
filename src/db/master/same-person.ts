import type { Database } from '../database.js';

export type IsSamePerson = (one: string, other: string) => boolean;

/**
 * Whether two actors stand for one person: however the name is written, at the terminal or through a key (`api:NAME`) of that name or that
 * belongs to that person. More cannot be known: two accounts of one person are two persons, an account that several share is one.
 */
export async function readSamePerson(trx: Database): Promise<IsSamePerson> {
  const keys = (await trx('access.api_key').whereNotNull('person').select('name', 'person')) as { name: string; person: string }[];
  const personOf = new Map(keys.map(({ name, person }) => [`api:${name}`, person]));
  const namesOf = (actor: string) => [actor, personOf.get(actor) ?? actor].map(plainName);
  return (one, other) => namesOf(one).some((name) => namesOf(other).includes(name));
}

/** Without widths, case, spaces and signs that nobody sees; a key is called after whoever uses it. */
export function plainName(name: string): string {
  const plain = name
    .normalize('NFKC')
    .toLowerCase()
    .normalize('NFKC')
    .replace(/[\s\p{Cc}\p{Cf}\p{M}]/gu, '');
  return plain.replace(/^api:/u, '');
}
