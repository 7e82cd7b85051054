import { isNode, LineCounter, parseDocument } from 'yaml';
import { type Message, message } from '../../model/message.js';
import { tellYamlFault, unknownAlias } from './tell-yaml-fault.js';

export interface LocatedYaml {
  /** null when the text is no YAML. */
  readonly value: unknown;
  /** Why it is no YAML, each with its line. */
  readonly faults: readonly Message[];
  /** The line of the deepest node on the path that stands in the text. */
  lineOf(path: readonly PropertyKey[]): number | null;
}

/** A file that is no YAML at all has a fault in every line. */
const mostTold = 20;

/** Reads YAML that a person wrote and remembers its lines. */
export function locateYaml(text: string): LocatedYaml {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  // One slip makes the parser stumble several times over the same line: the first time says most.
  const told = new Set<number>();
  const first = document.errors.filter(({ pos }) => told.size < told.add(lines.linePos(pos[0]).line).size);
  const faults = first.slice(0, mostTold).map((fault) => tellYamlFault(fault, text, document, lines));
  let value: unknown = null;
  try {
    if (faults.length === 0) value = document.toJS();
  } catch (error) {
    const alias = unknownAlias(document);
    // Else aliases of aliases without end.
    faults.push(alias ? tellYamlFault(alias, text, document, lines) : message('yaml.broken', { cause: (error as Error).message }));
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
