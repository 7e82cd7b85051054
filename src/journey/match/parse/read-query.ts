import { normalise } from '../normalise/normalise.js';
import { findPlaces, type Mention } from '../region/find-places.js';
import { agree, cityOf, contains, nowhere, type Place, provinceOf, resolvePlace } from '../region/gazetteer.js';
import { hashText } from '../retrieve/hash-text.js';
import type { RawName } from '../terminal.js';
import { roles } from './lexicon.js';
import { type ParsedName, parseName } from './parse-name.js';
import { type Segment, splitSegments } from './segments.js';

/** One reading of a raw name, ready to be compared. */
export interface QuerySegment {
  readonly text: string;
  readonly kind: Segment['kind'];
  readonly from: number;
  readonly codes: Uint16Array;
  readonly parsed: ParsedName;
  readonly mentions: readonly Mention[];
  /** County-level divisions the text names, former names followed; empty: names none. */
  readonly counties: readonly number[];
  readonly cities: readonly number[];
  readonly provinces: readonly number[];
  readonly keyHash: number;
  readonly coreHash: number;
}

export interface Query {
  readonly raw: RawName;
  readonly text: string;
  readonly at: Uint16Array;
  readonly hint: Place;
  readonly segments: readonly QuerySegment[];
  readonly address: string;
}

export function readQuery(raw: RawName): Query {
  const { text, at } = normalise(raw.name);
  const address = normalise(raw.address ?? '').text;
  let hint = resolvePlace(raw.province, raw.city, raw.county);
  if (hint.province === 0 && address !== '') hint = placeFromAddress(address);
  const hintCode = hint.county || hint.city || hint.province;
  const segments = splitSegments(text).map((segment) => readSegment(segment, hint.city || hint.province || hintCode));
  return { raw, text, at, hint, segments, address };
}

function readSegment({ text, kind, from }: Segment, hint: number): QuerySegment {
  const mentions = findPlaces(text, hint);
  const parsed = parseName(text, mentions);
  const counties = new Set<number>();
  const cities = new Set<number>();
  const provinces = new Set<number>();
  for (const { codes } of mentions) {
    for (const code of codes) {
      if (code % 10_000 === 0) provinces.add(code);
      else if (code % 100 === 0) cities.add(code);
      else counties.add(code);
    }
  }
  const codes = new Uint16Array(text.length);
  for (let i = 0; i < text.length; i++) codes[i] = text.charCodeAt(i);
  return {
    text,
    kind,
    from,
    codes,
    parsed,
    mentions,
    counties: [...counties],
    cities: [...cities],
    provinces: [...provinces],
    keyHash: hashText(parsed.key),
    coreHash: parsed.core === '' ? 0 : hashText(parsed.core),
  };
}

/** Where to look, widest reading first: the hint's city, the cities the name itself speaks of. 0 is everywhere. */
export function searchRanges({ hint, segments }: Query): number[] {
  const ranges = new Set<number>();
  const hintCode = hint.city || hint.province;
  if (hintCode) ranges.add(hintCode);
  for (const { counties, cities, provinces } of segments) {
    for (const code of [...counties, ...cities]) {
      const city = cityOf(code) || code;
      if (hintCode && agree(hintCode, city) && !contains(hintCode, city)) continue;
      if (ranges.size < 8 && !(hintCode && contains(hintCode, city))) ranges.add(city);
    }
    if (counties.length === 0 && cities.length === 0 && !hintCode) for (const code of provinces) ranges.add(provinceOf(code));
  }
  if (!hintCode) ranges.add(0);
  return [...ranges];
}

export function hasCore({ parsed }: QuerySegment): boolean {
  return parsed.core !== '' || parsed.roles.includes(roles.owner);
}

function placeFromAddress(address: string): Place {
  const [first] = findPlaces(address);
  if (!first || first.start > 0 || first.codes.length !== 1) return nowhere;
  const code = first.codes[0]!;
  return { province: provinceOf(code), city: cityOf(code), county: code % 100 === 0 ? 0 : code };
}
