import { allKinds, type EntityKind, flowKinds, isEntityKind, type Kind } from '../../model/kind.js';
import type { Day } from '../../model/line.js';
import type { Row } from '../../model/row.js';
import type { PartStart } from '../decode/decode-event.js';
import { checkLayout } from './check-layout.js';
import type { Dictionary } from './dictionary.js';
import { entityDefinitions } from './entity-definitions.js';
import { fieldsBehind, fieldsOf, isFlowKind, isSpareField, requiredFields } from './fields.js';
import { joinTitles } from './find-header.js';
import { fieldByValues, judgeValues } from './judge-column.js';
import { judgeTitle, type TitleJudgement } from './judge-title.js';
import { namePattern } from './name-pattern.js';
import { normalizeTitle, withoutRemark } from './normalize-title.js';
import { parseLayout } from './parse-layout.js';
import { type ColumnProfile, profileColumn } from './profile-column.js';
import type { Proposal, ProposedColumn } from './proposal.js';
import { proposeConstants } from './propose-constants.js';
import { createTotalsWord } from './totals-word.js';
import { writeLayout } from './write-layout.js';

/** Proposes a layout from the first rows of a part (some 200 are plenty). Guesses are for a person to confirm; nothing loads by them. */
export function suggestLayout(part: PartStart, rows: readonly Row[], dictionary: Dictionary, sentOn: Day): Proposal {
  const header = guessHeader(part, rows, dictionary);
  const { kind, at, height, titles } = header;
  const data = rows.slice(at + height).filter((row) => !isTotals(row));
  const profiles = titles.map((_, column) => profileColumn(data.map((row) => row.cells[column] ?? '')));
  const columns = proposeColumns(dictionary, kind, titles, profiles);
  const given = new Set(columns.flatMap(({ field }) => (field === null ? [] : [field])));
  if (given.has('name_and_spec')) given.add('product_name');
  if (given.has('case_quantity') && given.has('pack_size')) given.add('quantity');
  const quantityTitle = columns.find(({ field }) => field === 'quantity')?.title ?? '';
  const constants = proposeConstants({
    part,
    kind,
    given,
    titleRows: rows.slice(0, at),
    dictionary,
    quantityUnit: withoutRemark(normalizeTitle(quantityTitle))?.unit ?? '',
  });
  for (const { field } of constants) given.add(field);
  const missing = requiredFields(kind).filter((field) => !fieldsBehind(kind, field).some((one) => given.has(one)));
  const usesCases =
    given.has('pack_size') &&
    profiles[columns.findIndex(({ field }) => field === 'unit')]?.samples.some((unit) => unit === '件' || unit === '箱') === true;
  const yaml = writeLayout({ part, kind, height, columns, constants, missing, usesCases });
  const isUsable = missing.length === 0 && columns.some(({ field }) => field !== null && !isSpareField(field, kind));
  return {
    headerRows: rows.slice(at, at + height).map((row) => row.rowNo),
    kind,
    kindEvidence: header.evidence,
    columns,
    constants,
    totalsRows: rows
      .slice(at + height)
      .filter(isTotals)
      .map((row) => row.rowNo),
    missing,
    yaml,
    preview: isUsable
      ? checkLayout(parseLayout(yaml, 'proposal'), dictionary, [{ part, rows: rows.slice(0, at + height + 20) }], {
          fileName: part.fileName,
          sentOn,
          constants: {},
        })
      : null,
  };
}

interface HeaderGuess {
  readonly at: number;
  readonly height: 1 | 2;
  readonly kind: Kind;
  readonly titles: readonly string[];
  readonly evidence: readonly string[];
}

/** The rows and the kind under which most titles make sense, each field counted once. */
function guessHeader(part: PartStart, rows: readonly Row[], dictionary: Dictionary): HeaderGuess {
  let best: HeaderGuess = { at: 0, height: 1, kind: 'sale', titles: joinTitles(rows.slice(0, 1)), evidence: [] };
  let highest = 0;
  const isTitle = (row: Row): boolean => row.cells.filter((cell) => cell !== '').length <= 3;
  const titleText = rows
    .slice(0, 5)
    .filter(isTitle)
    .flatMap((row) => row.cells);
  const named = kindNamed([part.path, part.fileName, part.sheet ?? '', ...titleText].join(' '));
  const entity = entityNamed([part.sheet ?? '', part.fileName]);
  // Flow is what most files are, and orders, shipments and invoices have its columns: an entity has to be named, or to fit clearly better.
  const nameWorth = (kind: Kind): number =>
    isEntityKind(kind) && kind !== 'product'
      ? entity === kind
        ? 4
        : -2
      : named === kind && (entity === null || entity === 'product')
        ? 2
        : 0;
  const candidates = allKinds.map((kind) => candidateOf(dictionary, kind));
  for (let at = 0; at < Math.min(rows.length, 40); at++) {
    for (const height of [1, 2] as const) {
      if (at + height > rows.length || (height === 2 && isDataLike(rows[at + 1]))) continue;
      const titles = joinTitles(rows.slice(at, at + height));
      for (const { kind, isFlow, required, requiredBehind, signs, judge } of candidates) {
        const fields = new Map<string, number>();
        for (const title of titles) {
          const judged = judge(title);
          if (!judged || judged.score < (isFlow ? 0.6 : 0.8)) continue;
          const worth = judged.score * (isSpareField(judged.field, kind) ? 0.4 : requiredBehind.has(judged.field) ? 1.5 : 1);
          const tellsKind = isFlow && judged.score >= 0.95 && isOfOneKind(dictionary, title) ? 1 : 0;
          fields.set(judged.field, Math.max(fields.get(judged.field) ?? 0, worth + tellsKind));
        }
        const known = [...fields.values()].reduce((sum, worth) => sum + worth, 0);
        const lacks = required.filter((field) => field !== 'date' && !fieldsBehind(kind, field).some((one) => fields.has(one))).length;
        const flowSigns = isFlow || !titles.some((title) => signs.test(title)) ? 0 : 6;
        const score = known + nameWorth(kind) - lacks * 1.5 - flowSigns - (height === 2 ? 0.6 : 0);
        if (score <= highest) continue;
        highest = score;
        const evidence = [
          `${fields.size} titles make sense for this kind`,
          ...(nameWorth(kind) > 0 ? ['a file, sheet or title text names the kind'] : []),
        ];
        best = { at, height, kind, titles, evidence };
      }
    }
  }
  return best;
}

/** True for a title such as 出库日期, which only sales, only purchases or only stock have. */
function isOfOneKind(dictionary: Dictionary, title: string): boolean {
  return flowKinds.filter((kind) => dictionary.lookUp(kind, normalizeTitle(title))).length === 1;
}

/** What is the same for a kind whatever row the header may be; a title is judged once. */
function candidateOf(dictionary: Dictionary, kind: Kind) {
  const required = requiredFields(kind);
  const isFlow = isFlowKind(kind);
  const judged = new Map<string, TitleJudgement | null>();
  return {
    kind,
    isFlow,
    required,
    requiredBehind: new Set(required.flatMap((field) => fieldsBehind(kind, field))),
    signs: signsOf(kind),
    judge(title: string): TitleJudgement | null {
      const known = judged.get(title);
      if (known !== undefined) return known;
      const made = judgeTitle(dictionary, kind, title, { fuzzily: isFlow });
      judged.set(title, made);
      return made;
    },
  };
}

/** The entity that a sheet or a file is called after; the longest of its names that fits. */
function entityNamed(names: readonly string[]): EntityKind | null {
  for (const name of names) {
    let best: EntityKind | null = null;
    let length = 0;
    for (const { entity, sheets } of entityDefinitions().values())
      for (const sheet of sheets)
        if (sheet.length > length && namePattern([sheet])(name)) {
          best = entity;
          length = sheet.length;
        }
    if (best) return best;
  }
  return null;
}

/** Titles that speak against a kind which has no such field. */
function signsOf(kind: Kind): RegExp {
  const has = new Set(fieldsOf(kind));
  return has.has('quantity') ? /^$/u : has.has('amount') ? /数量|批号|qty/iu : /数量|金额|批号|qty/iu;
}

function kindNamed(text: string): Kind | null {
  if (/进销存/u.test(text)) return null;
  if (/库存|结存|盘点|stock|inventory|(?:^|\W)IM_/iu.test(text)) return 'stock';
  if (/采购|购进|进货|入库|purchase|(?:^|\W)PM_/iu.test(text)) return 'purchase';
  if (/销售|流向|出库|sale|(?:^|\W)SM_/iu.test(text)) return 'sale';
  return /terminal|终端(?:清单|主数据|列表)/iu.test(text) ? 'terminal' : /product|产品(?:清单|主数据|目录)/iu.test(text) ? 'product' : null;
}

/** Best pairs first: by certainty of the title and the values, then by how good the title is among synonyms. */
function proposeColumns(
  dictionary: Dictionary,
  kind: Kind,
  titles: readonly string[],
  profiles: readonly ColumnProfile[],
): ProposedColumn[] {
  const judged = titles.map((title, column) => {
    const one = judgeColumn(judgeTitle(dictionary, kind, title), profiles[column], kind);
    return normalizeTitle(title) === '' ? leftOut(one, column) : one;
  });
  const order = [...judged.keys()].toSorted((a, b) => {
    const [left, right] = [judged[a], judged[b]];
    return (right?.tier ?? 0) - (left?.tier ?? 0) || (left?.rank ?? 0) - (right?.rank ?? 0) || a - b;
  });
  const taken = new Set<string>();
  const fields: (string | null)[] = titles.map(() => null);
  const notes = titles.map((): string[] => []);
  for (const column of order) {
    const one = judged[column];
    if (!one || one.field === null) continue;
    if (isSpareField(one.field, kind)) fields[column] = one.field;
    else if (taken.has(one.field)) notes[column]?.push(`another column is the better ${one.field}`);
    else {
      taken.add(one.field);
      fields[column] = one.field;
    }
  }
  return titles.map((title, column) => ({
    column,
    title,
    field: fields[column] ?? null,
    confidence: fields[column] === null ? 0 : (judged[column]?.confidence ?? 0),
    evidence: [...(judged[column]?.evidence ?? []), ...(notes[column] ?? [])],
    samples: profiles[column]?.samples ?? [],
  }));
}

interface Judged {
  readonly field: string | null;
  readonly confidence: number;
  /** Certainty in coarse steps, so that among equally certain columns the better synonym decides. */
  readonly tier: number;
  readonly rank: number;
  readonly evidence: readonly string[];
}

/** A layout names columns by their titles, so one without a title cannot be loaded; what its values look like is told all the same. */
function leftOut({ field, evidence }: Judged, column: number): Judged {
  const guess = field === null ? [] : [`would be ${field}: ${evidence.join('; ')}`];
  return { field: null, confidence: 0, tier: 0, rank: 0, evidence: [`column ${column + 1} has no title to name it by`, ...guess] };
}

function judgeColumn(title: TitleJudgement | null, profile: ColumnProfile | undefined, kind: Kind): Judged {
  if (title) {
    const values = profile && judgeValues(title.field, profile);
    const weight = values?.weight ?? 0;
    const confidence = round(Math.min(0.99, Math.max(0, title.score * 0.9 + weight * 0.1 - (weight === -1 ? 0.6 : 0))));
    const evidence = [title.evidence, ...(values ? [values.evidence] : [])];
    if (confidence >= 0.35) return { field: title.field, confidence, tier: Math.floor(confidence * 5), rank: title.rank, evidence };
    return { field: null, confidence, tier: 0, rank: 0, evidence };
  }
  const guessed = profile && fieldByValues(profile);
  if (!guessed || !(fieldsOf(kind).includes(guessed.field) || isSpareField(guessed.field, kind)))
    return { field: null, confidence: 0, tier: 0, rank: 0, evidence: [] };
  return { field: guessed.field, confidence: 0.4, tier: 1, rank: 1_000, evidence: [guessed.evidence] };
}

const totalsWord = createTotalsWord([]);
const isTotals = (row: Row): boolean => row.cells.slice(0, 6).some((cell) => totalsWord(cell.trim())?.form === 'exact');
const isDataLike = (row: Row | undefined): boolean =>
  row === undefined || row.cells.some((cell) => /^\s*[-(]?\d[\d.,:/\s-]*\)?\s*$/u.test(cell));
const round = (value: number): number => Math.round(value * 100) / 100;
