import type { DecisionKind } from '../terminal.js';

/** One answer beside the truth. `truth` empty: the master does not have it. */
export interface Judged {
  readonly form: string;
  readonly truth: string;
  readonly decision: DecisionKind;
  readonly linked: string | null;
  readonly probability: number;
  readonly top: string | null;
  /** 1-based rank of the truth among the candidates listed, 0 when it is not there. */
  readonly rank: number;
}

/** The metrics of one group of names; shares are 0-1, `null` when nothing could be counted. */
export interface Measures {
  readonly group: string;
  readonly names: number;
  readonly linkable: number;
  readonly top1: number | null;
  readonly top5: number | null;
  readonly in50: number | null;
  readonly auto: number | null;
  readonly autoRight: number | null;
  /** One-sided 95 % Clopper-Pearson lower bound of `autoRight`. */
  readonly autoRightAtLeast: number | null;
  /** Wrong automatic links as a share of all names, and of those whose terminal is not in the master. */
  readonly wrongAuto: number | null;
  readonly wrongAutoAbsent: number | null;
  readonly suggest: number;
  readonly review: number;
  readonly new: number;
  readonly hold: number;
  readonly newRight: number | null;
  /** Expected calibration error of the best candidate's probability over ten equal-width buckets. */
  readonly calibrationError: number | null;
  readonly sureShown: number | null;
  readonly sureRight: number | null;
}

export function measure(judged: readonly Judged[]): Measures[] {
  const groups = new Map<string, Judged[]>([['all', [...judged]]]);
  for (const one of judged) if (one.form !== '') groups.set(one.form, [...(groups.get(one.form) ?? []), one]);
  return [...groups].map(([group, list]) => measureGroup(group, list));
}

function measureGroup(group: string, list: readonly Judged[]): Measures {
  const linkable = list.filter(({ truth }) => truth !== '');
  const absent = list.filter(({ truth }) => truth === '');
  const within = (limit: number) => share(linkable.filter(({ rank }) => rank > 0 && rank <= limit).length, linkable.length);
  const autos = list.filter(({ decision }) => decision === 'auto');
  const right = autos.filter(({ linked, truth }) => linked === truth).length;
  const news = list.filter(({ decision }) => decision === 'new');
  const sure = list.filter(({ probability }) => probability >= 0.99);
  const kinds = (kind: DecisionKind) => list.filter(({ decision }) => decision === kind).length / Math.max(1, list.length);
  return {
    group,
    names: list.length,
    linkable: linkable.length,
    top1: within(1),
    top5: within(5),
    in50: within(50),
    auto: share(autos.filter(({ truth }) => truth !== '').length, linkable.length),
    autoRight: share(right, autos.length),
    autoRightAtLeast: autos.length === 0 ? null : lowerBound(right, autos.length),
    wrongAuto: share(autos.length - right, list.length),
    wrongAutoAbsent: share(absent.filter(({ decision }) => decision === 'auto').length, absent.length),
    suggest: kinds('suggest'),
    review: kinds('review'),
    new: kinds('new'),
    hold: kinds('hold'),
    newRight: share(news.filter(({ truth }) => truth === '').length, news.length),
    calibrationError: calibrationError(list),
    sureShown: sure.length === 0 ? null : sure.reduce((sum, { probability }) => sum + probability, 0) / sure.length,
    sureRight: share(sure.filter(({ top, truth }) => top === truth).length, sure.length),
  };
}

export function printMeasures(list: readonly Measures[]): string {
  const percent = (value: number | null) => (value === null ? '-' : (100 * value).toFixed(1));
  const head = [
    'group',
    'names',
    'linkable',
    'top1',
    'top5',
    'in50',
    'auto',
    'auto right',
    '>= (95 %)',
    'wrong auto',
    'of absent',
    'suggest',
    'review',
    'new',
    'hold',
    'ECE',
    '>=.99 right',
  ];
  const rows = list.map((m) => [
    m.group,
    String(m.names),
    String(m.linkable),
    ...[
      m.top1,
      m.top5,
      m.in50,
      m.auto,
      m.autoRight,
      m.autoRightAtLeast,
      m.wrongAuto,
      m.wrongAutoAbsent,
      m.suggest,
      m.review,
      m.new,
      m.hold,
      m.calibrationError,
      m.sureRight,
    ].map(percent),
  ]);
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]!.length)));
  return [head, ...rows].map((row) => row.map((cell, i) => cell.padStart(widths[i]!)).join('  ')).join('\n');
}

function calibrationError(list: readonly Judged[]): number | null {
  if (list.length === 0) return null;
  let error = 0;
  for (let bucket = 0; bucket < 10; bucket++) {
    const mine = list.filter(({ probability }) => Math.min(9, Math.trunc(probability * 10)) === bucket);
    error += Math.abs(mine.reduce((sum, { probability, top, truth }) => sum + probability - (top !== null && top === truth ? 1 : 0), 0));
  }
  return error / list.length;
}

/** One-sided 95 % lower bound for `right` of `count`, by bisection on the binomial tail. */
export function lowerBound(right: number, count: number): number {
  if (right === 0) return 0;
  let low = 0;
  let high = right / count;
  for (let step = 0; step < 50; step++) {
    const middle = (low + high) / 2;
    if (tailAtLeast(right, count, middle) < 0.05) low = middle;
    else high = middle;
  }
  return low;
}

function tailAtLeast(right: number, count: number, p: number): number {
  let logTerm = count * Math.log(p);
  let tail = 0;
  for (let k = count; k >= right; k--) {
    tail += Math.exp(logTerm);
    logTerm += Math.log(k / (count - k + 1)) + Math.log((1 - p) / p);
  }
  return tail;
}

function share(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}
