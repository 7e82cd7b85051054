import { readDataFile } from '../data-file.js';
import { normalise } from '../normalise/normalise.js';
import { PhraseTrie } from './phrase-trie.js';

/** How a form names its division, best first: its name, its name without suffix, a rank it once had, a former name or zone, a town. */
export const formKinds = { full: 0, short: 1, variant: 2, former: 3, town: 4, townStem: 5 } as const;
export type FormKind = (typeof formKinds)[keyof typeof formKinds];

/** Adcodes; 0 is unknown. `city` of a county directly under its province is that county itself. */
export interface Place {
  readonly province: number;
  readonly city: number;
  readonly county: number;
}

export const nowhere: Place = { province: 0, city: 0, county: 0 };
const marks: Record<string, FormKind> = { s: formKinds.short, v: formKinds.variant, f: formKinds.former, m: formKinds.former };

interface Gazetteer {
  readonly version: string;
  readonly names: Map<number, string>;
  /** Former names of divisions that were merged into a neighbour: they say where, but not the same division. */
  readonly mergedForms: Set<string>;
  /** Values are `adcode * 8 + form kind`. */
  readonly forms: PhraseTrie;
}

let known: Gazetteer | null = null;

/** Read once, by whoever asks first: it takes a quarter of a second, and most commands name no place. */
export function gazetteer(): Gazetteer {
  if (known) return known;
  const [version = '', ...lines] = readDataFile('gazetteer.txt').trimEnd().split('\n');
  const read = { version, names: new Map<number, string>(), mergedForms: new Set<string>(), forms: new PhraseTrie() };
  for (const line of lines) addLine(line, read);
  known = read;
  return read;
}

export function provinceOf(code: number): number {
  return Math.trunc(code / 10_000) * 10_000;
}

export function cityOf(code: number): number {
  if (code % 10_000 === 0) return 0;
  if (code >= 500_000 && code < 510_000) return 500_100;
  const city = Math.trunc(code / 100);
  return city % 100 === 90 ? code : city * 100;
}

function placeOf(code: number): Place {
  return code === 0 ? nowhere : { province: provinceOf(code), city: cityOf(code), county: code % 100 === 0 ? 0 : code };
}

/** Whether one lies in the other, or both are the same. */
export function agree(left: number, right: number): boolean {
  if (left === right) return true;
  return contains(left, right) || contains(right, left);
}

export function contains(outer: number, inner: number): boolean {
  if (outer === 0 || inner === 0) return false;
  if (outer % 10_000 === 0) return provinceOf(inner) === outer;
  return outer % 100 === 0 && cityOf(inner) === outer;
}

const placeCache = new Map<string, Place>();

/** What a row's own columns say about where it is. Wrong ranks are forgiven: a county in the city column is a county. */
export function resolvePlace(province = '', city = '', county = ''): Place {
  const key = `${province}|${city}|${county}`;
  let place = placeCache.get(key);
  if (!place) {
    let code = 0;
    for (const column of [province, city, county]) code = narrow(code, column.trim());
    place = placeOf(code);
    if (placeCache.size < 200_000) placeCache.set(key, place);
  }
  return place;
}

function narrow(within: number, text: string): number {
  if (text === '') return within;
  const values = gazetteer()
    .forms.get(normalise(text).text)
    .filter((value) => value % 8 <= formKinds.former);
  const inside = within === 0 ? values : values.filter((value) => agree(within, Math.trunc(value / 8)));
  if (inside.length === 0) return within;
  const best = Math.min(...inside.map((value) => value % 8));
  const codes = inside.filter((value) => value % 8 === best).map((value) => Math.trunc(value / 8));
  const deeper = codes.filter((code) => within === 0 || contains(within, code));
  if (deeper.length === 0) return within;
  // A municipality is its own city; otherwise two places of one name leave us where we were.
  const municipal = deeper.find((code) => code % 10_000 === 100 && deeper.includes(provinceOf(code)));
  if (municipal) return municipal;
  return deeper.length === 1 ? deeper[0]! : within;
}

function addLine(line: string, { names, mergedForms, forms: trie }: Gazetteer): void {
  const [codeText = '', name = '', forms = '', towns = ''] = line.split('|');
  const code = Number(codeText);
  names.set(code, name);
  add(name, code, formKinds.full);
  if (forms !== '') {
    for (const form of forms.split(',')) {
      add(form.slice(1), code, marks[form[0]!]!);
      if (form[0] === 'm') mergedForms.add(normalise(form.slice(1)).text);
    }
  }
  for (const [, stem = '', mark] of towns.matchAll(/([^^*~.]+)([\^*~.])/g)) {
    add(stem, code, formKinds.townStem);
    if (mark === '^') add(`${stem}街道`, code, formKinds.town);
    else if (mark !== '.') for (const suffix of ['镇', '乡']) add(stem + suffix, code, formKinds.town);
  }

  function add(form: string, of: number, kind: FormKind): void {
    trie.add(normalise(form).text, of * 8 + kind);
  }
}
