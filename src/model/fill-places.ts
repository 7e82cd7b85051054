/**
 * A text with its `{name}` places filled. A place without a value stays visible: a defect we want to see, not hide. A value that is a
 * sentence of its own (a cause, a reason that a person wrote) gives up its full stop where the text goes on with a mark: never `。。`.
 * `line`: the line break and indentation that the place stands behind; null elsewhere.
 */
export function fillPlaces(text: string, valueAt: (name: string, line: string | null) => string | undefined): string {
  return text.replace(/\{(\w+)\}/gu, (place, name: string, at: number) => {
    const value = valueAt(name, /\n *$/u.exec(text.slice(0, at))?.[0] ?? null);
    if (value === undefined) return place;
    const next = text[at + place.length] ?? '';
    return marks.test(next) ? value.replace(lastMarks, '') : value;
  });
}

const marks = /[。！？；，：、.!?;,:]/u;
/** Only behind a word, a bracket or a quotation mark: a folder may be called `.`, a value may be `…`. */
const lastMarks = /(?<=[\p{L}\p{N}\p{Pe}\p{Pf}"'%])[。！？；，、.!?;,]+\s*$/u;
