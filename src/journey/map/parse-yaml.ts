import { isNode, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { HubError } from '../../model/hub-error.js';
import { message } from '../../model/message.js';

/**
 * Reads YAML that a person wrote against a schema. All mistakes are reported together, each with its line and its path.
 *
 * @throws HubError `config` (`map.yaml-invalid`)
 */
export function parseYaml<Schema extends z.ZodType>(text: string, fileName: string, schema: Schema): z.output<Schema> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const problems = document.errors.map((error) => `line ${lines.linePos(error.pos[0]).line}: ${error.message}`);
  if (problems.length > 0) throw refused(fileName, problems);
  const result = schema.safeParse(document.toJS());
  if (result.success) return result.data;
  const told = result.error.issues
    .flatMap((issue) => flatten(issue))
    .map(({ path, text: what }) => {
      const line = lineOf(path);
      return `${line === null ? '' : `line ${line}, `}${path.join('.') || '(top)'}: ${what}`;
    });
  throw refused(fileName, [...new Set(told)]);

  /** The line of the deepest node on the path that exists in the text. */
  function lineOf(path: readonly PropertyKey[]): number | null {
    for (let depth = path.length; depth > 0; depth--) {
      const node = document.getIn(path.slice(0, depth), true);
      if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
    }
    return null;
  }
}

interface Problem {
  readonly path: readonly PropertyKey[];
  readonly text: string;
}

/** A union reports the mistakes of every branch; the branch that came closest tells what was meant. */
function flatten(issue: z.core.$ZodIssue, base: readonly PropertyKey[] = []): Problem[] {
  const path = [...base, ...issue.path];
  if (issue.code !== 'invalid_union') return [{ path, text: issue.message }];
  const closest = issue.errors.filter((branch) => branch.some((one) => one.path.length > 0 || one.code === 'unrecognized_keys'));
  const branch = (closest.length > 0 ? closest : issue.errors).toSorted((a, b) => a.length - b.length)[0] ?? [];
  return branch.flatMap((inner) => flatten(inner, path));
}

function refused(fileName: string, problems: readonly string[]): HubError {
  return new HubError('config', message('map.yaml-invalid', { file: fileName, problems: problems.join('; ') }));
}
