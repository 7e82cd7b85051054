import type { z } from 'zod';
import { describeSchemas, fieldsOfSchemas, isMessageCode, oneOf, schemasAt } from './describe-schema.js';
import { type Message, message } from './message.js';
import { namesSecret } from './names-secret.js';
import { nearestName } from './nearest-name.js';
import { shownText } from './shown-text.js';

/** One thing that is wrong with a value: where in it, and what to say. The text names the place, too. */
export interface Problem {
  readonly path: readonly PropertyKey[];
  readonly told: Message;
}

export type Checked<Output> =
  | { readonly data: Output; readonly problems: readonly [] }
  | { readonly data: undefined; readonly problems: readonly Problem[] };

/**
 * Checks a value that came from outside. All that is wrong is told together, each with the field, the value that was given (shortened, and
 * never of a field that may hold a secret) and what is expected, as messages that are read in either language. `under`: the path
 * to the value itself.
 *
 * A schema says what it expects by the code of a message where other schemas have an English text; its bounds are put into words here.
 */
export function checkValue<Schema extends z.core.$ZodType>(
  schema: Schema & z.ZodType,
  given: unknown,
  under: readonly PropertyKey[] = [],
): Checked<z.output<Schema>> {
  const { data, error } = schema.safeParse(given);
  if (!error) return { data: data as z.output<Schema>, problems: [] };
  const place = { schema, given, under };
  const problems = firstOf(error.issues, (issue) => flatten(issue).flatMap((one) => problemsOf(one, place)));
  return { data: undefined, problems };
}

/** Somebody who sends ten thousand wrong fields is told of the first. */
const mostTold = 50;

function firstOf(issues: readonly z.core.$ZodIssue[], tell: (issue: z.core.$ZodIssue) => Problem[]): Problem[] {
  const told = new Map<string, Problem>();
  for (const issue of issues)
    for (const problem of tell(issue)) {
      if (told.size === mostTold) return [...told.values(), { path: [], told: message('problem.more') }];
      told.set(JSON.stringify(problem.told), problem);
    }
  return [...told.values()];
}

/** What a check beyond the shape found, as an issue for zod. */
export function found(path: readonly PropertyKey[], told: Message): { code: 'custom'; path: PropertyKey[]; params: { told: Message } } {
  return { code: 'custom', path: [...path], params: { told } };
}

/** The same for what another schema found below `path` while this one is being checked. */
export function foundBelow(path: readonly PropertyKey[], problems: readonly Problem[]): ReturnType<typeof found>[] {
  return problems.map((problem) => found([...path, ...problem.path], problem.told));
}

/** `settings.feeds[2].name`, as people write it; of the whole a word. */
export function fieldAt(path: readonly PropertyKey[]): Message | string {
  const text = path.reduce<string>(
    (before, key) =>
      typeof key === 'number' ? `${before}[${key}]` : before === '' ? short(String(key)) : `${before}.${short(String(key))}`,
    '',
  );
  return text === '' ? message('problem.whole') : text;
}

interface Place {
  readonly schema: z.core.$ZodType;
  readonly given: unknown;
  readonly under: readonly PropertyKey[];
}

function problemsOf(issue: z.core.$ZodIssue, { schema, given, under }: Place): Problem[] {
  const schemas = schemasAt(schema, issue.path);
  const at = writtenAt(given, issue.path);
  const path = [...under, ...at];
  if (issue.code === 'unrecognized_keys')
    return issue.keys.slice(0, mostTold + 1).map((key) => unknownField([...path, key], key, fieldsOfSchemas(schemas)));
  const told = issue.code === 'custom' ? (issue.params?.['told'] as Message | undefined) : undefined;
  // Told below by another schema: it names its own place, which is moved here.
  if (told?.code.startsWith('problem.')) return [{ path, told: message(told.code, { ...told.values, field: fieldAt(path) }) }];
  const expected = told ?? expectedOf(issue, schema, schemas);
  const field = fieldAt(path);
  const value = valueAt(given, at);
  if (value === undefined && issue.code !== 'custom') return [{ path, told: message('problem.missing', { field, expected }) }];
  const isHidden =
    told !== undefined ||
    isSecret(path) ||
    expected.code === 'mistake.reference' ||
    value === undefined ||
    (issue.code === 'custom' && isNested(value));
  return [
    {
      path,
      told: isHidden
        ? message('problem.rule', { field, expected })
        : message('problem.value', {
            field,
            value: issue.code === 'invalid_key' ? short(String(issue.path.at(-1))) : shown(value),
            expected,
          }),
    },
  ];
}

function expectedOf(issue: z.core.$ZodIssue, schema: z.core.$ZodType, schemas: readonly z.core.$ZodType[]): Message {
  if (isMessageCode(issue.message)) return message(issue.message);
  if (issue.code === 'invalid_key') {
    const code = issue.issues.map((one) => one.message).find(isMessageCode);
    return message(code ?? 'expect.form');
  }
  if (issue.code === 'invalid_union' && 'options' in issue && issue.options) return oneOf(issue.options);
  if (issue.code === 'invalid_value') return oneOf(issue.values);
  const isAnother = schemas.length === 0 && schema !== undefined;
  return (isAnother ? null : describeSchemas(schemas)) ?? message('expect.other');
}

function unknownField(path: readonly PropertyKey[], key: string, known: readonly string[]): Problem {
  const field = fieldAt(path);
  const near = nearestName(key, known);
  if (near !== null) return { path, told: message('problem.unknown-near', { field, near }) };
  return { path, told: message('problem.unknown', { field, known: known.join(', ') || '—' }) };
}

/** A union reports the mistakes of every branch; the branch that came closest tells what was meant, if one came close. */
function flatten(issue: z.core.$ZodIssue, base: readonly PropertyKey[] = []): z.core.$ZodIssue[] {
  const here = { ...issue, path: [...base, ...issue.path] };
  if (issue.code !== 'invalid_union' || issue.errors.length === 0 || isMessageCode(issue.message)) return [here];
  const isClose = (one: z.core.$ZodIssue) => one.path.length > 0 || (one.code !== 'invalid_type' && one.code !== 'invalid_value');
  const [closest] = issue.errors.filter((branch) => branch.length > 0 && branch.every(isClose)).toSorted((a, b) => a.length - b.length);
  return closest ? closest.flatMap((inner) => flatten(inner, here.path)) : [here];
}

function valueAt(given: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => (isNested(value) ? (value as Record<PropertyKey, unknown>)[key] : undefined), given);
}

/** The path as far as it was written: what a schema has made of one text (`a,b` → a list) is told as that text. */
function writtenAt(given: unknown, path: readonly PropertyKey[]): readonly PropertyKey[] {
  const end = path.findIndex((_, depth) => depth > 0 && ['string', 'number'].includes(typeof valueAt(given, path.slice(0, depth))));
  return end < 0 ? path : path.slice(0, end);
}

const isNested = (value: unknown): boolean => typeof value === 'object' && value !== null;

const isSecret = (path: readonly PropertyKey[]): boolean => path.some((key) => namesSecret(String(key)));

/** What was given, as it was written and short. What lies inside of it is not told, nor the login of an address. */
function shown(value: unknown): string {
  if (Array.isArray(value)) return '[…]';
  if (isNested(value)) return '{…}';
  return short(String(value).replace(/^.*[:/].*@/su, '***@'));
}

function short(text: string): string {
  const plain = [...shownText(text.slice(0, 200))];
  return plain.length > 40 || text.length > 200 ? `${plain.slice(0, 40).join('')}…` : plain.join('');
}
