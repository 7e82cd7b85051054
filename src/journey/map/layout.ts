import { z } from 'zod';
import { found } from '../../model/check-value.js';
import { allKinds, type Kind } from '../../model/kind.js';
import { message } from '../../model/message.js';
import { fieldsOf, isSpareField } from './fields.js';
import { dateFormats, usualDateFormats } from './read-date.js';

/** The YAML of a layout (版式): how one sender's files look. `docs/layouts.md` explains every key with an example. */
const kind = z.enum(allKinds as [Kind, ...Kind[]]);
const list = z.union([
  z
    .string()
    .min(1)
    .transform((one) => [one]),
  z.array(z.string().min(1)).min(1),
]);
const pattern = z
  .string()
  .min(1)
  .superRefine((source, context) => {
    try {
      new RegExp(source, 'u');
    } catch (error) {
      context.addIssue(found([], message('mistake.not-a-pattern', { cause: (error as Error).message })));
    }
  });

/** Which rows are meant: one field or one column by its title, and what its cell says. */
const condition = {
  field: z.string().optional(),
  column: z.string().min(1).optional(),
  equals: list.optional(),
  matches: pattern.optional(),
};
const isCondition = (it: { field?: string; column?: string; equals?: unknown; matches?: unknown }): boolean =>
  (it.field === undefined) !== (it.column === undefined) && (it.equals !== undefined || it.matches !== undefined);
const conditionRule = 'mistake.condition';

const constant = z.union([
  z.string().min(1),
  z.strictObject({
    from: z.enum(['title', 'sheet', 'file_name', 'path']),
    match: pattern.refine((it) => it.includes('(?<value>'), 'mistake.value-group'),
  }),
  z.strictObject({ from: z.literal('source'), key: z.string().min(1) }),
  z.strictObject({ from: z.literal('sent_on'), days: z.int().min(-366).max(0).default(0) }),
]);

const factor = z.union([
  z.int().positive().transform(String),
  z.string().regex(/^[1-9]\d*(?:\/[1-9]\d*)?$/u, 'mistake.factor'),
  z.strictObject({ from: z.literal('pack_size') }),
]);

export const layoutSchema = z
  .strictObject({
    layout: z.string().regex(/^[a-z0-9][a-z0-9-]*$/u, 'expect.code'),
    title: z.string().min(1),
    kind: z.union([
      kind,
      z.strictObject({ by: z.enum(['sheet', 'file_name', 'path']), patterns: z.partialRecord(kind, list) }),
      z.strictObject({ by: z.literal('column'), column: z.string().min(1), values: z.partialRecord(kind, list) }),
    ]),
    match: z.strictObject({ file_name: list.optional(), path: list.optional(), sheet: list.optional() }).prefault({}),
    skip_sheets: list.optional(),
    header: z
      .strictObject({
        search_rows: z.int().min(1).max(200).default(30),
        rows: z.union([z.literal(1), z.literal(2), z.literal('auto')]).default(1),
      })
      .prefault({}),
    dictionary: z.boolean().default(false),
    columns: z.record(z.string(), list).default({}),
    required: z.array(z.string()).optional(),
    ignore: list.optional(),
    extra: z.enum(['hold', 'allow']).default('hold'),
    constants: z.record(z.string(), constant).default({}),
    dates: z
      .strictObject({
        formats: z
          .array(z.enum(dateFormats))
          .min(1)
          .default([...usualDateFormats]),
      })
      .prefault({}),
    units: z
      .strictObject({ factors: z.record(z.string(), factor).default({}), others: z.enum(['as-is', 'quarantine']).default('as-is') })
      .prefault({}),
    signs: z
      .strictObject({
        returns: z.array(z.strictObject({ ...condition, flip: z.boolean().default(true) }).refine(isCondition, conditionRule)).default([]),
        red_letter: z.array(z.strictObject(condition).refine(isCondition, conditionRule)).default([]),
      })
      .prefault({}),
    fill_down: z.array(z.string()).default([]),
    totals: z.strictObject({ check: z.boolean().default(true), words: z.array(z.string().min(1)).default([]) }).prefault({}),
    drop: z
      .record(z.string().regex(/^[a-z0-9][a-z0-9-]*$/u, 'expect.code'), z.strictObject(condition).refine(isCondition, conditionRule))
      .default({}),
    codes: z.array(z.string()).default([]),
    window_days: z.int().min(1).max(36_500).default(400),
    document: z.enum(['kind', 'file', 'part']).default('kind'),
  })
  .superRefine((layout, context) => {
    let known: Set<string> | null = null;
    const check = (field: string, path: (string | number)[]): void => {
      known ??= new Set(kindsOf(layout).flatMap((one) => fieldsOf(one)));
      if (known.has(field) || kindsOf(layout).some((one) => isSpareField(field, one))) return;
      context.addIssue(found(path, message('mistake.no-field', { field, known: [...known].join(', ') })));
    };
    if (kindsOf(layout).length === 0) context.addIssue({ code: 'custom', path: ['kind'], message: 'mistake.no-kind' });
    for (const key of ['columns', 'constants'] as const) for (const field of Object.keys(layout[key])) check(field, [key, field]);
    for (const key of ['required', 'fill_down', 'codes'] as const)
      for (const [index, field] of (layout[key] ?? []).entries()) check(field, [key, index]);
    for (const [name, rule] of Object.entries(layout.drop)) if (rule.field) check(rule.field, ['drop', name, 'field']);
    for (const key of ['returns', 'red_letter'] as const)
      for (const [index, rule] of layout.signs[key].entries()) if (rule.field) check(rule.field, ['signs', key, index, 'field']);
    if (!layout.dictionary && Object.keys(layout.columns).length === 0)
      context.addIssue({ code: 'custom', path: ['columns'], message: 'mistake.no-column' });
    const usesPackSize = Object.values(layout.units.factors).some((one) => typeof one === 'object');
    if (usesPackSize && !layout.dictionary && !layout.columns['pack_size'] && !layout.constants['pack_size'])
      context.addIssue({
        code: 'custom',
        path: ['units', 'factors'],
        message: 'mistake.pack-size',
      });
  });

export type Layout = z.output<typeof layoutSchema>;
export type LayoutConstant = Layout['constants'][string];
export type LayoutCondition = Omit<Layout['signs']['red_letter'][number], never>;

/** The kinds a part of this layout may have. */
export function kindsOf(layout: Pick<Layout, 'kind'>): Kind[] {
  const { kind: stated } = layout;
  if (typeof stated === 'string') return [stated];
  const byKind = stated.by === 'column' ? stated.values : stated.patterns;
  return allKinds.filter((one) => byKind[one] !== undefined);
}
