import type { z } from 'zod';
import { HubError } from '../../model/hub-error.js';
import { message } from '../../model/message.js';
import { locateYaml } from './locate-yaml.js';

/** What is wrong in a YAML text: no YAML at all (`path` is null then), or a value that does not fit. */
export interface YamlProblem {
  readonly line: number | null;
  readonly path: string | null;
  readonly text: string;
}

/**
 * Reads YAML that a person wrote against a schema. All mistakes are reported together, each with its line and its path.
 *
 * @throws HubError `config` (`map.yaml-invalid`)
 */
export function parseYaml<Schema extends z.ZodType>(text: string, fileName: string, schema: Schema): z.output<Schema> {
  const { data, problems } = checkYaml(text, schema);
  if (problems.length === 0) return data as z.output<Schema>;
  const told = problems.map(({ line, path, text: what }) => {
    if (path === null) return `line ${line}: ${what}`;
    return `${line === null ? '' : `line ${line}, `}${path}: ${what}`;
  });
  throw new HubError('config', message('map.yaml-invalid', { file: fileName, problems: [...new Set(told)].join('; ') }));
}

/** The same without throwing; `data` is undefined when there are problems. `given` is what stands in the text, without defaults. */
export function checkYaml<Schema extends z.ZodType>(
  text: string,
  schema: Schema,
): { readonly given: unknown; readonly data: z.output<Schema> | undefined; readonly problems: readonly YamlProblem[] } {
  const { value: given, faults, lineOf } = locateYaml(text);
  if (faults.length > 0) return { given, data: undefined, problems: faults.map((fault) => ({ ...fault, path: null })) };
  const { data, error } = schema.safeParse(given);
  const problems = (error?.issues ?? [])
    .flatMap((issue) => flatten(issue))
    .map(({ path, text: what }) => ({ line: lineOf(path), path: path.join('.') || '(top)', text: what }));
  return { given, data, problems };
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
