import { z } from 'zod';
import type { NewSource } from '../db/source-store.js';
import type { Connector } from '../journey/collect/connector.js';
import { locateYaml } from '../journey/map/locate-yaml.js';
import { HubError } from '../model/hub-error.js';
import { message } from '../model/message.js';
import { scheduleSchema } from '../schedule/schedule-rule.js';
import { cliTexts, type Text, type TextKey } from './text.js';

/** What a source may name. */
export interface Known {
  readonly connectors: ReadonlyMap<string, Connector>;
  readonly layouts: ReadonlySet<string>;
  /** Whether it is a distributor, or need not be one: with these layouts it brings lists and records only. */
  isKnownSender(sender: string, layouts: readonly string[]): Promise<boolean>;
  /** In which language mistakes are told. */
  readonly text: Text;
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

interface Mistake {
  readonly path: readonly PropertyKey[];
  readonly text: string;
}

/**
 * Reads a file of sources and checks all of it, each source with the settings of its connector.
 *
 * @throws HubError `config` naming every mistake of the file with its line and path
 */
export async function parseSourceFile(yamlText: string, fileName: string, known: Known): Promise<NewSource[]> {
  const { value, faults, lineOf } = locateYaml(yamlText);
  if (faults.length > 0)
    throw refused(
      fileName,
      faults.map(({ line, text }) => `${line}: ${text}`),
    );

  const { sources, mistakes } = await checkSources(value, known);
  if (mistakes.length > 0)
    throw refused(
      fileName,
      mistakes.map(({ path, text }) => `${lineText(path)}${pathText(path)}: ${text}`),
    );
  return sources;

  function lineText(path: readonly PropertyKey[]): string {
    const line = lineOf(path);
    return line === null ? '' : `${line}: `;
  }
}

/** One source from other hands than a file (flags, the ledger); the same rules. */
export async function checkSource(raw: unknown, known: Known): Promise<{ source: NewSource | null; mistakes: string[] }> {
  const { sources, mistakes } = await checkSources({ sources: [raw] }, known);
  return { source: sources[0] ?? null, mistakes: mistakes.map(({ path, text }) => `${pathText(path.slice(2))}: ${text}`) };
}

async function checkSources(raw: unknown, known: Known): Promise<{ sources: NewSource[]; mistakes: Mistake[] }> {
  const outer = z
    .strictObject({ sources: z.array(z.unknown()).min(1), defaults: z.record(z.string(), z.unknown()).optional() })
    .safeParse(raw);
  const mistakes: Mistake[] = mistakesOf(outer.error, known);
  const list = outer.data?.sources ?? [];
  const defaults = outer.data?.defaults ?? {};
  const sources: NewSource[] = [];
  const seen = new Set<unknown>();
  for (const [at, given] of list.entries()) {
    const before = mistakes.length;
    const merged = isRecord(given) ? { ...defaults, ...given } : given;
    const result = sourceSchema.safeParse(merged);
    mistakes.push(...mistakesOf(result.error, known, ['sources', at]));
    if (isRecord(merged)) mistakes.push(...(await mistakesInside(merged, known, ['sources', at])));
    const name = isRecord(merged) ? merged['code'] : undefined;
    if (name !== undefined && seen.has(name))
      mistakes.push({ path: ['sources', at, 'code'], text: known.text('mistake.twice', { value: String(name) }) });
    seen.add(name);
    if (result.data && mistakes.length === before) sources.push({ ...result.data, expects: result.data.expects ?? {} });
  }
  return { sources, mistakes };
}

/** What the shape alone does not tell: the connector's own settings, secrets, layouts, the sender. */
async function mistakesInside(source: Record<string, unknown>, known: Known, path: readonly PropertyKey[]): Promise<Mistake[]> {
  const found: Mistake[] = [];
  const { connector: kind, settings = {}, layouts, sender } = source;
  const connector = typeof kind === 'string' ? known.connectors.get(kind) : undefined;
  if (typeof kind === 'string' && !connector)
    found.push({
      path: [...path, 'connector'],
      text: known.text('mistake.connector', { value: kind, known: [...known.connectors.keys()].join(', ') }),
    });
  if (connector && isRecord(settings)) {
    const plain = connector.secrets.filter((name) => typeof settings[name] === 'string' && !isReference(settings[name]));
    for (const name of plain) found.push({ path: [...path, 'settings', name], text: known.text('mistake.secret') });
    const issues = mistakesOf(connector.settings.safeParse(settings).error, known, [...path, 'settings']);
    found.push(...issues.filter((issue) => !plain.includes(String(issue.path.at(path.length + 1)))));
  }
  for (const [at, layout] of (Array.isArray(layouts) ? layouts : []).entries())
    if (typeof layout === 'string' && !known.layouts.has(layout))
      found.push({ path: [...path, 'layouts', at], text: known.text('mistake.layout', { value: layout }) });
  const named = (Array.isArray(layouts) ? layouts : []).filter((layout) => typeof layout === 'string');
  if (typeof sender === 'string' && sender !== '' && !(await known.isKnownSender(sender, named)))
    found.push({ path: [...path, 'sender'], text: known.text('mistake.sender', { value: sender }) });
  return found;
}

function mistakesOf(error: z.ZodError | undefined, { text }: Known, base: readonly PropertyKey[] = []): Mistake[] {
  return (error?.issues ?? []).map(({ path, message: told }) => ({
    path: [...base, ...path],
    text: told in cliTexts ? text(told as TextKey) : told,
  }));
}

function isReference(value: unknown): boolean {
  return typeof value === 'string' && /^(secret:[a-z0-9-]+|env:[A-Za-z_]\w*|file:.+)$/u.test(value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `sources[2].settings.host`, as people write it. */
function pathText(path: readonly PropertyKey[]): string {
  return (
    path.reduce<string>((text, key) => (typeof key === 'number' ? `${text}[${key}]` : text ? `${text}.${String(key)}` : String(key)), '') ||
    '(top)'
  );
}

function refused(file: string, problems: readonly string[]): HubError {
  return new HubError(
    'config',
    message('hub.source-file-invalid', { file, count: problems.length, problems: problems.map((one) => `\n  ${one}`).join('') }),
  );
}
