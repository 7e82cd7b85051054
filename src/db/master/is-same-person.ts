/** Whether two names stand for one person: however it is written, and whether by hand or through a key of that name. */
export function isSamePerson(one: string, other: string): boolean {
  return plain(one) === plain(other);
}

const plain = (name: string): string => name.normalize('NFKC').trim().toLowerCase().replace(/^api:/u, '').trim();
