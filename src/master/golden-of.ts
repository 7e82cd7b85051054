import { createHash } from 'node:crypto';
import { judgeValue } from './judge-value.js';
import type { Policy } from './policy.js';

/** What one key of one system says today. No value is empty. */
export interface SourceVersion {
  readonly role: string;
  readonly system: string;
  readonly key: string;
  readonly fields: Readonly<Record<string, string>>;
  /** When the system says it changed it: a moment that sorts as text. null when it does not say. */
  readonly changedAt: string | null;
  /** The system says that the thing is gone: what it says counts after everybody else, but is not forgotten. */
  readonly isVoid: boolean;
  /** It came with a record that was merged into this one. */
  readonly isMergedIn: boolean;
}

/** A value that a person set; '' = the record has none. */
export interface Override {
  readonly attribute: string;
  readonly value: string;
  readonly actor: string;
}

/** role, system, key; of an override ['', 'person', actor]. */
export type Origin = readonly [role: string, system: string, key: string];

/** What decided. The ladder, in its order; `only`: nobody else says anything; `agreed`: all say the same. */
type Rung =
  | 'override'
  | 'void'
  | 'verified'
  | 'validity'
  | 'priority'
  | 'survivor'
  | 'completeness'
  | 'recency'
  | 'frequency'
  | 'id'
  | 'group';
/** `filled`: the source that won the group says nothing here, and this one says the same as it wherever it does speak. */
export type Deciding = Rung | 'only' | 'agreed' | 'union' | 'filled';

export interface Loser {
  readonly value: string;
  readonly from: Origin;
  readonly by: Rung;
}

/** Where a value comes from and what it beat. */
export interface Why {
  readonly from: Origin;
  readonly by: Deciding;
  readonly lost?: readonly Loser[];
}

export interface Golden {
  /** In order of the attributes; no value is empty. */
  readonly fields: Readonly<Record<string, string>>;
  /** `*` speaks for every attribute that is not named. */
  readonly why: Readonly<Record<string, Why>>;
  /** Depends on the sources, the policy and the overrides alone: on no id of ours and on no order. */
  readonly hash: string;
  /** Per cent of what the policy asks of a complete record; null when it asks nothing. */
  readonly completeness: number | null;
  /** Every source says that it is gone. */
  readonly isVoid: boolean;
}

/** The values of a record that win, out of all that its sources say. The order of `versions` and `overrides` does not matter. */
export function goldenOf(versions: readonly SourceVersion[], policy: Policy, overrides: readonly Override[] = []): Golden {
  const [first] = versions;
  if (versions.length === 1 && first && overrides.length === 0) {
    const why = { '*': { from: originOf(first), by: 'only' as const } };
    return finish(sorted(first.fields), why, policy, first.isVoid);
  }
  const said = versions.toSorted(byOrigin);
  const fields: Record<string, string> = {};
  const why: Record<string, Why> = {};
  for (const unit of unitsOf(said, policy)) chooseUnit(unit, said, policy, fields, why);
  for (const override of overrides.toSorted((a, b) => compare(a.attribute, b.attribute))) applyOverride(override, fields, why);
  return finish(
    sorted(fields),
    sorted(why),
    policy,
    said.every(({ isVoid }) => isVoid),
  );
}

function finish(fields: Record<string, string>, why: Readonly<Record<string, Why>>, policy: Policy, isVoid: boolean): Golden {
  const hash = createHash('sha256')
    .update(JSON.stringify([policy.version, fields, why, isVoid]))
    .digest('hex')
    .slice(0, 32);
  const filled = policy.complete.filter((attribute) => fields[attribute] !== undefined).length;
  const completeness = policy.complete.length === 0 ? null : Math.round((100 * filled) / policy.complete.length);
  return { fields, why, hash, completeness, isVoid };
}

interface Candidate {
  readonly version: SourceVersion;
  /** Per attribute of the unit, '' where the source says nothing. */
  readonly values: readonly string[];
  readonly text: string;
}

/** Groups of the policy, and every other attribute by itself. */
function unitsOf(versions: readonly SourceVersion[], policy: Policy): (readonly string[])[] {
  const grouped = new Set(policy.groups.flat());
  const single = new Set(versions.flatMap(({ fields }) => Object.keys(fields)).filter((attribute) => !grouped.has(attribute)));
  return [...policy.groups, ...[...single].map((attribute) => [attribute])];
}

function chooseUnit(
  unit: readonly string[],
  versions: readonly SourceVersion[],
  policy: Policy,
  fields: Record<string, string>,
  why: Record<string, Why>,
): void {
  const candidates = versions
    .map((version): Candidate => {
      const values = unit.map((attribute) => version.fields[attribute] ?? '');
      return { version, values, text: values.join('\u0000') };
    })
    .filter(({ values }) => values.some((value) => value !== ''));
  if (candidates.length === 0) return;
  const [attribute] = unit;
  if (unit.length === 1 && attribute !== undefined && policy.attributes[attribute]?.union) {
    fields[attribute] = unionOf(candidates);
    why[attribute] = { from: originOf(candidates[0]!.version), by: 'union' };
    return;
  }
  const { winner, beaten } = climb(candidates, unit, policy);
  const decisive = [...beaten].findLast(([loser]) => loser.text !== winner.text)?.[1];
  const by: Deciding = decisive ?? (candidates.length === 1 ? 'only' : 'agreed');
  for (const [place, name] of unit.entries()) {
    const value = winner.values[place]!;
    const lost = [...beaten].flatMap(([loser, rung]): Loser[] => {
      const other = loser.values[place]!;
      return other === '' || other === value ? [] : [{ value: other, from: originOf(loser.version), by: value === '' ? 'group' : rung }];
    });
    if (value !== '') fields[name] = value;
    if (value !== '' || lost.length > 0)
      why[name] = { from: originOf(winner.version), by, ...(lost.length > 0 && { lost: lost.toSorted(byLoser) }) };
  }
  if (policy.fillsGroups && unit.length > 1) fillBlanks(unit, { winner, candidates }, policy, fields, why);
}

/**
 * Members of a group that the winner leaves blank come from the next source down the ladder that says the same as the winner in every
 * member where the winner speaks: such a source can only mean the same place or firm. Never from a void source into one that is not, and never
 * a value that a check finds wrong.
 */
function fillBlanks(
  unit: readonly string[],
  { winner, candidates }: { winner: Candidate; candidates: readonly Candidate[] },
  policy: Policy,
  fields: Record<string, string>,
  why: Record<string, Why>,
): void {
  const values = [...winner.values];
  const agrees = (other: Candidate): boolean =>
    values.some((value, place) => value === '' && other.values[place] !== '') &&
    values.every((value, place) => value === '' || sameText(value, other.values[place]!)) &&
    (winner.version.isVoid || !other.version.isVoid) &&
    !resultsOf(other, unit, policy).includes('failed');

  for (let left = candidates.filter(agrees); left.length > 0; left = left.filter(agrees)) {
    const { winner: next, beaten } = climb(left, unit, policy);
    for (const [place, name] of unit.entries()) {
      const value = next.values[place]!;
      if (values[place] !== '' || value === '') continue;
      const lost = candidates.flatMap((loser): Loser[] => {
        const other = loser.values[place]!;
        return other === '' || other === value ? [] : [{ value: other, from: originOf(loser.version), by: beaten.get(loser) ?? 'group' }];
      });
      values[place] = value;
      fields[name] = value;
      why[name] = { from: originOf(next.version), by: 'filled', ...(lost.length > 0 && { lost: lost.toSorted(byLoser) }) };
    }
  }
}

/** Width and spaces make no other text, nor does it whether a place is called with its kind: 江苏, 江苏省. */
function sameText(left: string, right: string): boolean {
  if (left === right) return true;
  const [short, long] = [plainText(left), plainText(right)].toSorted((a, b) => a.length - b.length) as [string, string];
  return short !== '' && long.startsWith(short) && (long === short || kindsOfPlaces.test(long.slice(short.length)));
}

const plainText = (text: string): string => text.normalize('NFKC').replace(/\s+/gu, '');
const kindsOfPlaces = /^(?:[省市区县盟州旗]|地区|(?:壮族|回族|维吾尔)?自治区|特别行政区)$/u;

/** Rung by rung those fall out that are worse than the best; the last rung leaves one. Keeps the rung that beat each, in order. */
function climb(
  candidates: readonly Candidate[],
  unit: readonly string[],
  policy: Policy,
): { winner: Candidate; beaten: ReadonlyMap<Candidate, Rung> } {
  const beaten = new Map<Candidate, Rung>();
  let left = candidates;
  for (const [rung, scoreOf] of ladder) {
    if (left.length === 1) break;
    const scores = left.map((candidate) => scoreOf(candidate, unit, policy, left));
    const best = scores.reduce((high, score) => (compare(score, high) > 0 ? score : high));
    const stay: Candidate[] = [];
    for (const [place, candidate] of left.entries()) {
      if (compare(scores[place]!, best) === 0) stay.push(candidate);
      else beaten.set(candidate, rung);
    }
    left = stay;
  }
  const [winner, ...rest] = left; // candidates come in order of their origin
  for (const candidate of rest) beaten.set(candidate, 'id');
  return { winner: winner!, beaten };
}

type Score = (candidate: Candidate, unit: readonly string[], policy: Policy, left: readonly Candidate[]) => number | string;

const ladder: readonly (readonly [Rung, Score])[] = [
  ['void', ({ version }) => (version.isVoid ? 0 : 1)],
  ['verified', (candidate, unit, policy) => (resultsOf(candidate, unit, policy).includes('proven') ? 1 : 0)],
  // A check that failed lowers trust to the floor, whoever says it.
  ['validity', (candidate, unit, policy) => (resultsOf(candidate, unit, policy).includes('failed') ? 0 : 1)],
  ['priority', ({ version }, unit, policy) => -placeOf(version.system, systemsOf(unit, policy))],
  // Of two records that were one system's, whoever merged them said which goes on.
  ['survivor', ({ version }) => (version.isMergedIn ? 0 : 1)],
  ['completeness', ({ values }) => values.filter((value) => value !== '').length],
  ['recency', ({ version }) => version.changedAt ?? ''],
  [
    'frequency',
    ({ text }, _unit, _policy, left) => new Set(left.filter((one) => one.text === text).map(({ version }) => version.system)).size,
  ],
];

function resultsOf({ values }: Candidate, unit: readonly string[], { attributes }: Policy): string[] {
  return unit.flatMap((attribute, place) => {
    const check = attributes[attribute]?.check;
    return check === undefined || values[place] === '' ? [] : [judgeValue(check, values[place]!)];
  });
}

/** Those of the first attribute of the group that names any. */
function systemsOf(unit: readonly string[], { attributes, systems }: Policy): readonly string[] {
  for (const attribute of unit) {
    const own = attributes[attribute]?.systems;
    if (own) return own;
  }
  return systems;
}

function placeOf(system: string, systems: readonly string[]): number {
  const place = systems.indexOf(system);
  return place < 0 ? systems.length : place;
}

/** Every value once, in order of the sources; a source may say several, as people write lists. */
function unionOf(candidates: readonly Candidate[]): string {
  const values = candidates.flatMap(({ values: [value] }) => value!.split(/[;；\n]+/u).map((one) => one.trim()));
  return [...new Set(values.filter((value) => value !== ''))].join('；');
}

function applyOverride({ attribute, value, actor }: Override, fields: Record<string, string>, why: Record<string, Why>): void {
  const before = why[attribute];
  const beaten = fields[attribute];
  const lost: Loser[] = [
    ...(before && beaten !== undefined && beaten !== value ? [{ value: beaten, from: before.from, by: 'override' as const }] : []),
    ...(before?.lost ?? []).filter((loser) => loser.value !== value),
  ];
  if (value === '') delete fields[attribute];
  else fields[attribute] = value;
  why[attribute] = { from: ['', 'person', actor], by: 'override', ...(lost.length > 0 && { lost: lost.toSorted(byLoser) }) };
}

const originOf = ({ role, system, key }: SourceVersion): Origin => [role, system, key];

function byOrigin(left: SourceVersion, right: SourceVersion): number {
  return compare(left.system, right.system) || compare(left.key, right.key) || compare(left.role, right.role);
}

function byLoser(left: Loser, right: Loser): number {
  return compare(left.from.join('\u0000'), right.from.join('\u0000')) || compare(left.value, right.value);
}

/** By code units, so that every machine sorts alike. */
function compare<Value extends string | number>(left: Value, right: Value): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

function sorted<Value>(record: Readonly<Record<string, Value>>): Record<string, Value> {
  return Object.fromEntries(Object.entries(record).toSorted(([left], [right]) => compare(left, right)));
}
