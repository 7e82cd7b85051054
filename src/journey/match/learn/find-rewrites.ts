import { align, how, partner } from '../align/align.js';
import { normalise } from '../normalise/normalise.js';
import { type Role, roles } from '../parse/lexicon.js';
import { parseName } from '../parse/parse-name.js';
import { findPlaces } from '../region/find-places.js';
import { resolvePlace } from '../region/gazetteer.js';
import type { TaughtLink } from './taught-link.js';

/**
 * A way of writing that people's links show again and again: `附#` for `附属第#`, `人医$` for `人民医院$`, one letter for another.
 * Normalised letters; `#` stands for a number, `$` for the end of the name. `terminals` counts the different terminals that
 * show it, `against` the links whose name has `from` although the terminal does not have `to`.
 */
export interface Rewrite {
  readonly from: string;
  readonly to: string;
  readonly kind: 'abbreviation' | 'confusable';
  readonly terminals: number;
  readonly against: number;
}

/** Shown by this many terminals, a way of writing is tried; one terminal's habit is its alias, not a rule. */
const leastTerminals = { abbreviation: 2, confusable: 3 } as const;
/** Letters that say which institution is meant are never added or exchanged by a rule. */
const fixed = new Set<Role>([roles.region, roles.town, roles.ordinal, roles.branch, roles.department]);
const longest = 48;

export function findRewrites(links: readonly TaughtLink[]): Rewrite[] {
  const shown = new Map<string, { from: string; to: string; kind: Rewrite['kind']; terminals: Set<string> }>();
  const pairs = links.map(({ raw, terminal }) => ({ raw: generalised(raw.name), full: generalised(terminal.name), id: terminal.id }));
  for (const link of links) {
    for (const { from, to, kind } of unitsOf(link)) {
      const key = `${from}\u0000${to}`;
      const seen = shown.get(key) ?? { from, to, kind, terminals: new Set<string>() };
      seen.terminals.add(link.terminal.id);
      shown.set(key, seen);
    }
  }
  return [...shown.values()]
    .filter(({ kind, terminals }) => terminals.size >= leastTerminals[kind])
    .map(({ from, to, kind, terminals }) => {
      const against = new Set(
        pairs.filter(({ raw, full, id }) => raw.includes(from) && !full.includes(to) && !terminals.has(id)).map(({ id }) => id),
      );
      return { from, to, kind, terminals: terminals.size, against: against.size };
    })
    .filter(({ terminals, against }) => terminals > against)
    .toSorted((a, b) => (a.from === b.from ? (a.to < b.to ? -1 : 1) : a.from < b.from ? -1 : 1));
}

/** The places at which a raw name and its terminal's name part, each with one letter they share on either side. */
function unitsOf({ raw, terminal }: TaughtLink): Pick<Rewrite, 'from' | 'to' | 'kind'>[] {
  const short = normalise(raw.name).text;
  const full = normalise(terminal.name).text;
  if (short === full || short.length > longest || full.length > longest || /[()、]/.test(short + full)) return [];
  const hint = resolvePlace(terminal.province, terminal.city, terminal.county);
  const tags = parseName(full, findPlaces(full, hint.city || hint.province)).roles;
  const ownTags = parseName(short, findPlaces(short, hint.city || hint.province)).roles;
  align(codes(short), short.length, codes(full), 0, full.length);
  const met = Array.from({ length: short.length }, (_, i) => (how[i] === 1 ? partner[i]! : -1));

  const units: Pick<Rewrite, 'from' | 'to' | 'kind'>[] = [];
  for (const { rawFrom, rawTo, fullFrom, fullTo } of gaps(met, full.length)) {
    if (rawFrom === 0) continue;
    const isEnd = rawTo === short.length;
    const added = full.slice(fullFrom, fullTo);
    const own = short.slice(rawFrom, rawTo);
    if (hasFixed(full, tags, fullFrom, fullTo) || hasFixed(short, ownTags, rawFrom, rawTo)) continue;
    if (/\d/.test(added) !== /\d/.test(own) || digitsOf(added) !== digitsOf(own)) continue;
    const before = full[fullFrom - 1]!;
    const after = isEnd ? '$' : full[fullTo]!;
    // 医院 and 医医院: which of two equal letters is the new one is chance.
    if (added.endsWith(before) || added.startsWith(after)) continue;
    if (isSubsequence(own, added) && added.length - own.length >= 1) {
      units.push({ from: generalised(`${before}${own}${after}`), to: generalised(`${before}${added}${after}`), kind: 'abbreviation' });
    } else if (own.length === 1 && added.length === 1 && !isEnd && tags[fullFrom] === roles.core) {
      units.push({ from: own, to: added, kind: 'confusable' });
    }
  }
  return units.filter(({ from, to }) => from.length <= 8 && to.length <= 12 && from !== to);
}

interface Gap {
  readonly rawFrom: number;
  readonly rawTo: number;
  readonly fullFrom: number;
  readonly fullTo: number;
}

/** Stretches without a partner between letters that have one; two that only one letter parts are one stretch. */
function gaps(met: readonly number[], fullLength: number): Gap[] {
  const found: Gap[] = [];
  let rawFrom = 0;
  let fullFrom = 0;
  for (let i = 0; i <= met.length; i++) {
    const at = i === met.length ? fullLength : met[i]!;
    if (at < 0) continue;
    if (i > rawFrom || at > fullFrom) {
      const last = found.at(-1);
      if (last && rawFrom - last.rawTo === 1 && rawFrom > 1) found[found.length - 1] = { ...last, rawTo: i, fullTo: at };
      else found.push({ rawFrom, rawTo: i, fullFrom, fullTo: at });
    }
    rawFrom = i + 1;
    fullFrom = at + 1;
  }
  return found;
}

/** Normalised, with every number written `#` and the end marked, so that what holds for 附一 holds for 附二. */
function generalised(text: string): string {
  const plain = normalise(text.replace(/\$$/, '')).text.replace(/\d+/g, '#');
  return text.endsWith('$') ? `${plain}$` : plain;
}

function isSubsequence(part: string, whole: string): boolean {
  let at = 0;
  for (const char of whole) if (char === part[at]) at++;
  return at === part.length;
}

/** 第 before a number says nothing by itself. */
function hasFixed(text: string, tags: Uint8Array, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (fixed.has(tags[i] as Role) && text[i] !== '第') return true;
  return false;
}

const digitsOf = (text: string): string => text.replace(/\D/g, '');
const codes = (text: string): Uint16Array => Uint16Array.from({ length: text.length }, (_, i) => text.charCodeAt(i));
