import { z } from 'zod';
import type { NewSource } from '../db/source-store.js';
import type { Connector } from '../journey/collect/connector.js';
import { locateYaml } from '../journey/map/locate-yaml.js';
import { inLine } from '../journey/map/parse-yaml.js';
import { checkValue, fieldAt, type Problem } from '../model/check-value.js';
import { HubError } from '../model/hub-error.js';
import { type Message, message } from '../model/message.js';
import { scheduleSchema } from '../schedule/schedule-rule.js';

/** What a source may name. */
export interface Known {
  readonly connectors: ReadonlyMap<string, Connector>;
  readonly layouts: ReadonlySet<string>;
  /** Whether it is a distributor, or need not be one: with these layouts it brings lists and records only. */
  isKnownSender(sender: string, layouts: readonly string[]): Promise<boolean>;
}

/** A file of sources; docs/sources.md explains every key with an example. `defaults` fills what a source does not say. */
const code = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/u, 'mistake.code');
const sourceSchema = z.strictObject({
  code,
  title: z.string().default(''),
  sender: z.string().min(1),
  connector: z.string().min(1),
  settings: z.record(z.string(), z.unknown()).default({}),
  layouts: z.array(z.string().min(1)).min(1),
  hints: z
    .strictObject({
      encoding: z.enum(['gb18030', 'utf-8', 'big5', 'utf-16le']).optional(),
      delimiter: z.string().length(1).optional(),
      fixedWidths: z.array(z.int().positive()).min(1).optional(),
      recordPath: z.string().min(1).optional(),
      skipSheets: z.array(z.string().min(1)).min(1).optional(),
    })
    .prefault({}),
  constants: z.record(z.string(), z.string()).default({}),
  expects: z
    .strictObject({
      // `weekday` is what workdays were called before there was a calendar.
      every: z
        .enum(['day', 'workday', 'weekday'])
        .default('day')
        .transform((every) => (every === 'weekday' ? 'workday' : every)),
      by: z
        .string()
        .regex(/^([01]\d|2[0-3]):[0-5]\d$/u, 'mistake.time')
        .optional(),
      due: z.enum(['same-day', 'next-day', 'next-workday']).optional(),
      figures: z.enum(['day', 'any']).optional(),
      timeout_minutes: z.int().min(1).max(1440).optional(),
    })
    .optional(),
  schedule: scheduleSchema.prefault({}),
  contact: z.strictObject({ name: z.string(), phone: z.string(), mail: z.string(), note: z.string() }).partial().prefault({}),
  enabled: z.boolean().default(true),
});

const fileSchema = z.strictObject({ sources: z.array(z.unknown()).min(1), defaults: z.record(z.string(), z.unknown()).optional() });

/**
 * Reads a file of sources and checks all of it, each source with the settings of its connector.
 *
 * @throws HubError `config` naming every mistake of the file with its line and path
 */
export async function parseSourceFile(yamlText: string, fileName: string, known: Known): Promise<NewSource[]> {
  const { value, faults, lineOf } = locateYaml(yamlText);
  if (faults.length > 0) throw refused(fileName, faults);
  const { sources, mistakes } = await checkSources(value, known);
  if (mistakes.length === 0) return sources;
  throw refused(
    fileName,
    mistakes.map(({ path, told }) => inLine(lineOf(path), told)),
  );
}

/** One source from other hands than a file (flags, the ledger); the same rules. */
export async function checkSource(raw: unknown, known: Known): Promise<{ source: NewSource | null; mistakes: Message[] }> {
  const { source, mistakes } = await checkOne(raw, known, []);
  return { source, mistakes: mistakes.map(({ told }) => told) };
}

async function checkSources(raw: unknown, known: Known): Promise<{ sources: NewSource[]; mistakes: Problem[] }> {
  const outer = checkValue(fileSchema, raw);
  const mistakes: Problem[] = [...outer.problems];
  const sources: NewSource[] = [];
  const seen = new Set<unknown>();
  for (const [at, given] of (outer.data?.sources ?? []).entries()) {
    const path = ['sources', at];
    const merged = isRecord(given) ? { ...outer.data?.defaults, ...given } : given;
    const checked = await checkOne(merged, known, path);
    mistakes.push(...checked.mistakes);
    const name = isRecord(merged) ? merged['code'] : undefined;
    const isTwice = name !== undefined && seen.has(name);
    if (isTwice) mistakes.push(mistake([...path, 'code'], message('mistake.twice', { value: String(name) })));
    seen.add(name);
    if (checked.source && !isTwice) sources.push(checked.source);
  }
  return { sources, mistakes };
}

async function checkOne(
  raw: unknown,
  known: Known,
  path: readonly PropertyKey[],
): Promise<{ source: NewSource | null; mistakes: Problem[] }> {
  const { data, problems } = checkValue(sourceSchema, raw, path);
  const mistakes = [...problems, ...(isRecord(raw) ? await mistakesInside(raw, known, path) : [])];
  return { source: data && mistakes.length === 0 ? { ...data, expects: data.expects ?? {} } : null, mistakes };
}

/** What the shape alone does not tell: the connector's own settings, secrets, layouts, the sender. */
async function mistakesInside(source: Record<string, unknown>, known: Known, path: readonly PropertyKey[]): Promise<Problem[]> {
  const found: Problem[] = [];
  const wrong = (below: readonly PropertyKey[], told: Message): void => void found.push(mistake([...path, ...below], told));
  const { connector: kind, settings = {}, layouts, sender } = source;
  const connector = typeof kind === 'string' ? known.connectors.get(kind) : undefined;
  if (typeof kind === 'string' && !connector)
    wrong(['connector'], message('mistake.connector', { value: kind, known: [...known.connectors.keys()].join(', ') }));
  if (connector && isRecord(settings)) {
    const plain = connector.secrets.filter((name) => typeof settings[name] === 'string' && !isReference(settings[name]));
    for (const name of plain) wrong(['settings', name], message('mistake.secret'));
    const { problems } = checkValue(connector.settings, settings, [...path, 'settings']);
    found.push(...problems.filter((problem) => !plain.includes(String(problem.path.at(path.length + 1)))));
  }
  const named = (Array.isArray(layouts) ? layouts : []).map((layout: unknown) => (typeof layout === 'string' ? layout : null));
  for (const [at, layout] of named.entries())
    if (layout !== null && !known.layouts.has(layout)) wrong(['layouts', at], message('mistake.layout', { value: layout }));
  const readable = named.filter((layout) => layout !== null);
  if (typeof sender === 'string' && sender !== '' && !(await known.isKnownSender(sender, readable)))
    wrong(['sender'], message('mistake.sender', { value: sender }));
  return found;
}

function mistake(path: readonly PropertyKey[], expected: Message): Problem {
  return { path, told: message('problem.rule', { field: fieldAt(path), expected }) };
}

function isReference(value: unknown): boolean {
  return typeof value === 'string' && /^(secret:[a-z0-9-]+|env:[A-Za-z_]\w*|file:.+)$/u.test(value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function refused(file: string, problems: readonly Message[]): HubError {
  return new HubError('config', message('hub.source-file-invalid', { file, count: problems.length, problems }));
}
