import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { filePromises } from './promises/file-promises.js';
import { recordPromises } from './promises/record-promises.js';
import { settingsObject } from './promises/settings-object.js';
import { realServers } from './servers/real-servers.js';

const root = new URL('..', import.meta.url).pathname;
interface Exception {
  readonly kind: string;
  readonly server?: string;
  readonly promise: string;
  readonly reason: string;
}
interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly items?: JsonSchema;
  readonly pattern?: string;
  readonly format?: string;
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
}

test('docs/connectors.md says what settings, READMEs, promises and exceptions say; `npm run docs:connectors` writes it', async () => {
  await expect(await page()).toMatchFileSnapshot('../docs/connectors.md');
});

async function page(): Promise<string> {
  const kinds = readdirSync(join(root, 'connectors'), { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? [entry.name] : [],
  );
  const exceptions = parse(readFileSync(join(root, 'connectors/exceptions.yaml'), 'utf8')) as Exception[];
  const sections = await Promise.all(kinds.map((kind) => section(kind, exceptions)));
  return [
    '# Connectors',
    '',
    'Written by `npm run docs:connectors` from the settings, READMEs and promises of `connectors/`; a test compares. How to write a source:',
    '[sources.md](sources.md). How to write a connector: [connectors-howto.md](connectors-howto.md).',
    '',
    ...sections,
    '## What every connector promises',
    '',
    '`test/connectors.test.ts` finds every folder under `connectors/` and holds it to these, against its fake and against real servers that are installed.',
    'Exceptions stand in [connectors/exceptions.yaml](../connectors/exceptions.yaml) with their reasons; one that is no longer needed fails the suite.',
    '',
    'Those that fetch files:',
    '',
    ...filePromises.map(({ name }) => `- ${name}`),
    '',
    'Those that ask for records:',
    '',
    ...recordPromises.map(({ name }) => `- ${name}`),
    '',
  ].join('\n');
}

async function section(kind: string, exceptions: readonly Exception[]): Promise<string> {
  const { default: connector } = (await import(`../connectors/${kind}/connector.ts`)) as {
    default: { settings: z.ZodType; secrets: readonly string[] };
  };
  const fake = (await import(`../connectors/${kind}/fake.ts`)) as Record<string, unknown>;
  const readme = readFileSync(join(root, 'connectors', kind, 'README.md'), 'utf8');
  const about = /## What it is\n([\s\S]*?)\n\s*\n/u.exec(readme)?.[1]?.replaceAll('](../../docs/', '](') ?? '';
  const schema = z.toJSONSchema(settingsObject(connector.settings), { io: 'input', unrepresentable: 'any' }) as JsonSchema;
  const servers = ['its fake', ...realServers.filter((server) => server.kind === kind).map(({ name }) => name)];
  const broken = exceptions.filter((exception) => exception.kind === kind);
  const rows = Object.entries(schema.properties ?? {}).map(
    ([name, setting]) =>
      `| \`${name}\` | ${connector.secrets.includes(name) ? 'a reference to a secret' : kindOf(setting)} | ${
        schema.required?.includes(name) ? 'required' : setting.default === undefined ? '' : `\`${JSON.stringify(setting.default)}\``
      } |`,
  );
  return [
    `## ${kind}`,
    '',
    about,
    '',
    `[README](../connectors/${kind}/README.md). ${fake['isHandedIn'] ? 'Nothing is fetched, so there is nothing to promise.' : `Keeps the promises of those that ${fake['startFake'] ? 'fetch files' : 'ask for records'}, tried against ${servers.join(', ')}${broken.length > 0 ? ', except' : '.'}`}`,
    ...(broken.length > 0
      ? ['', ...broken.map(({ promise, reason, server }) => `- *${promise}*${server ? ` (${server})` : ''}: ${reason}`)]
      : []),
    '',
    ...(rows.length > 0 ? ['| setting | value | default |', '|---|---|---|', ...rows, ''] : []),
  ].join('\n');
}

function kindOf(schema: JsonSchema): string {
  if (schema.enum) return schema.enum.map((value) => `\`${String(value)}\``).join(', ');
  if (schema.const !== undefined) return `\`${String(schema.const)}\``;
  const several = schema.anyOf ?? schema.oneOf;
  if (several) return [...new Set(several.map(kindOf))].join(' or ');
  if (schema.type === 'array') return `list of ${kindOf(schema.items ?? {})}`;
  if (schema.type === 'object') {
    const kind = schema.properties?.['kind']?.const ?? schema.properties?.['by']?.const;
    return kind === undefined ? 'object' : `\`${String(kind)}\``;
  }
  const number = schema.type === 'integer' || schema.type === 'number';
  const bounds = [schema.minimum, schema.maximum].filter((bound) => bound !== undefined && Math.abs(bound) < 9e15);
  if (number) return bounds.length === 2 ? `${schema.type === 'integer' ? 'whole number' : 'number'} ${bounds.join(' to ')}` : 'number';
  return { string: 'text', boolean: '`true`, `false`' }[String(schema.type)] ?? 'any';
}
