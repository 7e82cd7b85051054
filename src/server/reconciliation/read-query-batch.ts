import { z } from 'zod';
import { checkValue } from '../../model/check-value.js';
import { message } from '../../model/message.js';
import { BadRequest } from './bad-request.js';
import { batchSize } from './manifest.js';

/** One query of either version of the protocol. */
export interface ReconciliationQuery {
  /** The name; '' when only properties were given. */
  readonly name: string;
  /** Restricts the candidates to these types; empty: any. */
  readonly types: readonly string[];
  readonly limit: number;
  readonly properties: readonly AskedProperty[];
}

interface AskedProperty {
  readonly id: string;
  readonly values: readonly string[];
  /** A candidate without it is left out. */
  readonly isRequired: boolean;
  readonly quantifier: 'any' | 'all' | 'none';
}

const longest = 500;
const defaultLimit = 5;
const mostCandidates = 50;

const propertyValue = z.union([
  z.string().max(longest),
  z.number(),
  z.boolean(),
  z.looseObject({ id: z.string(), name: z.string().optional() }),
]);
const values = z.union([propertyValue, z.array(propertyValue).max(20)]);
const limit = z.number().positive().optional();

const query02 = z
  .strictObject({
    query: z.string().max(longest).optional(),
    type: z.union([z.string(), z.array(z.string())]).optional(),
    limit,
    properties: z
      .array(z.looseObject({ pid: z.string(), v: values }))
      .max(20)
      .optional(),
    type_strict: z.enum(['any', 'should', 'all']).optional(),
  })
  .refine(({ query, properties }) => (query ?? '').trim() !== '' || (properties ?? []).length > 0, 'mistake.query-empty');

const condition = z
  .looseObject({
    matchType: z.enum(['name', 'property']),
    propertyId: z.string().optional(),
    propertyValue: values.optional(),
    // As earlier states of the draft had them.
    pid: z.string().optional(),
    v: values.optional(),
    required: z.boolean().optional(),
    matchQuantifier: z.enum(['any', 'all', 'none']).optional(),
  })
  .refine((one) => one.propertyValue !== undefined || one.v !== undefined, 'mistake.no-property-value')
  .refine((one) => one.matchType === 'name' || (one.propertyId ?? one.pid) !== undefined, 'mistake.no-property-id');
const batch10 = z.looseObject({
  queries: z.array(
    z.strictObject({
      type: z.string().optional(),
      limit,
      lang: z.string().optional(),
      dir: z.string().optional(),
      conditions: z.array(condition).min(1).max(20),
    }),
  ),
});

/** A batch of version 0.2: queries by key, as JSON text. Throws BadRequest: 400 when it is none, 413 when it is too large. */
export function readBatch02(text: string): Map<string, ReconciliationQuery> {
  const entries = Object.entries(parsed(z.record(z.string(), z.unknown()), parseJson(text), 'queries'));
  refuseLarge(entries.length);
  return new Map(
    entries.map(([key, value]) => {
      const { query = '', type = [], limit: most, properties = [] } = parsed(query02, value, key);
      const asked = properties.map(({ pid, v }) => ({ id: pid, values: textsOf(v), isRequired: false, quantifier: 'any' as const }));
      return [key, { name: query.trim(), types: [type].flat(), limit: clamp(most), properties: asked }];
    }),
  );
}

/** A batch of the 1.0 draft: queries in order. */
export function readBatch10(body: unknown): ReconciliationQuery[] {
  const { queries } = parsed(batch10, body, 'body');
  refuseLarge(queries.length);
  return queries.map(({ conditions, type, limit: most }) => {
    const names = conditions.filter(({ matchType }) => matchType === 'name');
    return {
      name: (names.flatMap((one) => textsOf(one.propertyValue ?? one.v!))[0] ?? '').trim(),
      types: type === undefined ? [] : [type],
      limit: clamp(most),
      properties: conditions
        .filter(({ matchType }) => matchType === 'property')
        .map((one) => ({
          id: one.propertyId ?? one.pid ?? '',
          values: textsOf(one.propertyValue ?? one.v!),
          isRequired: one.required ?? false,
          quantifier: one.matchQuantifier ?? 'any',
        })),
    };
  });
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new BadRequest(400, message('api.not-json'));
  }
}

/** Reads a payload by its schema, or says what is wrong and where. */
export function parsed<Schema extends z.ZodType>(schema: Schema, value: unknown, where: string): z.output<Schema> {
  const { data, problems } = checkValue(schema, value, [where]);
  if (problems.length > 0) throw new BadRequest(400, message('share.bad-request', { problems: problems.map(({ told }) => told) }));
  return data as z.output<Schema>;
}

function refuseLarge(count: number): void {
  if (count > batchSize) throw new BadRequest(413, message('reconcile.too-many', { count, most: batchSize }));
}

function textsOf(value: z.output<typeof values>): string[] {
  return [value].flat().map((one) => (typeof one === 'object' ? (one.name ?? one.id) : String(one)).trim());
}

const clamp = (most = defaultLimit): number => Math.min(mostCandidates, Math.max(1, Math.trunc(most)));
