import { expect, test } from 'vitest';
import { z } from 'zod';
import { checkValue, found } from './check-value.js';
import { type Language, message, renderMessage } from './message.js';

const told = (schema: z.ZodType, given: unknown, language: Language = 'zh'): string[] =>
  checkValue(schema, given).problems.map((problem) => renderMessage(problem.told, language));

test.each([
  [z.object({ after: z.coerce.number().int().min(0) }), { after: '-1' }, 'after：“-1”不对；应为不小于 0 的整数'],
  [z.object({ limit: z.coerce.number().int().min(1).max(5000) }), { limit: 'x' }, 'limit：“x”不对；应为 1 到 5000 的整数'],
  [z.object({ size: z.number().positive().max(3600) }), { size: 0 }, 'size：“0”不对；应为大于 0、不大于 3600 的数'],
  [z.object({ count: z.int().positive() }), { count: 1.5 }, 'count：“1.5”不对；应为不小于 1 的整数'],
  [z.object({ day: z.iso.date() }), { day: '2026-13-01' }, 'day：“2026-13-01”不对；应为日期，如 2026-01-31'],
  [z.object({ kind: z.enum(['new', 'close']) }), { kind: 'NEW' }, 'kind：“NEW”不对；应为其中之一：new, close'],
  [z.object({ all: z.boolean() }), { all: 'yes' }, 'all：“yes”不对；应为 true 或 false'],
  [z.object({ name: z.string().min(1) }), { name: '' }, 'name：“”不对；应为不空的文字'],
  [z.object({ name: z.string().min(1).max(5) }), {}, 'name：没有给出；应为 1 到 5 个字的文字'],
  [z.object({ hash: z.string().regex(/^[0-9a-f]{16}$/u) }), { hash: 'g' }, 'hash：“g”不对；应为文字，写法不对'],
  [
    z.object({ hash: z.string().regex(/^[0-9a-f]{16}$/u, 'expect.parity') }),
    {},
    'hash：没有给出；应为 16 位十六进制数（0-9、a-f），如 0f3a5c7e9b1d2f40',
  ],
  [z.object({ list: z.array(z.int()).min(1) }), { list: [1, 'a'] }, 'list[1]：“a”不对；应为整数'],
  [z.object({ one: z.union([z.string(), z.array(z.string())]) }), { one: 7 }, 'one：“7”不对；应为文字；或应为列表'],
  [z.record(z.string().regex(/^[a-z]+$/u, 'expect.field-name'), z.string()), { A1: 'x' }, 'A1：“A1”不对；应为项目的名称：小写字母开头'],
  [z.strictObject({ limit: z.string() }), { limt: 'x' }, 'limt：没有这一项；是不是 limit？'],
  [z.strictObject({ limit: z.string() }).partial(), { zzz: 1 }, 'zzz：没有这一项；可用：limit'],
  [z.strictObject({ a: z.string() }), [], '整个内容：“[…]”不对；应为含这些项的对象：a'],
])('what is wrong is said in words of people: %#', (schema, given, expected) => {
  expect(told(schema, given).join('|')).toContain(expected);
});

test('alternatives told apart by a field are told by that field, and by the one that was meant', () => {
  const schema = z.object({
    what: z.discriminatedUnion('decision', [
      z.strictObject({ decision: z.literal('merge'), loser: z.string().min(1) }),
      z.strictObject({ decision: z.literal('apart'), one: z.string().min(1) }),
    ]),
  });
  expect(told(schema, { what: { decision: 'Merge' } })).toEqual(['what.decision：“Merge”不对；应为其中之一：merge, apart']);
  expect(told(schema, { what: {} })).toEqual(['what.decision：没有给出；应为其中之一：merge, apart']);
  expect(told(schema, { what: { decision: 'merge', looser: 'x' } })).toEqual([
    'what.loser：没有给出；应为不空的文字',
    'what.looser：没有这一项；是不是 loser？',
  ]);
});

test('a secret, and what looks like one, is never told; long and hostile values are cut', () => {
  const schema = z.object({ password: z.int(), api_key: z.int(), url: z.int(), name: z.int(), sub: z.int() });
  const given = {
    password: 'hunter2',
    api_key: 'k-77',
    url: 'ftp://me:hunter2@host/x',
    name: `\u001b[2J\u202e${'长'.repeat(5000)}`,
    sub: { token: 't-1' },
  };
  const text = told(schema, given, 'en').join('|');
  for (const secret of ['hunter2', 'k-77', 't-1', '\u001b', '\u202e']) expect(text).not.toContain(secret);
  expect(text.length).toBeLessThan(500);
  expect(text).toContain('***@host/x');
});

test('what a check of ours finds travels as a message, also out of a schema in a schema', () => {
  const inner = z.strictObject({ port: z.int().min(1) });
  const schema = z.object({ settings: z.record(z.string(), z.unknown()) }).superRefine(({ settings }, context) => {
    for (const { path, told: problem } of checkValue(inner, settings).problems) context.addIssue(found(['settings', ...path], problem));
    context.addIssue(found(['settings'], message('mistake.no-field', { field: 'datum', known: 'date' })));
  });
  expect(told(schema, { settings: { port: 0, prot: 1 } }, 'en')).toEqual([
    'settings.port: "0" is wrong; a whole number of at least 1 is expected',
    'settings.prot: there is no such field; did you mean port?',
    'settings: there is no field "datum"; known: date',
  ]);
});

test('what stands in a text that a schema takes apart is told as that text', () => {
  const list = z.string().transform((given) => given.split(','));
  const schema = z.strictObject({
    entity: list.pipe(z.array(z.enum(['customer', 'contract']))),
    inner: z.strictObject({ name: z.string() }),
  });
  expect(told(schema, { entity: 'customer,foo', inner: {} }, 'en')).toEqual([
    'entity: "customer,foo" is wrong; expected is one of: customer, contract',
    'inner.name: is missing; a text is expected',
  ]);
});

test('ten thousand mistakes are not told one by one, and cost no time', () => {
  const wrong = Object.fromEntries(Array.from({ length: 100_000 }, (_, at) => [`Field ${at} ${'y'.repeat(30)}`, at]));
  const from = process.cpuUsage();
  for (const schema of [z.strictObject({ limit: z.int() }), z.record(z.string().regex(/^[a-z]+$/u, 'expect.field-name'), z.string())]) {
    const all = told(schema, wrong);
    expect([all.length, all.at(-1)]).toEqual([51, '后面还有，未列出']);
  }
  const { user, system } = process.cpuUsage(from);
  expect((user + system) / 1_000_000).toBeLessThan(10);
});
