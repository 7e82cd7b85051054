import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/**
 * What the reconciliation protocol says of its messages, as JSON Schema written from the text of the specification
 * (https://reconciliation-api.github.io/specs/). With `RECONCILIATION_SPECS` set to a checkout of the specification's
 * repository its own schema files are used as well.
 */
export type Shape = keyof (typeof ours)['0.2'];
type Version = keyof typeof ours;

const text = { type: 'string' } as const;
const object = (properties: object, required: readonly string[], more: object = {}) => ({ type: 'object', properties, required, ...more });
const list = (items: object) => ({ type: 'array', items });
const described = object({ id: text, name: text, description: text }, ['id', 'name']);
const typeRef = { anyOf: [text, object({ id: text, name: text }, ['id'])] };
const candidate = (feature: object, required: readonly string[]) =>
  object(
    {
      id: text,
      name: text,
      description: text,
      score: { type: 'number' },
      match: { type: 'boolean' },
      type: list(typeRef),
      features: list(feature),
    },
    required,
  );
const featureValue = { anyOf: [{ type: 'number' }, { type: 'boolean' }] };
const cell = { anyOf: [object({ str: text }, ['str'], { additionalProperties: false }), object({ id: text, name: text }, ['id', 'name'])] };
const meta = list(object({ id: text, name: text }, ['id', 'name']));
const suggested = (item: object) => object({ result: list(item) }, ['result']);
const entity = object({ id: text, name: text, description: text, notable: list(typeRef) }, ['id', 'name']);
const service = object(
  { service_url: text, service_path: text, flyout_service_url: text, flyout_service_path: { type: 'string', pattern: '\\$\\{id\\}' } },
  [],
);
const url = (pattern: string) => object({ url: { type: 'string', pattern } }, ['url']);
const frame = { width: { type: 'integer' }, height: { type: 'integer' } };
const common = {
  name: text,
  documentation: text,
  serviceVersion: text,
  logo: text,
  defaultTypes: list(described),
  batchSize: { type: 'integer' },
};
const apiKey = object({ type: { enum: ['apiKey'] }, name: text, in: { enum: ['header', 'query'] } }, ['type', 'name', 'in']);
const setting = (required: readonly string[]) =>
  list(object({ type: { enum: ['number', 'text', 'checkbox', 'select'] } }, ['type', ...required]));

const ours = {
  '0.2': {
    manifest: object(
      {
        ...common,
        authentication: apiKey,
        versions: list(text),
        identifierSpace: text,
        schemaSpace: text,
        view: url('\\{\\{id\\}\\}'),
        suggest: object({ entity: service, property: service, type: service }, []),
        preview: object({ url: { type: 'string', pattern: '\\{\\{id\\}\\}' }, ...frame }, ['url', 'width', 'height']),
        extend: object({ propose_properties: service, property_settings: setting(['label', 'name']) }, []),
      },
      ['versions', 'name', 'identifierSpace', 'schemaSpace'],
    ),
    'reconciliation-result-batch': {
      type: 'object',
      additionalProperties: object(
        {
          result: list(
            candidate(object({ id: text, value: featureValue }, ['id', 'value'], { additionalProperties: false }), ['id', 'name', 'score']),
          ),
        },
        ['result'],
      ),
    },
    'suggest-entities-response': suggested(entity),
    'suggest-properties-response': suggested(described),
    'suggest-types-response': suggested(described),
    'data-extension-response': object(
      { meta, rows: { type: 'object', additionalProperties: { type: 'object', additionalProperties: list(cell) } } },
      ['meta', 'rows'],
    ),
    'data-extension-property-proposal': object({ properties: list(described), type: text, limit: { type: 'number' } }, ['properties']),
  },
  '1.0-draft': {
    manifest: object(
      {
        ...common,
        authentication: apiKey,
        versions: list(text),
        view: url('\\{.*id.*\\}'),
        suggest: object({ entity: { type: 'boolean' }, property: { type: 'boolean' }, type: { type: 'boolean' } }, [
          'entity',
          'property',
          'type',
        ]),
        preview: object(frame, ['width', 'height']),
        extend: object({ proposeProperties: { type: 'boolean' }, propertySettings: setting(['id', 'name']) }, []),
        standardizedScore: { type: 'boolean' },
        lang: text,
      },
      ['versions', 'name', 'view'],
    ),
    'reconciliation-result-batch': object(
      {
        results: list(
          object(
            {
              candidates: list(
                candidate(object({ id: text, name: text, value: featureValue }, ['id', 'name', 'value']), ['id', 'name', 'match', 'type']),
              ),
            },
            ['candidates'],
          ),
        ),
      },
      ['results'],
    ),
    'suggest-entities-response': suggested(entity),
    'suggest-properties-response': suggested(described),
    'suggest-types-response': suggested(described),
    'data-extension-response': object(
      {
        meta,
        rows: list(
          object({ id: text, properties: list(object({ id: text, values: list(cell) }, ['id', 'values'])) }, ['id', 'properties']),
        ),
      },
      ['meta', 'rows'],
    ),
    'data-extension-property-proposal': object({ properties: list(described), type: text, limit: { type: 'number' } }, ['properties']),
  },
} as const;

/** What is wrong with a message by our schema and, when it is at hand, by the specification's own file; empty when nothing is. */
export function faultsOf(version: Version, shape: Shape, value: unknown): string[] {
  const schemas = [ours[version][shape], official(version, shape)].filter((one) => one !== null);
  return schemas.flatMap(
    (schema) =>
      z
        .fromJSONSchema(schema as never)
        .safeParse(value)
        .error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [],
  );
}

/** The specification's file with what it refers to put in its place, since those are other files; null when there is none. */
function official(version: Version, shape: Shape): object | null {
  const folder = process.env['RECONCILIATION_SPECS'];
  if (!folder) return null;
  const read = (file: string, depth: number): unknown => {
    const path = join(folder, version, 'schemas', file);
    return existsSync(path) ? inline(JSON.parse(readFileSync(path, 'utf8')), depth) : {};
  };
  const inline = (node: unknown, depth: number): unknown => {
    if (Array.isArray(node)) return node.map((one) => inline(one, depth));
    if (typeof node !== 'object' || node === null) return node;
    const { $ref, $schema: _, $id: __, definitions, ...rest } = node as Record<string, unknown>;
    if (typeof $ref === 'string' && !$ref.startsWith('#')) return /^\w[\w-]*\.json$/.test($ref) && depth < 3 ? read($ref, depth + 1) : {};
    if (typeof $ref === 'string') return serviceOf($ref);
    return Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, inline(value, depth)]));
  };
  const found = read(`${shape}.json`, 0) as object;
  return Object.keys(found).length === 0 ? null : found;
}

/** The one reference into the same file that responses use: a suggest service of the 0.2 manifest. */
function serviceOf(ref: string): object {
  return ref.endsWith('service_definition') ? service : {};
}
