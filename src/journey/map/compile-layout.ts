import { isEntityKind, isFlowKind, type Kind } from '../../model/kind.js';
import type { Day } from '../../model/line.js';
import type { PartStart } from '../decode/decode-event.js';
import { sha256 } from './canonical-json.js';
import type { Dictionary } from './dictionary.js';
import { entityVersion } from './entity-definitions.js';
import { indispensable, requiredFields } from './fields.js';
import { kindsOf, type Layout } from './layout.js';
import { namePattern } from './name-pattern.js';
import { normalizeTitle } from './normalize-title.js';
import { layoutVersion } from './parse-layout.js';

/** What is known of a delivery besides its rows. `constants` come from the source's settings (e.g. distributor_name). */
export interface MapContext {
  readonly fileName: string;
  readonly archivePath?: string;
  readonly sentOn: Day;
  readonly constants: Readonly<Record<string, string>>;
  /** Globs of sheets that the source does not want read, besides those of its layouts. */
  readonly skipSheets?: readonly string[] | undefined;
}

/** A title that a layout lists for a field; `nth` is 1-based among the columns with this title, null = there must be only one. */
interface ListedTitle {
  readonly key: string;
  readonly nth: number | null;
}

/** A layout made ready for any number of parts. */
export interface CompiledLayout {
  readonly layout: Layout;
  /** Of the layout, and of the dictionary where the layout uses it: the same version maps the same rows to the same lines. */
  readonly version: string;
  readonly kinds: readonly Kind[];
  readonly dictionary: Dictionary;
  readonly listed: ReadonlyMap<string, readonly ListedTitle[]>;
  /** Normalised titles that the layout knows without loading them: ignored ones and those its rules look at. */
  readonly knownTitles: ReadonlySet<string>;
  /** Normalised titles that a rule needs (`drop`, `signs`, `kind`): the header must have them. */
  readonly ruleTitles: readonly string[];
  required(kind: Kind): readonly string[];
  isMeantFor(part: PartStart, context: MapContext): boolean;
  skipsSheet(part: PartStart): boolean;
  /** The kind by the names of the part; null when no pattern fits. For `by: column` the first kind listed. */
  kindOf(part: PartStart, context: MapContext): Kind | null;
}

/** The version of what maps the rows: the layout, the dictionary where the layout uses it, and the entities it reads. */
export function pinnedVersion(layout: Layout, dictionary: Dictionary): string {
  const parts = [
    layoutVersion(layout),
    ...(layout.dictionary ? [dictionary.version] : []),
    ...kindsOf(layout).filter(isEntityKind).map(entityVersion),
  ];
  return parts.length === 1 ? parts[0]! : sha256(parts.join(' '));
}

export function compileLayout(layout: Layout, dictionary: Dictionary): CompiledLayout {
  const kinds = kindsOf(layout);
  const rules = [...Object.values(layout.drop), ...layout.signs.returns, ...layout.signs.red_letter];
  const ruleTitles = rules.flatMap((rule) => (rule.column === undefined ? [] : [normalizeTitle(rule.column)]));
  if (typeof layout.kind === 'object' && layout.kind.by === 'column') ruleTitles.push(normalizeTitle(layout.kind.column));
  const { file_name: fileNames, path: paths, sheet: sheets } = layout.match;
  const fileNameFits = fileNames && namePattern(fileNames);
  const pathFits = paths && namePattern(paths);
  const sheetFits = sheets && namePattern(sheets);
  const skips = layout.skip_sheets && namePattern(layout.skip_sheets);
  return {
    layout,
    version: pinnedVersion(layout, dictionary),
    kinds,
    dictionary,
    listed: new Map(Object.entries(layout.columns).map(([field, titles]) => [field, titles.map(listedTitle)])),
    knownTitles: new Set([...(layout.ignore ?? []).map(normalizeTitle), ...ruleTitles]),
    ruleTitles,
    required: (kind) => [...new Set([...indispensable(kind), ...(layout.required ?? requiredFields(kind))])],
    isMeantFor: (part, context) =>
      (!fileNameFits || fileNameFits(context.fileName) || fileNameFits(part.fileName)) &&
      (!pathFits || pathFits(pathOf(part, context))) &&
      (!sheetFits || sheetFits(part.sheet ?? '')),
    skipsSheet: (part) => Boolean(part.sheet !== null && skips?.(part.sheet)),
    kindOf: compileKind(layout, kinds),
  };
}

const pathOf = (part: PartStart, context: MapContext): string => context.archivePath ?? (part.path || context.fileName);

function listedTitle(title: string): ListedTitle {
  const numbered = /^(.+)#(\d+)$/u.exec(title);
  return { key: normalizeTitle(numbered?.[1] ?? title), nth: numbered ? Number(numbered[2]) : null };
}

function compileKind({ kind }: Layout, kinds: readonly Kind[]): CompiledLayout['kindOf'] {
  const [first] = kinds;
  if (typeof kind === 'string' || kind.by === 'column') return () => first ?? null;
  // The longest pattern that fits: 客户联系人* goes before 客户*. Of equally long ones the first kind.
  const patterns = kinds
    .flatMap((one) => (kind.patterns[one] ?? []).map((glob) => ({ one, length: glob.length, matches: namePattern([glob]) })))
    .toSorted((left, right) => right.length - left.length);
  return (part, context) => {
    const fileNames = [part.fileName, context.fileName];
    const names = kind.by === 'sheet' ? sheetNames(part, fileNames) : kind.by === 'path' ? [pathOf(part, context)] : fileNames;
    for (const name of names) {
      const fits = patterns.find(({ matches }) => matches(name));
      if (fits) return fits.one;
    }
    return null;
  };

  /** A text file has no sheet, and nobody named a `Sheet1`: records are then called what the file is called. Lines of flow are not guessed. */
  function sheetNames({ sheet }: PartStart, fileNames: readonly string[]): readonly string[] {
    const speaks = sheet !== null && !/^(?:sheet|工作表)\s?\d*$/iu.test(sheet.trim());
    return speaks || kinds.some(isFlowKind) ? [sheet ?? ''] : [sheet ?? '', ...fileNames];
  }
}
