import { type Mention } from '../region/find-places.js';
import { formKinds, gazetteer } from '../region/gazetteer.js';
import { hashText } from '../retrieve/hash-text.js';
import {
  mergedSpecialities,
  mergedTypes,
  ownerKinds,
  ownerTail,
  type Role,
  roles,
  schoolTail,
  specialityNames,
  typeNames,
  words,
} from './lexicon.js';

/** Ranks of the place a name claims to serve: 市人民医院 is not 县人民医院. */
export const scopes = { none: 0, province: 1, city: 2, county: 3, town: 4 } as const;

/** A name with a role and a class per character, and what decides most comparisons read off once. */
export interface ParsedName {
  readonly text: string;
  readonly roles: Uint8Array;
  readonly classes: Uint8Array;
  /** Class of the word that says what kind of institution it is; 0 unknown. */
  readonly type: number;
  /** Specialities present, as bits of two 32-bit masks. */
  readonly specialityLow: number;
  readonly specialityHigh: number;
  /** The first ordinal or number (第二 → 2, 301 → 301); 0 none. */
  readonly ordinal: number;
  readonly scope: number;
  readonly hasBranch: boolean;
  /** The county the text itself names: its adcode, a number of its own above `mergedFrom` for one that was merged away, 1 when it names one nobody knows (…市郊区医院), 0 when it names none. */
  readonly county: number;
  /** Everything but region, legal form and filler, with words of one class written alike. Equal keys in one place mean one institution. */
  readonly key: string;
  readonly core: string;
}

const shopTail = /^.{1,20}店$/;
const branchTail = /^.{0,6}?(?:分院|院区|分部|分店|医疗区|病区|分中心)$/;
const sideTail = /^(?:[东南西北新老中](?:院|区|院区)|总院|总部|本部|东西院)$/;
/** County numbers from here on stand for divisions that were merged into a neighbour. */
export const mergedFrom = 1_000_000;
const railClass = specialityNames.indexOf('rail') + 1;
const villageType = typeNames.indexOf('village') + 1;
const digit = (code: number) => code >= 48 && code <= 57;

export function parseName(text: string, mentions: readonly Mention[]): ParsedName {
  const { length } = text;
  const role = new Uint8Array(length);
  const cls = new Uint8Array(length);
  let scope: number = scopes.none;

  for (const { start, end, kind, codes } of mentions) {
    const isTown = kind === formKinds.town;
    role.fill(isTown ? roles.town : roles.region, start, end);
    const code = codes[0] ?? 0;
    const rank = isTown
      ? scopes.town
      : code % 10_000 === 0 || (code % 10_000 === 100 && /^(?:11|12|31|50)/.test(String(code)))
        ? scopes.province
        : code % 100 === 0
          ? scopes.city
          : scopes.county;
    if (start < 12) scope = Math.max(scope, rank);
  }
  const county = countyOf(text, mentions) || tagUnknownCounty(text, role);
  if (county === 1) scope = Math.max(scope, scopes.county);
  tagUnknownTown(text, role);
  if (scope < scopes.town && role.includes(roles.town)) scope = scopes.town;

  const firstType = tagWords(text, role, cls);
  tagOrdinals(text, role);
  tagOwner(text, role, cls);
  tagSaidTwice(text, role, cls);
  const hasBranch = tagBranch(text, role, firstType);
  return summarise(text, role, cls, scope, hasBranch, county);
}

function countyOf(text: string, mentions: readonly Mention[]): number {
  for (const { start, end, codes, kind } of mentions) {
    if (kind === formKinds.town || codes.length === 0 || codes[0]! % 100 === 0) continue;
    const name = text.slice(start, end);
    return kind === formKinds.former && gazetteer().mergedForms.has(name) ? mergedFrom + (hashText(name) % 1_000_000) : codes[0]!;
  }
  return 0;
}

/** 某市郊区, 某市东山区: a county after its city that the gazetteer does not know. */
function tagUnknownCounty(text: string, role: Uint8Array): number {
  let start = 0;
  while (start < text.length && role[start] === roles.region) start++;
  if (start === 0) return 0;
  const match = /^(?!城区|开发|高新|社|小|地|矿|园|新|军|院|景|库|林|教|灾)[^()、区县镇乡医院]{1,3}[区县](?=.{2})/.exec(text.slice(start));
  if (!match || /(?:开发|新|社|园|小|地|矿|院|景|库|军)区$/.test(match[0])) return 0;
  role.fill(roles.region, start, start + match[0].length);
  return 1;
}

/** 某某镇 that the gazetteer does not know: up to three characters before the suffix, right after the region. */
function tagUnknownTown(text: string, role: Uint8Array): void {
  let start = 0;
  while (start < text.length && role[start] === roles.region) start++;
  const match = /^([^()、]{2,4}?)(?:街道|镇|乡|苏木)(?=.{2})/.exec(text.slice(start));
  if (match && !role.subarray(start, start + match[0].length).some((value) => value !== 0))
    role.fill(roles.town, start, start + match[0].length);
}

function tagWords(text: string, role: Uint8Array, cls: Uint8Array): number {
  let firstType = -1;
  for (let i = 0; i < text.length; ) {
    if (role[i] !== roles.core) {
      i++;
      continue;
    }
    let end = 0;
    let value = 0;
    for (let to = i, node = 0; to < text.length && role[to] === roles.core; to++) {
      node = words.step(node, text.charCodeAt(to));
      if (node === 0) break;
      const values = words.valuesOf(node);
      if (!values) continue;
      end = to + 1;
      value = values[0]!;
    }
    if (end === 0 || (end - i === 1 && !singleFits(text, i, role))) {
      i++;
      continue;
    }
    role.fill(value >> 6, i, end);
    cls.fill(value & 63, i, end);
    if (value >> 6 === roles.type && firstType < 0) firstType = end;
    i = end;
  }
  return firstType;
}

/** One-character words need their context: 院 after a speciality or a number or at the end, 总 before 医院, 第 before a digit. */
function singleFits(text: string, i: number, role: Uint8Array): boolean {
  const char = text[i];
  if (char === '院') return i === text.length - 1 || (i > 0 && (role[i - 1] === roles.speciality || digit(text.charCodeAt(i - 1))));
  if (char === '总') return text.startsWith('医院', i + 1) || text.startsWith('院', i + 1);
  if (char === '第') return digit(text.charCodeAt(i + 1));
  if (char === '军') return text.startsWith('医院', i + 1);
  if (char === '附') return /^(?:院|医院|\d)/.test(text.slice(i + 1)) || (i > 0 && digit(text.charCodeAt(i - 1)));
  return char === '专' ? text.startsWith('院', i + 1) : false;
}

function tagOrdinals(text: string, role: Uint8Array): void {
  for (let i = 0; i < text.length; i++) {
    if (!digit(text.charCodeAt(i)) || (role[i] !== roles.core && role[i] !== roles.filler)) continue;
    let end = i;
    while (end < text.length && digit(text.charCodeAt(end))) end++;
    const marked = text[i - 1] === '第';
    const next = role[end];
    if (marked || end - i >= 2 || (next !== undefined && next !== roles.core) || /^[院厂局团师军附中]/.test(text.slice(end))) {
      role.fill(roles.ordinal, marked ? i - 1 : i, end);
    }
    i = end;
  }
}

function tagOwner(text: string, role: Uint8Array, cls: Uint8Array): void {
  for (const match of text.matchAll(ownerTail)) {
    const end = match.index + match[0].length;
    if (end >= text.length || match.index === 0 || (role[match.index] === roles.speciality && cls[match.index] === railClass)) continue;
    const kind = schoolTail.test(match[0]) ? ownerKinds.school : ownerKinds.works;
    for (let i = match.index; i < end; i++)
      if (role[i] === roles.core || role[i] === roles.form || role[i] === roles.speciality) own(i, kind);
    for (
      let i = match.index - 1;
      i >= 0 && role[i] !== roles.type && role[i] !== roles.filler && text[i] !== ')' && text[i] !== '、';
      i--
    ) {
      if (role[i] !== roles.region) own(i, kind);
    }
  }

  function own(i: number, kind: number): void {
    role[i] = roles.owner;
    cls[i] = kind;
  }
}

/** 某某镇某某社区卫生服务中心: the town's name said again in front of the kind of institution adds nothing. */
function tagSaidTwice(text: string, role: Uint8Array, cls: Uint8Array): void {
  const start = role.indexOf(roles.town);
  if (start < 0) return;
  let end = start;
  while (role[end] === roles.town) end++;
  const stem = text.slice(start, end).replace(/(?:街道|地区|镇|乡|苏木)$/, '');
  const next = end + stem.length;
  if (stem.length < 2 || stem.length === end - start || !text.startsWith(stem, end)) return;
  if (role[next] !== roles.type || cls[next] === villageType || role.subarray(end, next).some((value) => value !== roles.core)) return;
  role.fill(roles.form, end, next);
}

function tagBranch(text: string, role: Uint8Array, firstType: number): boolean {
  if (firstType > 0 && firstType < text.length) {
    const tail = text.slice(firstType).replace(/[()]/g, '');
    if (shopTail.test(tail)) {
      // A shop of a chain: what its name adds is the branch; the chain's legal form and the place keep their roles.
      for (let i = firstType; i < text.length; i++) if (role[i] === roles.core || role[i] === roles.town) role[i] = roles.branch;
      return true;
    }
    if (branchTail.test(tail) || sideTail.test(tail)) {
      role.fill(roles.branch, firstType);
      return true;
    }
  }
  return role.includes(roles.branch);
}

function summarise(text: string, role: Uint8Array, cls: Uint8Array, scope: number, hasBranch: boolean, county: number): ParsedName {
  let type = 0;
  let low = 0;
  let high = 0;
  let ordinal = 0;
  let key = '';
  let core = '';
  for (let i = 0; i < text.length; ) {
    const kind = role[i] as Role;
    const kindClass = cls[i]!;
    let end = i + 1;
    while (end < text.length && role[end] === kind && cls[end] === kindClass) end++;
    const part = text.slice(i, end);
    if (kind === roles.type) {
      type = kindClass;
      key += mergedTypes[kindClass] === 1 ? String.fromCharCode(0xe100 + kindClass) : part;
    } else if (kind === roles.speciality) {
      if (kindClass <= 32) low |= 1 << (kindClass - 1);
      else high |= 1 << (kindClass - 33);
      key += mergedSpecialities[kindClass] === 1 ? String.fromCharCode(0xe200 + kindClass) : part;
    } else if (kind === roles.ordinal) {
      const value = Number(part.replace(/\D/g, '')) % 60_000;
      if (ordinal === 0) ordinal = value;
      key += `#${value}`;
    } else if (kind !== roles.region && kind !== roles.form && kind !== roles.filler) {
      const letters =
        kind === roles.town ? part.replace(/(?:街道|镇|乡|苏木)$/, '') : kind === roles.branch ? part.replace(/分店$/, '店') : part;
      key += letters;
      if (kind !== roles.branch && kind !== roles.department) core += letters;
    } else if (kind === roles.filler && part.includes('附')) key += '附';
    i = end;
  }
  return {
    text,
    roles: role,
    classes: cls,
    type,
    specialityLow: low,
    specialityHigh: high,
    ordinal,
    scope,
    hasBranch,
    county,
    key: key.replace(/[()、-]/g, ''),
    core: core.replace(/[()、-]/g, ''),
  };
}
