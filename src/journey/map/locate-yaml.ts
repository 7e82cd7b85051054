import { isNode, LineCounter, parseDocument } from 'yaml';

export interface LocatedYaml {
  /** null when the text is no YAML. */
  readonly value: unknown;
  /** Why it is no YAML, in the words of the parser. */
  readonly faults: readonly { readonly line: number; readonly text: string }[];
  /** The line of the deepest node on the path that stands in the text. */
  lineOf(path: readonly PropertyKey[]): number | null;
}

/** Reads YAML that a person wrote and remembers its lines. */
export function locateYaml(text: string): LocatedYaml {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const faults = document.errors.map(({ pos, message }) => ({ line: lines.linePos(pos[0]).line, text: message }));
  let value: unknown = null;
  try {
    if (faults.length === 0) value = document.toJS();
  } catch (error) {
    // An alias of nothing, or aliases of aliases without end.
    faults.push({ line: 1, text: (error as Error).message });
  }
  return { value, faults, lineOf };

  function lineOf(path: readonly PropertyKey[]): number | null {
    for (let depth = path.length; depth > 0; depth--) {
      const node = document.getIn(path.slice(0, depth), true);
      if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
    }
    return null;
  }
}
