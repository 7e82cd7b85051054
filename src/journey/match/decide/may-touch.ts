import { roles } from '../parse/lexicon.js';
import { type Query, readQuery } from '../parse/read-query.js';
import { agree } from '../region/gazetteer.js';
import type { RawName, Terminal } from '../terminal.js';

/**
 * Whether a new or renamed terminal could change what a name means. Errs on the side of yes: a name without a core (市人民医院)
 * is touched by every terminal of its place, one with a core by those that share a pair of its letters.
 */
export function mayTouch(terminal: Terminal, raw: RawName): boolean {
  const name = readQuery(raw);
  const other = readQuery({ key: '', ...terminal });
  const left = placeOf(name);
  const right = placeOf(other);
  if (left !== 0 && right !== 0 && !agree(left, right)) return false;
  const telling = pairs(name);
  if (telling.size === 0) return true;
  const theirs = `${other.text}|${other.address}|${(terminal.formerNames ?? []).map((former) => readQuery({ key: '', name: former }).text).join('|')}`;
  return [...telling].some((pair) => theirs.includes(pair));
}

/** The same question about many names: the terminals are read once. `pairs` are all their telling pairs of letters, for a first sieve. */
export function createTouchTest(terminals: readonly Terminal[]): { readonly pairs: readonly string[]; touches(raw: RawName): boolean } {
  const read = terminals.map((terminal) => {
    const name = readQuery({ key: '', ...terminal });
    const former = (terminal.formerNames ?? []).map((one) => readQuery({ key: '', name: one }));
    return { place: placeOf(name), names: [name, ...former], text: [name.text, name.address, ...former.map(({ text }) => text)].join('|') };
  });
  return {
    pairs: [...new Set(read.flatMap(({ names }) => names.flatMap((name) => [...pairs(name)])))],
    touches(raw) {
      const name = readQuery(raw);
      const place = placeOf(name);
      const telling = [...pairs(name)];
      return read.some(
        (other) =>
          (place === 0 || other.place === 0 || agree(place, other.place)) &&
          (telling.length === 0 || telling.some((pair) => other.text.includes(pair))),
      );
    },
  };
}

function placeOf({ hint, segments }: Query): number {
  return hint.city || segments[0]!.cities[0] || segments[0]!.counties[0] || hint.province;
}

function pairs({ segments }: Query): Set<string> {
  const found = new Set<string>();
  for (const { text, parsed } of segments) {
    for (let i = 0; i + 1 < text.length; i++) {
      const role = parsed.roles[i]!;
      if ((role === roles.core || role === roles.owner || role === roles.town) && parsed.roles[i + 1] === role)
        found.add(text.slice(i, i + 2));
    }
  }
  return found;
}
