import { z } from 'zod';
import { found } from '../model/check-value.js';
import { entityKinds } from '../model/kind.js';
import { type Message, message } from '../model/message.js';

/** How a value of a field is read and checked. `postcode` to `credit_code` are text that a check may find fault with; it is loaded all the same. */
const fieldTypes = [
  'text',
  'code',
  'date',
  'moment',
  'decimal',
  'percent',
  'integer',
  'boolean',
  'choice',
  'phone',
  'mobile',
  'email',
  'postcode',
  'credit_code',
] as const;
export type FieldType = (typeof fieldTypes)[number];

const name = z.string().regex(/^[a-z][a-z0-9_]*$/u, 'expect.field-name');
const titles = z.array(z.string().min(1)).default([]);

const fieldSchema = z
  .strictObject({
    zh: z.string().min(1),
    en: z.string().min(1),
    type: z.enum(fieldTypes),
    /** Other titles of this column, the better ones first; `zh` is always one. */
    titles,
    required: z.boolean().default(false),
    /** Stored value -> what people write; the first is what we show. */
    choices: z.record(z.string(), z.array(z.string().min(1)).min(1)).optional(),
    /** Of a choice: a value that is not listed is kept as it is written, with a remark. */
    open: z.boolean().default(false),
    /** For whoever fills in the template. */
    note: z.string().optional(),
  })
  .refine((field) => (field.type === 'choice') === (field.choices !== undefined), 'mistake.choices');

export const commonFieldsSchema = z.strictObject({ fields: z.record(name, fieldSchema) });

const referenceSchema = z.strictObject({
  to: z.enum(entityKinds),
  /** Fields of this entity that say which record is meant. */
  code: name.optional(),
  name: name.optional(),
  /** A field of this entity that tells which role of a customer is meant (customer, supplier). */
  role: name.optional(),
  /** Another reference: only records that point at the same record there are meant, because names alone are too weak. */
  within: name.optional(),
  /** Without it the row means nothing: it waits until its parent arrives. */
  required: z.boolean().default(false),
});

export const entitySchema = z
  .strictObject({
    entity: z.enum(entityKinds),
    zh: z.string().min(1),
    en: z.string().min(1),
    /** Globs of sheet names under which a workbook of our template holds this entity. */
    sheets: z.array(z.string().min(1)).min(1),
    /** What tells two records of one system apart; the first alternative all of whose parts are filled. A part is a field or a reference. */
    key: z.array(z.array(name).min(1)).min(1),
    example: z.record(z.string(), z.string()),
    fields: z.record(name, fieldSchema),
    references: z.record(name, referenceSchema).default({}),
    /** Fields that a list which a person imports does not change on a record that is there: somebody else is asked. */
    controlled: z.array(z.enum(['name', 'status', 'province', 'city', 'county', 'address'])).default([]),
    /** How the values of a record are chosen among what several systems say. */
    survivorship: z
      .strictObject({
        /** Systems, the most trusted first; one that is not listed comes after all that are. */
        systems: z.array(z.string().min(1)).default([]),
        /** For one field: other systems, a check beyond that of its type, or all values side by side. */
        attributes: z
          .record(
            name,
            z.strictObject({
              systems: z.array(z.string().min(1)).optional(),
              check: z.enum(['credit_code', 'phone', 'email', 'date', 'not_a_code']).optional(),
              union: z.boolean().optional(),
            }),
          )
          .default({}),
        /** Fields that come from one source together or not at all. */
        groups: z.array(z.array(name).min(2)).default([]),
        /** What the winner of a group leaves blank comes from the next source that says the same as it in all it does say. */
        fills_groups: z.boolean().default(true),
        /** What a complete record has. */
        complete: z.array(name).default([]),
      })
      .prefault({}),
  })
  .superRefine((entity, context) => {
    const fields = new Set(Object.keys(entity.fields));
    const references = new Set(Object.keys(entity.references));
    const known = Object.keys(entity.fields).join(', ');
    const problem = (path: (string | number)[], told: Message): void => void context.addIssue(found(path, told));
    for (const reference of references) if (fields.has(reference)) problem(['references', reference], message('mistake.is-a-field'));
    for (const [index, parts] of entity.key.entries())
      for (const part of parts)
        if (!fields.has(part) && !references.has(part)) problem(['key', index], message('mistake.no-field', { field: part, known }));
    for (const field of Object.keys(entity.example))
      if (!fields.has(field)) problem(['example', field], message('mistake.no-field', { field, known }));
    for (const [reference, { code, name: named, role, within }] of Object.entries(entity.references)) {
      if (code === undefined && named === undefined) problem(['references', reference], message('mistake.reference-empty'));
      for (const field of [code, named, role])
        if (field !== undefined && !fields.has(field)) problem(['references', reference], message('mistake.no-field', { field, known }));
      if (within !== undefined && !references.has(within))
        problem(['references', reference, 'within'], message('mistake.no-reference', { reference: within }));
    }
    for (const [index, group] of entity.survivorship.groups.entries())
      for (const field of group)
        if (!fields.has(field)) problem(['survivorship', 'groups', index], message('mistake.no-field', { field, known }));
    for (const field of [...Object.keys(entity.survivorship.attributes), ...entity.survivorship.complete])
      if (!fields.has(field)) problem(['survivorship', field], message('mistake.no-field', { field, known }));
  });

/** One entity of the master, as its YAML says (`mappings/entities`); the common fields are among its fields. */
export type EntityDefinition = z.output<typeof entitySchema>;
export type EntityField = z.output<typeof fieldSchema>;

/** The stored value of what people write for a choice; null when it is not listed. */
export function readChoice(field: EntityField, text: string): string | null {
  const plain = text.normalize('NFKC').trim().toLowerCase();
  for (const [value, written] of Object.entries(field.choices ?? {}))
    if (value === plain || written.some((one) => one.toLowerCase() === plain)) return value;
  return null;
}
