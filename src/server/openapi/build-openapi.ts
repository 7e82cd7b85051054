import type { Type } from '@nestjs/common';
import { z } from 'zod';
import { describeSchemas } from '../../model/describe-schema.js';
import { type Language, message, renderMessage } from '../../model/message.js';
import { listRoutes, type Route } from './list-routes.js';

type Json = Readonly<Record<string, unknown>>;

/** An OpenAPI 3.1 document of the described routes, made of the schemas that check their requests. */
export function buildOpenApi(controllers: readonly Type[], language: Language): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const route of listRoutes(controllers)) {
    if (!route.description) continue;
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operationOf(route, language) };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Huiliu 汇流', version: '0.1', description: renderMessage(message('route.info'), language) },
    paths,
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: renderMessage(message('route.key'), language) },
        key: { type: 'apiKey', in: 'header', name: 'x-api-key' },
      },
      schemas: { Fault: faultSchema },
    },
  };
}

/** Which refusals a route has, by status: what is wrong in the request, no key, not this right, its own. */
export function refusalsOf({ right, description }: Route): { readonly status: number; readonly codes: readonly string[] }[] {
  const isChecked = description?.query !== undefined || description?.body !== undefined;
  const all: [string, number][] = [
    ...(isChecked ? [['share.bad-request', 400] as [string, number]] : []),
    ...(right === 'open'
      ? []
      : ([
          ['api.no-key', 401],
          ['api.no-right', 403],
        ] as [string, number][])),
    ...Object.entries(description?.refusals ?? {}),
  ];
  const statuses = [...new Set(all.map(([, status]) => status))].toSorted((a, b) => a - b);
  return statuses.map((status) => ({ status, codes: all.filter(([, one]) => one === status).map(([code]) => code) }));
}

/** The JSON Schema of what a caller sends; what a pattern means is said in words. */
export function schemaOf(schema: z.ZodType, language: Language): Json {
  const { $schema: _, ...made } = z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      const told = describeSchemas([zodSchema]);
      if (jsonSchema.pattern !== undefined && told) jsonSchema.description = renderMessage(told, language);
      // Of a day or moment the format says it; the pattern is a page long.
      if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
    },
  });
  return made as Json;
}

function operationOf(route: Route, language: Language): Json {
  const description = route.description!;
  const { parts = {}, query, body, file, example = {}, answer } = description;
  return {
    operationId: `${route.controller.name.replace(/Controller$/u, '')}.${route.handler}`,
    summary: renderMessage(message(description.about), language),
    ...(route.right !== 'open' && { security: [{ bearer: [route.right] }, { key: [route.right] }], 'x-right': route.right }),
    parameters: [
      ...Object.entries(parts).map(([name, one]) => ({ name, in: 'path', required: true, schema: { type: 'string' }, example: one })),
      ...(query ? parametersOf(query, example.query ?? {}, language) : []),
    ],
    ...(body && {
      requestBody: { required: true, content: { 'application/json': { schema: schemaOf(body, language), example: example.body } } },
    }),
    ...(file && { requestBody: { required: true, content: { [file]: { schema: { type: 'string' } } } } }),
    responses: {
      [route.status]: {
        description: 'OK',
        ...(answer && { content: { 'application/json': { schema: shapeOf(answer), example: answer } } }),
      },
      ...(description.hasTag && { 304: { description: 'Not modified' } }),
      ...Object.fromEntries(refusalsOf(route).map(({ status, codes }) => [status, refusal(codes)])),
    },
  };
}

function parametersOf(query: z.ZodObject, example: Readonly<Record<string, string>>, language: Language): Json[] {
  const { properties = {}, required = [] } = schemaOf(query, language) as { properties?: Record<string, Json>; required?: string[] };
  return Object.entries(properties).map(([name, schema]) => ({
    ...{ name, in: 'query', required: required.includes(name), schema },
    ...(example[name] !== undefined && { example: example[name] }),
  }));
}

const refusal = (codes: readonly string[]): Json => ({
  description: codes.join(', '),
  content: { 'application/json': { schema: { $ref: '#/components/schemas/Fault' } } },
});

const faultSchema = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['class', 'code', 'message'],
      properties: {
        class: { enum: ['request', 'config', 'auth', 'transient', 'source-data', 'bug'] },
        code: { type: 'string' },
        message: { type: 'string' },
      },
    },
  },
};

/** The shape of an example. What is null in it may be anything. */
function shapeOf(example: unknown): Json {
  if (example === null || example === undefined) return {};
  if (Array.isArray(example)) return { type: 'array', items: shapeOf(example[0]) };
  if (typeof example === 'object')
    return { type: 'object', properties: Object.fromEntries(Object.entries(example).map(([name, value]) => [name, shapeOf(value)])) };
  return { type: Number.isInteger(example) ? 'integer' : typeof example };
}
