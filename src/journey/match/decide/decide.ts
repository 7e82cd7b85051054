import { scopes } from '../parse/parse-name.js';
import { hasCore, type Query } from '../parse/read-query.js';
import { formKinds } from '../region/gazetteer.js';
import type { CandidateSet } from '../score/candidate-set.js';
import { choose } from '../score/choice-model.js';
import { dense, denseCount } from '../score/feature-names.js';
import type { TrainedModel } from '../score/load-model.js';
import type { DecisionKind } from '../terminal.js';
import { calibrate } from './calibrate.js';
import type { People } from './people.js';
import { conflictNames, hardConflicts, strata, stratumOf } from './stratum.js';

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
  const order = Array.from({ length: set.size }, (_, row) => row).sort((a, b) => raw[b]! - raw[a]! || (idOf(a) < idOf(b) ? -1 : 1));

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
  const probabilities = rescale(raw, top, calibrate(knots, raw[top]!));
  const none = probabilities[set.size]!;
  const runnerUp = order[1] === undefined ? 0 : raw[order[1]]!;

  const whyNotAuto: string[] = [];
  if (raw[top]! < autoFrom)
    whyNotAuto.push(
      autoFrom > 1
        ? `kind of link not certified: ${stratum}`
        : `probability ${raw[top]!.toFixed(2)} below ${autoFrom.toFixed(2)} (${stratum})`,
    );
  for (const name of conflictNames(hardConflicts(set.conflicts[top]!))) whyNotAuto.push(`conflict: ${name}`);
  if (raw[top]! - runnerUp < tie) whyNotAuto.push('two terminals equally likely');
  if (set.indexes[top]!.closed[set.terminals[top]!] === 1) whyNotAuto.push('terminal is closed');
  if (set.unproven && set.values[top * denseCount + dense.sameKeyScope] !== 1) whyNotAuto.push('search stopped at its budget');
  const vague = isVague(query);
  if (isPlaceless(query) && !tellsAlone(query, set, top)) whyNotAuto.push('no place is given and the name alone is not telling enough');
  if (vague) whyNotAuto.push('name says too little: give the place');

  return { decision: kindOf(), order, probabilities, none, stratum, whyNotAuto };

  function kindOf(): DecisionKind {
    if (whyNotAuto.length === 0) return 'auto';
    if (vague) return 'hold';
    if (raw[set.size]! >= newFrom) return set.unproven ? 'review' : 'new';
    return probabilities[top!]! >= suggestFrom ? 'suggest' : 'review';
  }
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

/** The very name, letter by letter: of a town that the country has once, or with three letters or more of its own. */
function tellsAlone({ segments }: Query, set: CandidateSet, row: number): boolean {
  const { parsed } = segments[0]!;
  const sameText = set.values[row * denseCount + dense.sameText] === 1;
  const { mentions } = segments[0]!;
  if (mentions.length === 1 && mentions[0]!.codes.length === 1) return sameText && set.values[row * denseCount + dense.countySame] === 1;
  return parsed.scope !== scopes.town && parsed.core.length >= 3 && sameText;
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
  return raw.map((value, row) => (row === top ? calibrated : value * factor));
}
