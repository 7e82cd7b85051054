import type { z } from 'zod';
import { type Message, type MessageCode, message } from './message.js';
import { messageCatalog } from './messages/catalog.js';

/** What we read of the inside of a zod schema. */
interface Definition {
  readonly type: string;
  readonly error?: ((issue: object) => unknown) | undefined;
  readonly format?: string;
  readonly checks?: readonly { readonly _zod: { readonly def: Check } }[] | undefined;
  readonly innerType?: z.core.$ZodType;
  readonly in?: z.core.$ZodType;
  readonly out?: z.core.$ZodType;
  readonly getter?: () => z.core.$ZodType;
  readonly shape?: Readonly<Record<string, z.core.$ZodType>>;
  readonly catchall?: z.core.$ZodType;
  readonly element?: z.core.$ZodType;
  readonly items?: readonly z.core.$ZodType[];
  readonly keyType?: z.core.$ZodType;
  readonly valueType?: z.core.$ZodType;
  readonly options?: readonly z.core.$ZodType[];
  readonly entries?: Readonly<Record<string, string | number>>;
  readonly values?: readonly unknown[];
}

interface Check extends Pick<Definition, 'error' | 'format'> {
  readonly check: string;
  readonly value?: number;
  readonly inclusive?: boolean;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly length?: number;
}

interface Bounds {
  readonly least: number | null;
  /** Whether the least itself is too little. */
  readonly isAbove: boolean;
  readonly most: number | null;
}

/** What a value has to be, in words for people; null when anything will do. Several schemas are alternatives. */
export function describeSchemas(schemas: readonly z.core.$ZodType[]): Message | null {
  const alternatives = schemas.flatMap(alternativesOf);
  const choices = alternatives.flatMap((one) => choicesOf(definitionOf(one)) ?? []);
  const others = alternatives.filter((one) => choicesOf(definitionOf(one)) === null).map(describe);
  if (others.some((one) => one === null)) return null;
  const told = [...(choices.length > 0 ? [oneOf(choices)] : []), ...(others as Message[])];
  const once = [...new Map(told.map((one) => [JSON.stringify(one), one])).values()];
  const [first, ...rest] = once;
  return rest.reduce<Message | null>((one, other) => message('expect.or', { one: one!, other }), first ?? null);
}

/** The schemas that a value at `path` has to fit: several where the way leads through alternatives, none where nothing is known. */
export function schemasAt(schema: z.core.$ZodType, path: readonly PropertyKey[]): z.core.$ZodType[] {
  return path.reduce<z.core.$ZodType[]>(
    (schemas, key) => schemas.flatMap(alternativesOf).flatMap((one) => inside(definitionOf(one), key)),
    [schema],
  );
}

/** The names of the fields of an object at this place. */
export function fieldsOfSchemas(schemas: readonly z.core.$ZodType[]): string[] {
  return [...new Set(schemas.flatMap(alternativesOf).flatMap((one) => Object.keys(definitionOf(one).shape ?? {})))];
}

export function oneOf(choices: readonly unknown[]): Message {
  return message('expect.one-of', { choices: [...new Set(choices.map(String))].join(', ') });
}

/** Whether a text of a schema is the code of a message, which is how our schemas say what they expect. */
export function isMessageCode(text: unknown): text is MessageCode {
  return typeof text === 'string' && Object.hasOwn(messageCatalog, text);
}

function describe(schema: z.core.$ZodType): Message | null {
  const definition = definitionOf(schema);
  const told = toldBy(definition);
  if (told !== null) return message(told);
  if (definition.type === 'string') return describeText(definition);
  if (definition.type === 'number') return describeNumber(definition);
  if (definition.type === 'array') return within('list', boundsOf(definition));
  if (definition.type === 'boolean') return message('expect.boolean');
  if (definition.type === 'record') return message('expect.pairs');
  if (definition.type === 'object') return message('expect.fields', { known: Object.keys(definition.shape ?? {}).join(', ') });
  if (definition.type === 'unknown' || definition.type === 'any') return null;
  return message('expect.something');
}

function describeText(definition: Definition): Message {
  const checks = (definition.checks ?? []).map(({ _zod }) => _zod.def);
  const format = [definition, ...checks].map((one) => formats[one.format ?? '']).find((code) => code !== undefined);
  if (format) return message(format);
  const bounds = boundsOf(definition);
  const length = bounds.least === 1 && bounds.most === null ? message('expect.text-filled') : within('text', bounds);
  const hasForm = checks.some(({ check }) => check === 'string_format');
  return hasForm ? message('problem.and', { one: length, other: message('expect.form') }) : length;
}

function describeNumber(definition: Definition): Message {
  const bounds = boundsOf(definition);
  const { least, most } = bounds;
  const isWhole = [definition, ...(definition.checks ?? []).map(({ _zod }) => _zod.def)].some(({ format = '' }) => /int/u.test(format));
  if (least === null || !bounds.isAbove) return within(isWhole ? 'whole' : 'number', bounds);
  if (isWhole) return within('whole', { ...bounds, least: least + 1 });
  return most === null ? message('expect.number-above', { least }) : message('expect.number-above-to', { least, most });
}

function boundsOf({ checks = [] }: Definition): Bounds {
  const all = checks.map(({ _zod }) => _zod.def);
  const of = (...names: string[]) => all.find(({ check }) => names.includes(check));
  const [low, high] = [of('greater_than', 'min_length', 'length_equals'), of('less_than', 'max_length', 'length_equals')];
  return {
    least: low?.value ?? low?.minimum ?? low?.length ?? null,
    isAbove: low?.inclusive === false,
    most: high?.value ?? high?.maximum ?? high?.length ?? null,
  };
}

function within(what: 'text' | 'number' | 'whole' | 'list', { least, most }: Bounds): Message {
  if (least !== null && most !== null) return message(`expect.${what}-between`, { least, most });
  if (least !== null) return message(`expect.${what}-least`, { least });
  return most === null ? message(`expect.${what}`) : message(`expect.${what}-most`, { most });
}

const formats: Readonly<Record<string, MessageCode>> = {
  url: 'expect.address',
  email: 'expect.email',
  date: 'expect.day',
  datetime: 'expect.moment',
  uuid: 'expect.uuid',
};

/** The code that a schema gives as its text, or a check of a text or number; checks of what holds others say nothing of its shape. */
function toldBy({ type, error, checks = [] }: Definition): MessageCode | null {
  const isPlain = type === 'string' || type === 'number';
  for (const say of [error, ...(isPlain ? checks : []).map(({ _zod }) => _zod.def.error)]) {
    const told: unknown = say?.({});
    if (isMessageCode(told)) return told;
  }
  return null;
}

/** What a schema comes down to when wrappers are taken off: one, or each of its alternatives. */
function alternativesOf(schema: z.core.$ZodType): z.core.$ZodType[] {
  const definition = definitionOf(schema);
  const { type, innerType, getter, options } = definition;
  if (innerType) return alternativesOf(innerType);
  if (type === 'pipe') return alternativesOf(definitionOf(definition.in!).type === 'transform' ? definition.out! : definition.in!);
  if (getter) return alternativesOf(getter());
  return options && toldBy(definition) === null ? options.flatMap(alternativesOf) : [schema];
}

function inside({ type, shape, catchall, element, items, valueType, options }: Definition, key: PropertyKey): z.core.$ZodType[] {
  if (shape)
    return [shape[String(key)] ?? catchall].filter((one) => one !== undefined && definitionOf(one).type !== 'never') as z.core.$ZodType[];
  if (type === 'array' && element) return [element];
  if (type === 'tuple') return [items?.[Number(key)]].filter((one) => one !== undefined);
  if (options) return options.flatMap(alternativesOf).flatMap((one) => inside(definitionOf(one), key));
  return valueType ? [valueType] : [];
}

function choicesOf({ type, entries, values }: Definition): readonly unknown[] | null {
  if (type === 'enum' && entries) return Object.values(entries);
  return type === 'literal' && values ? values : null;
}

const definitionOf = (schema: z.core.$ZodType): Definition => schema._zod.def as unknown as Definition;
