import { normalise } from '../normalise/normalise.js';
import { hasCore, readQuery } from '../parse/read-query.js';
import { cityOf, resolvePlace } from '../region/gazetteer.js';
import type { TaughtLink } from './taught-link.js';

/** Another name of a terminal, as good as a former name: people linked it, and it is telling enough to be trusted elsewhere. */
export interface Spelling {
  readonly terminalId: string;
  readonly name: string;
}

/**
 * The raw names of links that may stand beside the master's own names. A person's word for one customer is no word for
 * everybody, so a name counts only when it says whom it means (a core of two letters, or a number and a place) or was decided
 * for everybody, when it was not taught for two terminals in one city, and when name and terminal lie in one place.
 */
export function findSpellings(links: readonly TaughtLink[]): Spelling[] {
  const byName = new Map<string, Map<string, TaughtLink>>();
  for (const link of links) {
    const text = normalise(link.raw.name).text;
    const named = byName.get(text) ?? new Map<string, TaughtLink>();
    byName.set(text, named.set(link.terminal.id, link));
  }
  const spellings: Spelling[] = [];
  for (const [text, named] of byName) {
    const cities = [...named.values()].map(({ terminal }) => cityCode(terminal));
    if (cities.some((city) => city === 0 && named.size > 1) || new Set(cities).size < cities.length) continue;
    for (const [terminalId, link] of named) {
      const isKnown = [link.terminal.name, ...(link.terminal.formerNames ?? [])].some((name) => normalise(name).text === text);
      if (!isKnown && (link.isForEverybody || isTelling(link))) spellings.push({ terminalId, name: text });
    }
  }
  return spellings.toSorted((a, b) => (a.terminalId === b.terminalId ? compare(a.name, b.name) : compare(a.terminalId, b.terminalId)));
}

function isTelling({ raw, terminal }: TaughtLink): boolean {
  const query = readQuery(raw);
  const main = query.segments[0]!;
  if (query.segments.length > 1 || main.text.length < 4) return false;
  const city = cityCode(terminal);
  const hint = query.hint.city;
  if (hint !== 0 && city !== 0 && hint !== city) return false;
  const placed = hint !== 0 || main.mentions.length > 0;
  return (hasCore(main) && main.parsed.core.length >= 2) || (placed && main.parsed.ordinal > 0 && main.text.length >= 5);
}

function cityCode({ province, city, county }: TaughtLink['terminal']): number {
  const place = resolvePlace(province, city, county);
  return place.city || cityOf(place.county);
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
