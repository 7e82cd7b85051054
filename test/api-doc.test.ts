import type { Type } from '@nestjs/common';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { checkValue } from '../src/model/check-value.js';
import { message, renderMessage } from '../src/model/message.js';
import { rights } from '../src/model/right.js';
import { features } from '../src/server/features.js';
import { buildOpenApi, refusalsOf, schemaOf } from '../src/server/openapi/build-openapi.js';
import { listRoutes, type Route } from '../src/server/openapi/list-routes.js';

const controllers = features.flatMap((feature) => Reflect.getMetadata('controllers', feature) as Type[]);
const routes = listRoutes(controllers);
const described = routes.filter(({ description }) => description !== null);
/** Protocols and pages with documents of their own. */
const elsewhere = ['/agents/v1', '/reconcile', '/u/{token}'];

test('docs/api.md says what the routes and the schemas of their requests say; `npm run docs:api` writes it', async () => {
  await expect(page()).toMatchFileSnapshot('../docs/api.md');
});

test('every route is described, and whatever it takes in the query or body has a schema', () => {
  expect(described.length).toBeGreaterThan(25);
  for (const { path, method, controller, handler, description } of routes) {
    if (elsewhere.some((one) => path.startsWith(one))) continue;
    const taken = Object.keys((Reflect.getMetadata('__routeArguments__', controller, handler) as object | undefined) ?? {});
    expect([method, path, description !== null]).toEqual([method, path, true]);
    const takes = { body: taken.some((one) => one.startsWith('3:')), query: taken.some((one) => one.startsWith('4:')) };
    expect([path, { body: description?.body !== undefined, query: description?.query !== undefined }]).toEqual([path, takes]);
  }
});

test('what is given as an example passes the checks', () => {
  for (const { description, path } of described) {
    const { query, body, example = {}, parts = {} } = description!;
    expect(Object.keys(parts), path).toEqual([...path.matchAll(/\{(\w+)\}/gu)].map(([, name]) => name));
    if (query) expect([path, checkValue(query, example.query ?? {}).problems]).toEqual([path, []]);
    if (body) expect([path, checkValue(body, example.body).problems]).toEqual([path, []]);
  }
});

test('the document is OpenAPI 3.1 in both languages, and every reference in it leads somewhere', () => {
  for (const language of ['zh', 'en'] as const) {
    const document = JSON.parse(JSON.stringify(buildOpenApi(controllers, language)));
    expect(document.openapi).toBe('3.1.0');
    for (const [, name] of JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/gu))
      expect(document.components.schemas).toHaveProperty(name!);
    expect(/route\.[a-z]/u.exec(JSON.stringify(document))?.[0]).toBeUndefined();
    const { security, responses, requestBody } = document.paths['/v1/change-requests'].post;
    expect([security[0], Object.keys(responses)]).toEqual([{ bearer: ['decide'] }, ['201', '400', '401', '403', '409']]);
    expect(requestBody.content['application/json'].schema.properties.kind.enum).toContain('rename');
  }
});

const wrong = (usual: unknown): unknown[] => [
  undefined,
  null,
  'x'.repeat(3000),
  '',
  '\u202e\u0000',
  -1,
  1.5,
  1e300,
  true,
  [],
  [1],
  {},
  { a: 1 },
  usual,
];

test.each(described.filter(({ description }) => description!.query ?? description!.body))(
  'whatever is wrong in $method $path is said in Chinese, without a pattern and without a sentence of a library',
  ({ description }) => {
    const { query, body, example = {} } = description!;
    for (const [schema, good] of [
      [query, example.query],
      [body, example.body],
    ] as const) {
      if (!schema) continue;
      const usual = { ...good } as Record<string, unknown>;
      const fields = Object.keys(
        (z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }).properties as object | undefined) ?? usual,
      );
      const asked: unknown[] = [...wrong(null), { ...usual, limt: 1, 'а b c d': 2, ['y'.repeat(500)]: 3 }];
      for (const field of [...fields, ...Object.keys(usual)])
        for (const value of wrong(usual[field])) asked.push({ ...usual, [field]: value });
      for (const field of Object.keys(usual)) asked.push(Object.fromEntries(Object.entries(usual).filter(([name]) => name !== field)));
      let told = 0;
      for (const given of asked)
        for (const problem of checkValue(schema, given).problems) {
          told += 1;
          expectChinese(renderMessage(problem.told, 'zh'));
          expect(renderMessage(problem.told, 'en')).not.toMatch(/\p{Script=Han}/u);
        }
      expect(told).toBeGreaterThan(10);
    }
  },
);

test('an unknown field leads to the nearest known one, also in a query', () => {
  const changes = described.find(({ path }) => path === '/v1/changes')!.description!.query!;
  const [problem] = checkValue(changes, { limt: '5' }).problems;
  expect(renderMessage(problem!.told, 'zh')).toBe('limt：没有这一项；是不是 limit？');
  expect(renderMessage(message('share.bad-request', { problems: [problem!.told] }), 'zh')).toBe(
    '请求有误：limt：没有这一项；是不是 limit？',
  );
});

/** What was given, names of fields and choices are in Latin letters; nothing else is. */
function expectChinese(told: string): void {
  expect(told).toMatch(/\p{Script=Han}/u);
  const [, rest = ''] = /^[^：]*：(.*)$/su.exec(told.replaceAll(/“[^”]*”/gu, '')) ?? [];
  const plain = rest.replace(/(?:可用|之一|这些项的对象)：.*$/su, '').replace(/是不是 .*$/su, '');
  expect(plain, told).not.toMatch(/[A-Za-z]{2,} [A-Za-z]{2,}/u);
  expect(told, told).not.toMatch(/\\[dwsup]|\[\^?[a-z0-9]-|\(\?|\{\d+(,\d*)?\}|\^\[|Invalid|expected|received|\{\w+\}/u);
}

function page(): string {
  return [
    '# API',
    '',
    'Written by `npm run docs:api` from the routes and the schemas that check their requests; a test compares. The same as OpenAPI 3.1, with the schemas in full:',
    '`GET /v1/openapi.json`. A key comes from `huiliu keys add NAME --right RIGHT` and goes into `Authorization: Bearer`.',
    '',
    renderMessage(message('route.info'), 'en').replaceAll(/docs\/([\w-]+\.md)/gu, '[$1]($1)'),
    '',
    'Unknown fields and parameters are refused. What is wrong with a request is told together: the field, the value, what is expected.',
    '',
    ...described.flatMap(sectionOf),
  ].join('\n');
}

function sectionOf(route: Route): string[] {
  const { about, parts = {}, query, body, file, example = {}, answer } = route.description!;
  const address = Object.entries(parts).reduce((path, [name, one]) => path.replace(`{${name}}`, one), route.path);
  const asked = new URLSearchParams(example.query).toString().replaceAll('%2C', ',').replaceAll('%2F', '/');
  const right = route.right === 'open' || route.right === null ? 'no key needed' : `right \`${route.right}\` (${rights[route.right].en})`;
  return [
    `## ${route.method} ${route.path}`,
    '',
    `${renderMessage(message(about), 'en')}. ${right[0]!.toUpperCase()}${right.slice(1)}.`,
    '',
    ...(query ? [...tableOf(query), ''] : []),
    ...(body ? [...tableOf(body), ''] : []),
    '```',
    `${route.method} ${decodeURIComponent(address + (asked === '' ? '' : `?${asked}`))}${file ? `     (the body is ${file})` : ''}`,
    ...(example.body ? [JSON.stringify(example.body)] : []),
    `→ ${route.status}${answer ? ` ${JSON.stringify(answer)}` : ''}`,
    '```',
    '',
    refusalsOf(route).length === 0
      ? ''
      : `Refusals: ${refusalsOf(route)
          .map(({ status, codes }) => `${status} ${codes.map((code) => `\`${code}\``).join(', ')}`)
          .join(' · ')}`,
    '',
  ];
}

interface JsonSchema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly format?: string;
  readonly default?: unknown;
  readonly description?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
}

/** The fields of a body or query; of alternatives one table each. */
function tableOf(schema: z.ZodType): string[] {
  const made = schemaOf(schema, 'en') as JsonSchema;
  const shapes = made.oneOf ?? made.anyOf ?? [made];
  return shapes.flatMap(({ properties = {}, required = [] }, at) => [
    ...(at === 0 ? [] : ['']),
    '| field | value | |',
    '|---|---|---|',
    ...Object.entries(properties).map(
      ([name, one]) =>
        `| \`${name}\` | ${kindOf(one)} | ${required.includes(name) ? 'required' : one.default === undefined ? '' : `\`${JSON.stringify(one.default)}\``} |`,
    ),
  ]);
}

function kindOf({ type, enum: choices, const: only, anyOf, format, minimum, maximum, maxLength, description }: JsonSchema): string {
  if (anyOf) return anyOf.map(kindOf).join(' or ');
  if (choices) return choices.map((one) => `\`${String(one)}\``).join(', ');
  if (only !== undefined) return `\`${String(only)}\``;
  const range = minimum === undefined ? '' : maximum === undefined ? ` from ${minimum}` : ` ${minimum} to ${maximum}`;
  if (type === 'integer' || type === 'number') return `${type === 'integer' ? 'whole number' : 'number'}${range}`;
  if (type === 'string')
    return `${format === 'date' ? 'day' : format === 'date-time' ? 'moment' : 'text'}${maxLength ? `, at most ${maxLength}` : ''}${description ? `: ${description}` : ''}`;
  if (type === 'object') return 'names and values';
  return type ?? 'anything';
}
