import { roles } from '../parse/lexicon.js';
import { scopes } from '../parse/parse-name.js';
import { hasCore, type Query } from '../parse/read-query.js';
import { formKinds } from '../region/gazetteer.js';
import type { CandidateSet } from '../score/candidate-set.js';
import { choose } from '../score/choice-model.js';
import { dense, denseCount } from '../score/feature-names.js';
import type { TrainedModel } from '../score/load-model.js';
import type { DecisionKind } from '../terminal.js';
import { calibrate } from './calibrate.js';
import { certainty, certaintyInputs } from './certainty.js';
import type { People } from './people.js';
import { conflictNames, hardConflicts, isSameName, strata, stratumOf } from './stratum.js';

/** A decision before it is dressed for people: rows of the candidate set, best first. */
export interface Decided {
  readonly decision: DecisionKind;
  readonly order: readonly number[];
  /** Calibrated, one per row of the set. */
  readonly probabilities: Float64Array;
  readonly none: number;
  readonly stratum: string;
  readonly whyNotAuto: readonly string[];
}

/** Buyers that are nobody in particular. */
const placeholders =
  /^(?:个人|个体|散户|零散|零售|现金|门市|门诊|客户|顾客|患者|病人|自然人|其他|其它|未知|无|合计|总计|小计|测试|样品|赠品|报损|盘点|调拨|退货|冲红|线上|网上|电商|终端|内部|员工|本公司)+(?:客户|顾客|销售|零售|购买|消费者|患者|户|部)*\d*$/;
const suggestFrom = 0.6;
const newFrom = 0.55;
/** Two candidates closer than this are a tie: a person picks. */
const tie = 0.08;

export function decide(query: Query, set: CandidateSet, model: TrainedModel, people: People): Decided {
  const raw = choose(model, set);
  const idOf = (row: number) => set.indexes[row]!.idOf(set.terminals[row]!);
  const spokenOf = people.knows(query.text);
  const must = spokenOf ? people.linked(query.raw) : null;
  if (spokenOf) for (let row = 0; row < set.size; row++) if (people.isBanned(query.raw, idOf(row))) raw[row] = 0;
  const order = inOrder(set, raw);

  if (must !== null) {
    const at = order.findIndex((row) => idOf(row) === must);
    if (at >= 0) return linkedByPerson(order, at, set.size);
  }
  const top = order[0];
  const noise = placeholders.test(query.text) || query.text.length < 2 || !/[\p{L}]/u.test(query.text);
  if (top === undefined || noise) {
    const decision = noise ? 'noise' : 'new';
    return {
      decision,
      order,
      probabilities: new Float64Array(set.size),
      none: 1,
      stratum: 'none',
      whyNotAuto: [noise ? 'placeholder' : 'no candidate'],
    };
  }
  const stratum = strata[stratumOf(query, set, top)]!;
  const { knots, autoFrom } = model.strata[stratum] ?? { knots: [], autoFrom: 1.01 };
  const vague = isVague(query);
  const { whyNotAuto, inputs } = weighBest(query, set, raw, order);
  const sure = certainty(model.certainty, inputs);
  const probabilities = rescale(raw, top, calibrate(knots, sure));
  const none = probabilities[set.size]!;
  if (sure < autoFrom)
    whyNotAuto.unshift(
      autoFrom > 1 ? `kind of link not certified: ${stratum}` : `probability ${sure.toFixed(3)} below ${autoFrom.toFixed(3)} (${stratum})`,
    );

  return { decision: kindOf(), order, probabilities, none, stratum, whyNotAuto };

  function kindOf(): DecisionKind {
    if (whyNotAuto.length === 0) return 'auto';
    if (vague) return 'hold';
    if (raw[set.size]! >= newFrom) return set.unproven ? 'review' : 'new';
    return probabilities[top!]! >= suggestFrom ? 'suggest' : 'review';
  }
}

/** Rows of the set, the likeliest first; equal ones by id, so that the order of the master does not matter. */
export function inOrder(set: CandidateSet, p: Float64Array): number[] {
  const idOf = (row: number) => set.indexes[row]!.idOf(set.terminals[row]!);
  return Array.from({ length: set.size }, (_, row) => row).sort((a, b) => p[b]! - p[a]! || (idOf(a) < idOf(b) ? -1 : 1));
}

/** What keeps a link to the best candidate from being automatic whatever its probability, and what its certainty is computed from. */
export function weighBest(
  query: Query,
  set: CandidateSet,
  p: Float64Array,
  order: readonly number[],
): { whyNotAuto: string[]; inputs: Float64Array } {
  const top = order[0]!;
  const runnerUp = order[1] === undefined ? 0 : p[order[1]]!;
  const whyNotAuto = bars(query, set, top, p[top]! - runnerUp < tie);
  return { whyNotAuto, inputs: certaintyInputs(query, set, p, top, runnerUp, whyNotAuto.length > 0) };
}

function bars(query: Query, set: CandidateSet, top: number, isTie: boolean): string[] {
  const whyNotAuto: string[] = [];
  for (const name of conflictNames(hardConflicts(set.conflicts[top]!))) whyNotAuto.push(`conflict: ${name}`);
  if (isTie) whyNotAuto.push('two terminals equally likely');
  if (set.indexes[top]!.closed[set.terminals[top]!] === 1) whyNotAuto.push('terminal is closed');
  if (set.unproven && !isSameName(set, top)) whyNotAuto.push('search stopped at its budget');
  if (isPlaceless(query) && !tellsAlone(query, set, top)) whyNotAuto.push('no place is given and the name alone is not telling enough');
  else if (isAmbiguousPlace(query)) whyNotAuto.push('the place named exists in several cities');
  if (isVague(query)) whyNotAuto.push('name says too little: give the place');
  return whyNotAuto;
}

/** 人民医院 alone, nowhere: hundreds fit, so guessing is worse than asking. */
function isVague({ segments, hint }: Query): boolean {
  const main = segments[0]!;
  return (
    hint.city === 0 &&
    main.mentions.length === 0 &&
    (!hasCore(main) || /^[省市县区镇乡]?$/.test(main.parsed.core)) &&
    segments.length === 1 &&
    main.parsed.ordinal < 20
  );
}

function isPlaceless({ segments, hint }: Query): boolean {
  return hint.province === 0 && segments.every(({ mentions }) => mentions.every(({ kind }) => kind === formKinds.town));
}

/** 白云区中医院 without a city, and nothing but the kind beside it: which 白云区? */
function isAmbiguousPlace({ segments, hint }: Query): boolean {
  const [main] = segments;
  return hint.province === 0 && !hasCore(main!) && main!.mentions.length > 0 && main!.mentions.every(({ codes }) => codes.length > 1);
}

/** The very name: letter by letter of a town that the country has once or with three letters of its own, or of one shop of one chain. */
function tellsAlone({ segments }: Query, set: CandidateSet, row: number): boolean {
  const { parsed } = segments[0]!;
  const sameText = set.values[row * denseCount + dense.sameText] === 1;
  const { mentions } = segments[0]!;
  if (mentions.length === 1 && mentions[0]!.codes.length === 1) return sameText && set.values[row * denseCount + dense.countySame] === 1;
  if (parsed.scope === scopes.town) return false;
  if (parsed.core.length >= 3 && sameText) return true;
  const telling = parsed.roles.reduce((count, role) => count + (role === roles.core || role === roles.branch ? 1 : 0), 0);
  return parsed.hasBranch && telling >= 7 && set.values[row * denseCount + dense.sameKeyScope] === 1;
}

function linkedByPerson(order: readonly number[], at: number, size: number): Decided {
  const row = order[at]!;
  const probabilities = new Float64Array(size + 1);
  probabilities[row] = 1;
  return {
    decision: 'auto',
    order: [row, ...order.filter((other) => other !== row)],
    probabilities,
    none: 0,
    stratum: 'decided by a person',
    whyNotAuto: [],
  };
}

/** The best gets its calibrated probability; the rest share what is left as they did before. */
function rescale(raw: Float64Array, top: number, calibrated: number): Float64Array {
  const rest = 1 - raw[top]!;
  const factor = rest > 1e-9 ? (1 - calibrated) / rest : 0;
  // No other candidate is shown as likelier than the one put first.
  return raw.map((value, row) =>
    row === top ? calibrated : row === raw.length - 1 ? value * factor : Math.min(value * factor, calibrated),
  );
}
